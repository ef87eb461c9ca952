"""Injected faults."""

import json
import threading
import time
import urllib.error
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import wait_until

from local.faults import rules


@pytest.fixture
def stream(client: Callable[[str], Any]) -> str:
    name = f"k-{uuid.uuid4().hex[:8]}"
    client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return name


def test_a_share_of_the_entries_is_throttled(
    client: Callable[[str], Any], stream: str, inject: Callable[..., Any]
) -> None:
    inject(service="kinesis", operation="PutRecords", name=stream, effect="throttle", fraction=0.3, count=1)
    records = [{"Data": b"%d" % n, "PartitionKey": str(n)} for n in range(200)]
    answer = client("kinesis").put_records(StreamName=stream, Records=records)

    failed = [index for index, record in enumerate(answer["Records"]) if "ErrorCode" in record]
    assert len(failed) == answer["FailedRecordCount"] and 20 < len(failed) < 110
    assert answer["Records"][failed[0]]["ErrorCode"] == "ProvisionedThroughputExceededException"
    again = client("kinesis").put_records(StreamName=stream, Records=[records[index] for index in failed])
    assert again["FailedRecordCount"] == 0
    token = client("kinesis").get_shard_iterator(
        StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    stored = client("kinesis").get_records(ShardIterator=token["ShardIterator"])["Records"]
    assert sorted(int(record["Data"]) for record in stored) == list(range(200))


def test_kinesis_answers_500_so_often(client: Callable[[str], Any], stream: str, inject: Callable[..., Any]) -> None:
    inject(service="kinesis", operation="PutRecord*", effect="error", count=2)
    for _ in range(2):
        with pytest.raises(ClientError) as refused:
            client("kinesis").put_record(StreamName=stream, Data=b"", PartitionKey="p")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    client("kinesis").put_record(StreamName=stream, Data=b"", PartitionKey="p")
    assert inject("GET")[0]["fired"] == 2


def test_s3_answers_503_for_a_prefix(client: Callable[[str], Any], bucket: str, inject: Callable[..., Any]) -> None:
    slow_down = {"status": 503, "code": "SlowDown", "message": "Please reduce your request rate."}
    inject(service="s3", operation="PutObject", name=f"{bucket}/staged/", effect="error", seconds=1.5, **slow_down)
    s3 = client("s3")

    s3.put_object(Bucket=bucket, Key="other", Body=b"")
    with pytest.raises(ClientError, match="SlowDown"):
        s3.put_object(Bucket=bucket, Key="staged/a", Body=b"")
    time.sleep(1.5)
    s3.put_object(Bucket=bucket, Key="staged/a", Body=b"")


def test_the_time_of_a_rule_begins_with_the_first_call_that_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(rules, "time", SimpleNamespace(monotonic=lambda: clock.now))
    rule = rules.Rule("kinesis", "error", "PutRecords", seconds=6)
    goes_wrong = []
    for clock.now in (100.0, 105.9, 106.0):
        goes_wrong.append(rule.covers("kinesis", "PutRecords", "stream") and rule.fires())
    assert goes_wrong == [True, True, False]


def test_a_call_is_held_until_rules_are_cleared(
    client: Callable[[str], Any], bucket: str, inject: Callable[..., Any]
) -> None:
    inject(service="s3", operation="PutObject", name=bucket, effect="hold", milliseconds=50_000)
    s3 = client("s3")
    writing = threading.Thread(target=lambda: s3.put_object(Bucket=bucket, Key="held", Body=b"written"))
    writing.start()
    wait_until(lambda: inject("GET")[0]["fired"] == 1, seconds=10)
    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0

    inject("DELETE")

    writing.join(20)
    assert s3.get_object(Bucket=bucket, Key="held")["Body"].read() == b"written"


def test_a_call_is_held_no_longer_than_its_rule_says(
    client: Callable[[str], Any], bucket: str, inject: Callable[..., Any]
) -> None:
    inject(service="s3", operation="PutObject", name=bucket, effect="hold", milliseconds=100)
    client("s3").put_object(Bucket=bucket, Key="held", Body=b"written")
    assert inject("GET")[0]["fired"] == 1


def test_an_answer_is_lost_after_the_write(
    client: Callable[[str], Any], bucket: str, inject: Callable[..., Any]
) -> None:
    inject(service="s3", operation="PutObject", effect="error-after", status=500, code="InternalError", count=1)
    with pytest.raises(ClientError, match="InternalError"):
        client("s3").put_object(Bucket=bucket, Key="a", Body=b"written")
    assert client("s3").get_object(Bucket=bucket, Key="a")["Body"].read() == b"written"


def test_the_second_invocation_is_killed(
    client: Callable[[str], Any], function: Callable[..., str], inject: Callable[..., Any]
) -> None:
    source = "exports.handler = async () => { await new Promise((done) => setTimeout(done, 400)); return 1; };"
    name = f"killed-{uuid.uuid4().hex[:8]}"
    function(source, name=name)
    inject(service="lambda", operation="Invoke", name=name, effect="kill", skip=1, count=1, milliseconds=100)

    def invoke() -> Any:
        return json.loads(client("lambda").invoke(FunctionName=name)["Payload"].read())

    assert invoke() == 1
    assert invoke()["errorType"] == "Runtime.ExitError"
    assert invoke() == 1


def test_a_stream_is_emptied(client: Callable[[str], Any], stream: str, inject: Callable[..., Any]) -> None:
    client("kinesis").put_record(StreamName=stream, Data=b"", PartitionKey="p")

    assert inject(path="empty-stream", stream=stream) == {"records": 1}
    token = client("kinesis").get_shard_iterator(
        StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    assert client("kinesis").get_records(ShardIterator=token["ShardIterator"])["Records"] == []


def test_plugins_ask_for_their_own_faults() -> None:
    rules.add(service="glue", operation="Crawl", name="lake", effect="fail", count=1)
    try:
        assert rules.check("glue", "Crawl", "other", "fail") is None
        assert rules.check("glue", "Crawl", "lake", "error") is None
        assert rules.check("glue", "Crawl", "lake", "fail") is not None
        assert rules.check("glue", "Crawl", "lake", "fail") is None
    finally:
        rules.clear()


def test_unknown_effects_are_refused(inject: Callable[..., Any]) -> None:
    with pytest.raises(urllib.error.HTTPError):
        inject(service="s3", effect="explode")
