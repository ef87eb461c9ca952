"""Traces: what is written down, of whom, and in the order in which it took effect."""

import io
import json
import re
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.control import control
from support.emulation import ROLE, running_emulator, wait_until
from traces.events import Begin, End, Listing, read_events

from local import processes, settings
from local.traces.callers import caller

LAKE = "cellflow-lake-test"


class Traced:
    """An emulator that writes a trace."""

    def __init__(self, url: str, path: Path) -> None:
        self.url = url
        self.path = path

    def client(self, service: str, name: str) -> Any:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
        config = Config(retries={"total_max_attempts": 1}, user_agent_appid=name, max_pool_connections=50)
        return session.client(service, endpoint_url=self.url, config=config)

    def events(self, kind: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.path.read_text().splitlines()]
        return [event for event in found if event["kind"] == kind]


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Traced]:
    directory = tmp_path_factory.mktemp("traced")
    with running_emulator(directory, processes.free_port(settings.HOST), CELLFLOW_TRACE="1") as emulator:
        edition = Traced(emulator.url, directory / "trace.jsonl")
        edition.client("s3", "tester").create_bucket(
            Bucket=LAKE, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield edition


@pytest.fixture
def s3(traced: Traced) -> Any:
    return traced.client("s3", "cellflow-seal-upload.7")


def test_a_conditional_write_and_what_refused_it(traced: Traced, s3: Any) -> None:
    key = f"visibility/{uuid.uuid4().hex}-00000001.json"
    s3.put_object(Bucket=LAKE, Key=key, Body=b'{"upload_id": "1"}\n', IfNoneMatch="*")
    with pytest.raises(ClientError):
        s3.put_object(Bucket=LAKE, Key=key, Body=b"{}\n", IfNoneMatch="*")

    written, refused = [event for event in traced.events("put") if event["key"] == key]

    assert (written["by"], written["condition"], written["status"]) == ("cellflow-seal-upload.7", "absent", 200)
    assert written["body"] == '{"upload_id": "1"}\n'
    assert refused["status"] == 412
    assert abs(written["at"] - time.time() * 1_000) < 60_000


def test_an_update_says_what_it_replaces(traced: Traced, s3: Any) -> None:
    etag = s3.put_object(Bucket=LAKE, Key="claims/1.json", Body=b"{}")["ETag"]
    s3.put_object(Bucket=LAKE, Key="claims/1.json", Body=b"[]", IfMatch=etag)

    first, second = [event for event in traced.events("put") if event["key"] == "claims/1.json"]

    assert "condition" not in first
    assert second["condition"] == first["etag"] == etag.strip('"')


def test_objects_put_by_parts_and_deletions_but_no_rows(traced: Traced, s3: Any) -> None:
    source, key = "landing/1/part 1", "measurements/day=2026-01-01/1-0.parquet"
    s3.put_object(Bucket=LAKE, Key=source, Body=b"the value of a row")
    target = {"Bucket": LAKE, "Key": key}
    upload = s3.create_multipart_upload(**target)["UploadId"]
    copied = s3.upload_part_copy(
        **target, UploadId=upload, PartNumber=1, CopySource={"Bucket": LAKE, "Key": source}, CopySourceRange="bytes=4-8"
    )
    parts = [{"PartNumber": 1, "ETag": copied["CopyPartResult"]["ETag"]}]
    put = s3.complete_multipart_upload(**target, UploadId=upload, MultipartUpload={"Parts": parts})
    s3.delete_objects(Bucket=LAKE, Delete={"Objects": [{"Key": key}, {"Key": "elsewhere"}]})
    s3.delete_object(Bucket=LAKE, Key=source)

    written = next(event for event in traced.events("put") if event["key"] == key)
    deletions = [event["keys"] for event in traced.events("delete")]

    assert (written["by"], written["size"], written["etag"]) == ("cellflow-seal-upload.7", 5, put["ETag"].strip('"'))
    assert deletions[-2:] == [[key], [source]]
    assert "the value of a row" not in traced.path.read_text()


def test_a_write_whose_answer_is_lost_took_effect(traced: Traced, s3: Any) -> None:
    rule = {"service": "s3", "operation": "PutObject", "effect": "error-after", "status": 500, "count": 1}
    control(traced.url, "POST", "faults", {**rule, "name": f"{LAKE}/landings/"})
    with pytest.raises(ClientError):
        s3.put_object(Bucket=LAKE, Key="landings/1/00000001.json", Body=b"{}", IfNoneMatch="*")
    control(traced.url, "DELETE", "faults")

    assert [event["status"] for event in traced.events("put") if event["key"].startswith("landings/")] == [200]


def test_nothing_of_other_buckets_and_folders(traced: Traced, s3: Any) -> None:
    other = "cellflow-reports-test"
    s3.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=other, Key="claims/2.json", Body=b"{}")
    s3.put_object(Bucket=LAKE, Key="staged/1/0", Body=b"rows")

    assert not {"claims/2.json", "staged/1/0"} & {event["key"] for event in traced.events("put")}


def test_of_writes_at_once_the_one_that_won_stands_first(traced: Traced, s3: Any) -> None:
    keys = [f"visibility/{uuid.uuid4().hex}-00000001.json" for _ in range(20)]

    def write(key: str) -> None:
        try:
            s3.put_object(Bucket=LAKE, Key=key, Body=threading.current_thread().name.encode(), IfNoneMatch="*")
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 412

    threads = [threading.Thread(target=write, args=(key,)) for key in keys for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    for key in keys:
        events = [event for event in traced.events("put") if event["key"] == key]
        assert [event["status"] for event in events] == [200, 412, 412]
        assert s3.get_object(Bucket=LAKE, Key=key)["Body"].read().decode() == events[0]["body"]


def test_what_powertools_adds_to_a_name_is_left_out() -> None:
    agent = "aws-sdk-js/3.1 ua/2.1 api/s3#3.1 m/E app/cellflow-seal-upload.9-PT-NO-OP-2.36.0-PTEnv-NA"

    assert caller({"user-agent": agent}) == "cellflow-seal-upload.9"
    assert caller({"user-agent": "Boto3/1.4 app/jr_1 cfg/retry"}) == "jr_1"
    assert caller({"user-agent": "curl"}) is caller(None) is None


def test_partitions_that_the_catalogue_gets_and_loses(traced: Traced) -> None:
    glue = traced.client("glue", "tester")
    glue.create_database(DatabaseInput={"Name": "files"})
    glue.create_table(DatabaseName="files", TableInput={"Name": "measurements"})
    place = {"DatabaseName": "files", "TableName": "measurements"}
    glue.create_partition(**place, PartitionInput={"Values": ["2026-01-01"]})
    days = [{"Values": ["2026-01-01"]}, {"Values": ["2026-01-02"]}]
    glue.batch_create_partition(**place, PartitionInputList=days)
    glue.delete_partition(**place, PartitionValues=["2026-01-01"])

    events = [(event.get("added"), event.get("removed")) for event in traced.events("partitions")]

    assert events == [(["2026-01-01"], None), (["2026-01-02"], None), (None, ["2026-01-01"])]


NOTHING = "exports.handler = async () => process.env.AWS_SDK_UA_APP_ID;"


def test_a_function_is_told_by_name_and_process(traced: Traced) -> None:
    functions = traced.client("lambda", "tester")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.js", NOTHING)
    functions.create_function(
        FunctionName="cellflow-seal-upload",
        Runtime="nodejs22.x",
        Role=ROLE,
        Handler="index.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=10,
    )
    event = {"upload": {"id": "0123456789abcdef"}, "execution": {"Id": "arn:execution"}}
    answer = functions.invoke(FunctionName="cellflow-seal-upload", Payload=json.dumps(event).encode())
    name = json.load(answer["Payload"])

    begun, ended = traced.events("invoke")[-1], traced.events("answer")[-1]

    assert re.fullmatch(r"cellflow-seal-upload\.\d+", name)
    assert (begun["upload"], begun["execution"]) == ("0123456789abcdef", "arn:execution")
    assert (ended["worker"], ended["status"]) == (name, "ok")
    assert begun["request"] == ended["request"]


def make_table(traced: Traced, name: str, keys: list[str], storage: dict[str, Any]) -> None:
    """A table over a folder of the lake, in a database of this test."""
    columns = [{"Name": "upload_id", "Type": "string"}]
    table = {
        "Name": name,
        "Parameters": {"classification": storage["kind"]},
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "StorageDescriptor": {
            "Columns": columns,
            "Location": f"s3://{LAKE}/{storage['folder']}",
            "SerdeInfo": {"SerializationLibrary": storage["serde"]},
        },
    }
    traced.client("glue", "tester").create_table(DatabaseName="queried", TableInput=table)


def ask(traced: Traced, sql: str) -> str:
    """Run a query to its end; gives its id."""
    athena = traced.client("athena", "tester")
    query = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": "queried"},
        ResultConfiguration={"OutputLocation": f"s3://{LAKE}/answers/"},
    )["QueryExecutionId"]

    def ended() -> Any:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        return status if status["State"] not in ("QUEUED", "RUNNING") else None

    status = wait_until(ended)
    assert status["State"] == "SUCCEEDED", status
    wait_until(lambda: any(event["query"] == query for event in traced.events("end")), seconds=5)
    return query


def test_a_query_says_what_it_listed_and_read(traced: Traced, s3: Any) -> None:
    glue = traced.client("glue", "tester")
    glue.create_database(DatabaseInput={"Name": "queried"})
    parquet = {
        "kind": "parquet",
        "folder": "hourly_quality/",
        "serde": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    }
    lines = {
        "kind": "json",
        "folder": "visibility/",
        "serde": "org.apache.hive.hcatalog.data.JsonSerDe",
    }
    make_table(traced, "hourly_quality", ["day"], parquet)
    make_table(traced, "uploads_visibility", [], lines)
    body = io.BytesIO()
    pq.write_table(pa.table({"upload_id": ["1"]}), body)
    for day in ("2026-01-01", "2026-01-02"):
        s3.put_object(Bucket=LAKE, Key=f"hourly_quality/day={day}/1-0.parquet", Body=body.getvalue())
        place = {"Location": f"s3://{LAKE}/hourly_quality/day={day}/"}
        partition = {"Values": [day], "StorageDescriptor": place}
        glue.create_partition(DatabaseName="queried", TableName="hourly_quality", PartitionInput=partition)
    for key in [item["Key"] for item in s3.list_objects_v2(Bucket=LAKE, Prefix="visibility/").get("Contents", [])]:
        s3.delete_object(Bucket=LAKE, Key=key)
    s3.put_object(Bucket=LAKE, Key="visibility/1-00000001.json", Body=b'{"upload_id": "1"}\n')
    select = "select count(*) from hourly_quality where day = '2026-01-02' and upload_id in ({})"
    sql = select.format("select upload_id from uploads_visibility")
    before = int(time.time() * 1_000)

    query, again = ask(traced, sql), ask(traced, sql)

    events = [event for event in read_events(traced.path.open()) if isinstance(event, Begin | Listing | End)]
    for name in (query, again):
        begun, *listings, ended = [event for event in events if event.query == name]
        assert isinstance(begun, Begin) and before <= begun.clock <= begun.at
        listed = {event.folder: event for event in listings if isinstance(event, Listing)}
        assert listed["visibility/"].keys == ("visibility/1-00000001.json",)
        assert listed["hourly_quality/"].keys == ("hourly_quality/day=2026-01-02/1-0.parquet",)
        assert listed["hourly_quality/"].days == ("2026-01-02",)
        assert listed["hourly_quality/"].ruled_out == ("2026-01-01",)
        assert isinstance(ended, End) and ended.state == "SUCCEEDED"
        assert set(ended.read) == {key for listing in listed.values() for key in listing.keys}


def test_what_a_test_says_of_itself(traced: Traced) -> None:
    control(traced.url, "POST", "trace", {"grace": 10_000})

    assert [event["grace"] for event in traced.events("given")] == [10_000]


def test_events_are_numbered_without_a_gap(traced: Traced) -> None:
    events = [json.loads(line) for line in traced.path.read_text().splitlines()]

    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["kind"] == "start"
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)
