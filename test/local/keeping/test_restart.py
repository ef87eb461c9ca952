"""What the emulator has is there again after it was stopped, and after it was killed."""

import hashlib
import io
import json
import os
import threading
import time
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import ROLE, single, task, wait_until

from local import processes

ENDS = pytest.mark.parametrize("end", ["stopped", "killed"])
MB = 1_000_000


def make_bucket(emulator: Any, name: str, *, versioned: bool = False) -> Any:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3


def body_of(s3: Any, bucket: str, key: str, **more: Any) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


@ENDS
def test_objects_their_versions_and_what_is_said_of_them(emulator: Any, end: str) -> None:
    s3 = make_bucket(emulator, "uploads", versioned=True)
    large = os.urandom(3 * MB)
    first = s3.put_object(Bucket="uploads", Key="ä/öü %41.csv", Body=b"first", Metadata={"who": "me"})["VersionId"]
    second = s3.put_object(Bucket="uploads", Key="ä/öü %41.csv", Body=large, Tagging="a=b")["VersionId"]
    s3.put_object(Bucket="uploads", Key="gone", Body=b"x")
    marker = s3.delete_object(Bucket="uploads", Key="gone")["VersionId"]
    s3.put_object(Bucket="uploads", Key="empty", Body=b"")
    s3.copy_object(Bucket="uploads", Key="copy", CopySource={"Bucket": "uploads", "Key": "ä/öü %41.csv"})
    before = s3.list_object_versions(Bucket="uploads")

    emulator.end(end)
    emulator.start()

    after = s3.list_object_versions(Bucket="uploads")
    for kind in ("Versions", "DeleteMarkers"):
        assert after[kind] == before[kind]
    assert body_of(s3, "uploads", "ä/öü %41.csv") == large
    assert body_of(s3, "uploads", "ä/öü %41.csv", Range="bytes=1000000-1000009") == large[1_000_000:1_000_010]
    old = s3.get_object(Bucket="uploads", Key="ä/öü %41.csv", VersionId=first)
    assert (old["Body"].read(), old["Metadata"]) == (b"first", {"who": "me"})
    tags = s3.get_object_tagging(Bucket="uploads", Key="ä/öü %41.csv", VersionId=second)["TagSet"]
    assert tags == [{"Key": "a", "Value": "b"}]
    assert body_of(s3, "uploads", "copy") == large
    assert body_of(s3, "uploads", "empty") == b""
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket="uploads", Key="gone")
    s3.delete_object(Bucket="uploads", Key="gone", VersionId=marker)
    assert body_of(s3, "uploads", "gone") == b"x"


@ENDS
def test_what_was_deleted_or_replaced_stays_so_and_takes_no_space(emulator: Any, end: str) -> None:
    s3 = make_bucket(emulator, "plain")
    for _ in range(3):
        s3.put_object(Bucket="plain", Key="replaced", Body=os.urandom(2 * MB))
    s3.put_object(Bucket="plain", Key="deleted", Body=os.urandom(2 * MB))
    s3.delete_objects(Bucket="plain", Delete={"Objects": [{"Key": "deleted"}]})
    last = body_of(s3, "plain", "replaced")

    emulator.end(end)
    emulator.start()

    assert [held["Key"] for held in s3.list_objects_v2(Bucket="plain")["Contents"]] == ["replaced"]
    assert body_of(s3, "plain", "replaced") == last
    on_disk = [path.stat().st_size for path in (emulator.folder / "data" / "bodies").rglob("*") if path.is_file()]
    assert on_disk == [2 * MB]


@ENDS
def test_an_upload_in_parts_goes_on(emulator: Any, end: str) -> None:
    s3 = make_bucket(emulator, "uploads", versioned=True)
    upload = s3.create_multipart_upload(Bucket="uploads", Key="large.csv")["UploadId"]
    parts = [os.urandom(5 * MB), os.urandom(6 * MB), b"end"]
    about: dict[str, Any] = {"Bucket": "uploads", "Key": "large.csv", "UploadId": upload}
    tags = [s3.upload_part(**about, PartNumber=n, Body=part)["ETag"] for n, part in enumerate(parts[:2], 1)]

    emulator.end(end)
    emulator.start()

    tags.append(s3.upload_part(**about, PartNumber=3, Body=parts[2])["ETag"])
    named = {"Parts": [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]}
    done = s3.complete_multipart_upload(**about, MultipartUpload=named)

    digest = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    assert done["ETag"] == f'"{digest}-3"'
    assert body_of(s3, "uploads", "large.csv") == b"".join(parts)
    assert body_of(s3, "uploads", "large.csv", VersionId=done["VersionId"]) == b"".join(parts)


def test_of_writers_under_one_condition_one_is_told_that_it_won(emulator: Any) -> None:
    """Also when the emulator is killed among them: whoever was told that it holds a claim holds it afterwards."""
    s3 = make_bucket(emulator, "lake")
    won: dict[str, list[int]] = {f"claims/{n}": [] for n in range(150)}

    def write(writer: int) -> None:
        for key, winners in won.items():
            try:
                s3.put_object(Bucket="lake", Key=key, Body=str(writer).encode(), IfNoneMatch="*")
                winners.append(writer)
            except ClientError as error:
                assert error.response["Error"]["Code"] == "PreconditionFailed"
            except Exception:
                # No answer: it was killed.
                return

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    wait_until(lambda: won["claims/75"])
    emulator.kill()
    for writer in writers:
        writer.join(20)
    emulator.start()

    decided = {key: winners for key, winners in won.items() if winners}
    assert all(len(winners) == 1 for winners in decided.values())
    assert {key: [int(body_of(s3, "lake", key))] for key in decided} == decided


def test_an_object_is_whole_or_not_there_when_the_emulator_is_killed_while_it_is_written(emulator: Any) -> None:
    s3 = make_bucket(emulator, "lake")
    bodies = [bytes([n]) * (4 * MB + n) for n in range(40)]
    acknowledged: list[int] = []

    def write() -> None:
        for n, body in enumerate(bodies):
            try:
                # One key that is replaced again and again, and one more each time.
                s3.put_object(Bucket="lake", Key="same", Body=body)
                s3.put_object(Bucket="lake", Key=f"own/{n}", Body=body)
            except Exception:
                return
            acknowledged.append(n)

    for kill_after in (1, 3, 6):
        acknowledged.clear()
        writer = threading.Thread(target=write)
        writer.start()
        wait_until(lambda least=kill_after: len(acknowledged) >= least)
        time.sleep(0.005 * kill_after)
        emulator.kill()
        writer.join(20)
        emulator.start()

        same = body_of(s3, "lake", "same")
        assert same in bodies and bodies.index(same) >= acknowledged[-1]
        assert s3.head_object(Bucket="lake", Key="same")["ETag"] == f'"{hashlib.md5(same).hexdigest()}"'
        for n in acknowledged:
            assert body_of(s3, "lake", f"own/{n}") == bodies[n]
        held = s3.list_objects_v2(Bucket="lake", Prefix="own/").get("Contents", [])
        for one in held:
            body = body_of(s3, "lake", one["Key"])
            assert len(body) == one["Size"] and body in bodies


@ENDS
def test_the_records_of_a_stream_and_their_sequence_numbers(emulator: Any, end: str) -> None:
    kinesis = emulator.client("kinesis")
    kinesis.create_stream(StreamName="rows", ShardCount=1)
    kinesis.put_records(
        StreamName="rows", Records=[{"Data": b"\x00\xff" * n, "PartitionKey": f"k{n}"} for n in range(1, 50)]
    )
    kinesis.split_shard(
        StreamName="rows",
        ShardToSplit="shardId-000000000000",
        NewStartingHashKey=str(2**127),
    )

    def records(shard: str) -> list[dict[str, Any]]:
        iterator = kinesis.get_shard_iterator(StreamName="rows", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        return kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]

    before = records("shardId-000000000000")
    shards = kinesis.list_shards(StreamName="rows")["Shards"]

    emulator.end(end)
    emulator.start()

    assert [record["Data"] for record in before] == [b"\x00\xff" * n for n in range(1, 50)]
    assert records("shardId-000000000000") == before
    assert kinesis.list_shards(StreamName="rows")["Shards"] == shards
    more = kinesis.put_record(StreamName="rows", Data=b"more", PartitionKey="k")
    assert more["SequenceNumber"] > before[-1]["SequenceNumber"]
    assert records(more["ShardId"])[-1]["Data"] == b"more"


@ENDS
def test_the_state_of_services(emulator: Any, end: str) -> None:
    glue, athena, secrets = (emulator.client(name) for name in ("glue", "athena", "secretsmanager"))
    sns, events, sfn = (emulator.client(name) for name in ("sns", "events", "stepfunctions"))
    glue.create_database(DatabaseInput={"Name": "lake"})
    storage = {"Columns": [{"Name": "n", "Type": "int"}], "Location": "s3://lake/t/"}
    keys = [{"Name": "day", "Type": "date"}]
    table = {"Name": "t", "StorageDescriptor": storage, "PartitionKeys": keys}
    glue.create_table(DatabaseName="lake", TableInput=table)
    partition = {"Values": ["2026-03-02"], "StorageDescriptor": storage}
    glue.batch_create_partition(DatabaseName="lake", TableName="t", PartitionInputList=[partition])
    query = athena.create_named_query(Name="q", Database="lake", QueryString="select 1")["NamedQueryId"]
    secret = secrets.create_secret(Name="link", SecretString="s")["ARN"]
    topic = sns.create_topic(Name="reports")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="reports@cellflow.example")
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["aws.s3"]}))
    definition = single({"Type": "Pass", "End": True})
    machine = sfn.create_state_machine(name="m", definition=json.dumps(definition), roleArn=ROLE)["stateMachineArn"]

    emulator.end(end)
    emulator.start()

    found = glue.get_partitions(DatabaseName="lake", TableName="t")["Partitions"]
    assert [one["Values"] for one in found] == [["2026-03-02"]]
    assert athena.get_named_query(NamedQueryId=query)["NamedQuery"]["QueryString"] == "select 1"
    assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "s"
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["Endpoint"] for one in subscriptions] == ["reports@cellflow.example"]
    assert events.describe_rule(Name="rule")["EventPattern"]
    assert json.loads(sfn.describe_state_machine(stateMachineArn=machine)["definition"]) == definition


def chunks(work: dict[str, Any]) -> dict[str, Any]:
    """A distributed Map over `$.items`."""
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Work",
        "States": {"Work": work},
    }
    return single({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": processor, "End": True})


@ENDS
def test_an_execution_goes_on_where_it_stood(emulator: Any, end: str) -> None:
    machines = emulator.machines()
    definition = {
        "StartAt": "First",
        "States": {
            "First": {"Type": "Pass", "Result": {"n": 1}, "ResultPath": "$.first", "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": 3, "Next": "Last"},
            "Last": {"Type": "Pass", "End": True},
        },
    }
    done = machines.start(single({"Type": "Pass", "End": True}), {"a": 1})
    machines.end(done)
    history = machines.events(done)
    arn = machines.start(definition, {"given": 2})
    wait_until(lambda: "WaitStateEntered" in machines.types(arn))
    # What is written twice a second.
    time.sleep(0.8)

    emulator.end(end)
    emulator.start()

    assert machines.events(done) == history
    ended = machines.end(arn)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"given": 2, "first": {"n": 1}})
    assert machines.types(arn).count("PassStateEntered") == 2
    assert machines.types(arn).count("WaitStateEntered") == 1
    assert ended["redriveCount"] == 0
    assert [event["id"] for event in machines.events(arn)] == list(range(1, len(machines.events(arn)) + 1))


@ENDS
def test_a_map_run_goes_on_with_the_children_that_have_not_ended(emulator: Any, end: str) -> None:
    glue = emulator.client("glue")
    # A second one of the same name is refused: each child gets here once.
    name = {"Name.$": "States.Format('db{}_{}', $.n, $$.Execution.RedriveCount)"}
    work = task("arn:aws:states:::aws-sdk:glue:createDatabase", Parameters={"DatabaseInput": name}, ResultPath=None)
    pause = {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Make"}
    definition = chunks(pause)
    definition["States"]["Only"]["ItemProcessor"]["States"]["Make"] = work
    machines = emulator.machines()
    arn = machines.start(definition, {"items": [{"n": n, "seconds": n % 2 * 3} for n in range(6)]})
    wait_until(lambda: glue.get_databases()["DatabaseList"])
    time.sleep(0.8)

    emulator.end(end)
    emulator.start()

    ended = machines.end(arn)
    assert ended["status"] == "SUCCEEDED"
    assert [item["n"] for item in json.loads(ended["output"])] == list(range(6))
    assert {one["Name"] for one in glue.get_databases()["DatabaseList"]} == {f"db{n}_0" for n in range(6)}
    runs = emulator.client("stepfunctions").list_map_runs(executionArn=arn)["mapRuns"]
    assert len(runs) == 1
    counts = emulator.client("stepfunctions").describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    assert (counts["total"], counts["succeeded"], counts["running"], counts["pending"]) == (6, 6, 0, 0)


@ENDS
def test_a_failed_execution_can_be_redriven_afterwards(emulator: Any, end: str) -> None:
    machines = emulator.machines()
    get = task("arn:aws:states:::aws-sdk:glue:getDatabase", Parameters={"Name": "later"})
    arn = machines.start(single(get))
    assert machines.end(arn)["status"] == "FAILED"

    emulator.end(end)
    emulator.start()

    emulator.client("glue").create_database(DatabaseInput={"Name": "later"})
    redriven = machines.redrive(arn)
    assert (redriven["status"], redriven["redriveCount"]) == ("SUCCEEDED", 1)


def test_a_function_is_there_with_its_code(emulator: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.js", "exports.handler = async (event) => ({ twice: event.n * 2 });")
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName="f", Runtime="nodejs22.x", Role=ROLE, Handler="index.handler", Code={"ZipFile": archive.getvalue()}
    )

    emulator.kill()
    emulator.start()

    answer = functions.invoke(FunctionName="f", Payload=json.dumps({"n": 21}).encode())
    assert json.load(answer["Payload"]) == {"twice": 42}


def test_an_event_of_an_object_that_was_not_handed_on_is_told_at_the_next_start(emulator: Any) -> None:
    s3 = make_bucket(emulator, "uploads")
    sfn, events = emulator.client("stepfunctions"), emulator.client("events")
    machines = emulator.machines()
    machine = sfn.create_state_machine(
        name="m", definition=json.dumps(single({"Type": "Pass", "End": True})), roleArn=ROLE
    )["stateMachineArn"]
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}))
    events.put_targets(Rule="rule", Targets=[{"Id": "m", "Arn": machine, "RoleArn": ROLE}])
    s3.put_bucket_notification_configuration(
        Bucket="uploads", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )

    def keys() -> set[str]:
        found = sfn.list_executions(stateMachineArn=machine)["executions"]
        inputs = [json.loads(machines.end(one["executionArn"])["input"]) for one in found]
        return {given["detail"]["object"]["key"] for given in inputs}

    written = [f"{n}.csv" for n in range(30)]
    for key in written:
        s3.put_object(Bucket="uploads", Key=key, Body=b"x")
    emulator.kill()
    emulator.start()

    wait_until(lambda: keys() == set(written))


def test_a_second_emulator_is_refused_the_folder(emulator: Any) -> None:
    from .conftest import Emulator

    other = Emulator(emulator.folder)
    with pytest.raises(AssertionError, match="does another emulator run on this folder"):
        other.start()


def test_another_port_is_refused(emulator: Any) -> None:
    emulator.stop()
    kept, emulator.port = emulator.port, processes.free_port("127.0.0.1")
    with pytest.raises(AssertionError, match=f"CELLFLOW_PORT={kept}"):
        emulator.start()
