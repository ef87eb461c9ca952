"""What the emulator has is there again after it was stopped, and after it was killed.

A scenario writes, pauses, and looks again. All of them share one emulator, which ends once while they pause.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import ROLE, single, task, wait_until

from .conftest import Emulator, body_of, make_bucket

MB = 1_000_000
Scenario = Callable[[Any], Iterator[None]]


def objects_their_versions_and_what_is_said_of_them(emulator: Any) -> Iterator[None]:
    s3 = make_bucket(emulator, "uploads", versioned=True)
    large = os.urandom(3 * MB)
    first = s3.put_object(Bucket="uploads", Key="ä/öü %41.csv", Body=b"first", Metadata={"who": "me"})["VersionId"]
    second = s3.put_object(Bucket="uploads", Key="ä/öü %41.csv", Body=large, Tagging="a=b")["VersionId"]
    s3.put_object(Bucket="uploads", Key="gone", Body=b"x")
    marker = s3.delete_object(Bucket="uploads", Key="gone")["VersionId"]
    s3.put_object(Bucket="uploads", Key="empty", Body=b"")
    s3.copy_object(Bucket="uploads", Key="copy", CopySource={"Bucket": "uploads", "Key": "ä/öü %41.csv"})
    before = s3.list_object_versions(Bucket="uploads")

    yield

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


def what_was_deleted_or_replaced_stays_so_and_takes_no_space(emulator: Any) -> Iterator[None]:
    s3 = make_bucket(emulator, "plain")
    # No other scenario writes as many bytes.
    size = 2 * MB + 1
    for _ in range(3):
        s3.put_object(Bucket="plain", Key="replaced", Body=os.urandom(size))
    s3.put_object(Bucket="plain", Key="deleted", Body=os.urandom(size))
    s3.delete_objects(Bucket="plain", Delete={"Objects": [{"Key": "deleted"}]})
    last = body_of(s3, "plain", "replaced")

    yield

    assert [held["Key"] for held in s3.list_objects_v2(Bucket="plain")["Contents"]] == ["replaced"]
    assert body_of(s3, "plain", "replaced") == last
    on_disk = [path.stat().st_size for path in (emulator.folder / "data" / "bodies").rglob("*") if path.is_file()]
    assert on_disk.count(size) == 1


def an_upload_in_parts_goes_on(emulator: Any) -> Iterator[None]:
    s3 = make_bucket(emulator, "parts", versioned=True)
    upload = s3.create_multipart_upload(Bucket="parts", Key="large.csv")["UploadId"]
    parts = [os.urandom(5 * MB), os.urandom(6 * MB), b"end"]
    about: dict[str, Any] = {"Bucket": "parts", "Key": "large.csv", "UploadId": upload}
    tags = [s3.upload_part(**about, PartNumber=n, Body=part)["ETag"] for n, part in enumerate(parts[:2], 1)]

    yield

    tags.append(s3.upload_part(**about, PartNumber=3, Body=parts[2])["ETag"])
    named = {"Parts": [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]}
    done = s3.complete_multipart_upload(**about, MultipartUpload=named)

    digest = hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()
    assert done["ETag"] == f'"{digest}-3"'
    assert body_of(s3, "parts", "large.csv") == b"".join(parts)
    assert body_of(s3, "parts", "large.csv", VersionId=done["VersionId"]) == b"".join(parts)


def the_records_of_a_stream_and_their_sequence_numbers(emulator: Any) -> Iterator[None]:
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

    yield

    assert [record["Data"] for record in before] == [b"\x00\xff" * n for n in range(1, 50)]
    assert records("shardId-000000000000") == before
    assert kinesis.list_shards(StreamName="rows")["Shards"] == shards
    more = kinesis.put_record(StreamName="rows", Data=b"more", PartitionKey="k")
    assert more["SequenceNumber"] > before[-1]["SequenceNumber"]
    assert records(more["ShardId"])[-1]["Data"] == b"more"


def the_state_of_services(emulator: Any) -> Iterator[None]:
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

    yield

    found = glue.get_partitions(DatabaseName="lake", TableName="t")["Partitions"]
    assert [one["Values"] for one in found] == [["2026-03-02"]]
    assert athena.get_named_query(NamedQueryId=query)["NamedQuery"]["QueryString"] == "select 1"
    assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "s"
    subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [one["Endpoint"] for one in subscriptions] == ["reports@cellflow.example"]
    assert events.describe_rule(Name="rule")["EventPattern"]
    assert json.loads(sfn.describe_state_machine(stateMachineArn=machine)["definition"]) == definition


def a_failed_execution_can_be_redriven_afterwards(emulator: Any) -> Iterator[None]:
    machines = emulator.machines()
    get = task("arn:aws:states:::aws-sdk:glue:getDatabase", Parameters={"Name": "later"})
    arn = machines.start(single(get))
    assert machines.end(arn)["status"] == "FAILED"

    yield

    emulator.client("glue").create_database(DatabaseInput={"Name": "later"})
    redriven = machines.redrive(arn)
    assert (redriven["status"], redriven["redriveCount"]) == ("SUCCEEDED", 1)


def chunks(work: dict[str, Any]) -> dict[str, Any]:
    """A distributed Map over `$.items`."""
    processor = {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Work",
        "States": {"Work": work},
    }
    return single({"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemProcessor": processor, "End": True})


def an_execution_goes_on_where_it_stood(emulator: Any) -> Iterator[None]:
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

    yield

    assert machines.events(done) == history
    ended = machines.end(arn)
    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"given": 2, "first": {"n": 1}})
    assert machines.types(arn).count("PassStateEntered") == 2
    assert machines.types(arn).count("WaitStateEntered") == 1
    assert ended["redriveCount"] == 0
    assert [event["id"] for event in machines.events(arn)] == list(range(1, len(machines.events(arn)) + 1))


def a_map_run_goes_on_with_the_children_that_have_not_ended(emulator: Any) -> Iterator[None]:
    glue = emulator.client("glue")
    # A second one of the same name is refused: each child gets here once.
    name = {"Name.$": "States.Format('db{}_{}', $.n, $$.Execution.RedriveCount)"}
    work = task("arn:aws:states:::aws-sdk:glue:createDatabase", Parameters={"DatabaseInput": name}, ResultPath=None)
    pause = {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Make"}
    definition = chunks(pause)
    definition["States"]["Only"]["ItemProcessor"]["States"]["Make"] = work
    machines = emulator.machines()
    arn = machines.start(definition, {"items": [{"n": n, "seconds": n % 2 * 3} for n in range(6)]})

    def made() -> set[str]:
        return {one["Name"] for one in glue.get_databases()["DatabaseList"] if one["Name"].startswith("db")}

    wait_until(made)
    time.sleep(0.8)

    yield

    ended = machines.end(arn)
    assert ended["status"] == "SUCCEEDED"
    assert [item["n"] for item in json.loads(ended["output"])] == list(range(6))
    assert made() == {f"db{n}_0" for n in range(6)}
    runs = emulator.client("stepfunctions").list_map_runs(executionArn=arn)["mapRuns"]
    assert len(runs) == 1
    counts = emulator.client("stepfunctions").describe_map_run(mapRunArn=runs[0]["mapRunArn"])["itemCounts"]
    assert (counts["total"], counts["succeeded"], counts["running"], counts["pending"]) == (6, 6, 0, 0)


# The last ones wait for seconds that must not be over when the emulator ends.
SCENARIOS: list[Scenario] = [
    objects_their_versions_and_what_is_said_of_them,
    what_was_deleted_or_replaced_stays_so_and_takes_no_space,
    an_upload_in_parts_goes_on,
    the_records_of_a_stream_and_their_sequence_numbers,
    the_state_of_services,
    a_failed_execution_can_be_redriven_afterwards,
    an_execution_goes_on_where_it_stood,
    a_map_run_goes_on_with_the_children_that_have_not_ended,
]


@pytest.fixture(scope="module", params=["stopped", "killed"])
def paused(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Scenario, Any]]:
    """All scenarios at their second half, after the emulator ended and started again."""
    emulator = Emulator(tmp_path_factory.mktemp(request.param))
    emulator.start()
    try:
        halves = {scenario: scenario(emulator) for scenario in SCENARIOS}
        for half in halves.values():
            next(half)
        emulator.end(request.param)
        emulator.start()
        yield halves
    finally:
        emulator.kill()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.__name__ for scenario in SCENARIOS])
def test_is_there_again(paused: dict[Scenario, Any], scenario: Scenario) -> None:
    with pytest.raises(StopIteration):
        next(paused[scenario])
