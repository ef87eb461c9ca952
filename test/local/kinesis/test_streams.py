"""Kinesis: resharding, reading closed shards, limits."""

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import wait_until

from local.kinesis.waiting import LOOK_SECONDS

HALF = str(2**127)


@pytest.fixture
def kinesis(client: Callable[[str], Any]) -> Any:
    return client("kinesis")


@pytest.fixture
def stream(kinesis: Any) -> str:
    name = f"k-{uuid.uuid4().hex[:8]}"
    kinesis.create_stream(StreamName=name, ShardCount=1)
    wait_until(
        lambda: kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"
    )
    return name


def put(kinesis: Any, stream: str, count: int, start: int = 0) -> list[dict[str, Any]]:
    records = [{"Data": b"r%d" % n, "PartitionKey": str(n)} for n in range(start, start + count)]
    answer = kinesis.put_records(StreamName=stream, Records=records)
    assert answer["FailedRecordCount"] == 0
    return answer["Records"]


def iterator(kinesis: Any, stream: str, shard: str, kind: str = "TRIM_HORIZON", **more: Any) -> str:
    return kinesis.get_shard_iterator(StreamName=stream, ShardId=shard, ShardIteratorType=kind, **more)["ShardIterator"]


def drain(kinesis: Any, token: str | None, limit: int = 3) -> tuple[list[bytes], dict[str, Any]]:
    """Read on until a page is empty or the shard ends; gives the data and the last answer."""
    data: list[bytes] = []
    answer: dict[str, Any] = {}
    while token:
        answer = kinesis.get_records(ShardIterator=token, Limit=limit)
        data += [record["Data"] for record in answer["Records"]]
        token = answer.get("NextShardIterator") if answer["Records"] else None
    return data, answer


def test_a_split_shard_is_read_to_its_end(kinesis: Any, stream: str) -> None:
    put(kinesis, stream, 7)
    before = iterator(kinesis, stream, "shardId-000000000000")
    kinesis.split_shard(StreamName=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=HALF)
    later = put(kinesis, stream, 20, start=7)

    parent, left, right = kinesis.list_shards(StreamName=stream)["Shards"]
    assert (
        parent["SequenceNumberRange"]["EndingSequenceNumber"] > parent["SequenceNumberRange"]["StartingSequenceNumber"]
    )
    assert "EndingSequenceNumber" not in left["SequenceNumberRange"]
    assert {left["ParentShardId"], right["ParentShardId"]} == {parent["ShardId"]}
    assert int(left["HashKeyRange"]["EndingHashKey"]) + 1 == int(right["HashKeyRange"]["StartingHashKey"])
    assert {record["ShardId"] for record in later} == {left["ShardId"], right["ShardId"]}

    data, last = drain(kinesis, before)
    assert data == [b"r%d" % n for n in range(7)]
    assert last.get("NextShardIterator") is None
    assert [child["ShardId"] for child in last["ChildShards"]] == [left["ShardId"], right["ShardId"]]
    assert last["ChildShards"][0]["ParentShards"] == [parent["ShardId"]]
    children = [drain(kinesis, iterator(kinesis, stream, shard["ShardId"]))[0] for shard in (left, right)]
    assert sorted(children[0] + children[1]) == sorted(b"r%d" % n for n in range(7, 27))
    summary = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]
    assert summary["OpenShardCount"] == 2


def test_merged_shards_stay_readable(kinesis: Any, stream: str) -> None:
    kinesis.split_shard(StreamName=stream, ShardToSplit="shardId-000000000000", NewStartingHashKey=HALF)
    put(kinesis, stream, 20)
    kinesis.merge_shards(
        StreamName=stream, ShardToMerge="shardId-000000000001", AdjacentShardToMerge="shardId-000000000002"
    )
    put(kinesis, stream, 5, start=20)

    shards = {shard["ShardId"]: shard for shard in kinesis.list_shards(StreamName=stream)["Shards"]}
    merged = shards["shardId-000000000003"]
    assert (merged["ParentShardId"], merged["AdjacentParentShardId"]) == (
        "shardId-000000000001",
        "shardId-000000000002",
    )
    read = [drain(kinesis, iterator(kinesis, stream, shard))[0] for shard in shards]
    assert sorted(record for part in read for record in part) == sorted(b"r%d" % n for n in range(25))
    open_now = kinesis.list_shards(StreamName=stream, ShardFilter={"Type": "AT_LATEST"})["Shards"]
    assert [shard["ShardId"] for shard in open_now] == ["shardId-000000000003"]
    with pytest.raises(ClientError, match="already been merged or split"):
        kinesis.split_shard(StreamName=stream, ShardToSplit="shardId-000000000001", NewStartingHashKey="5")


def test_iterators_by_sequence_number(kinesis: Any, stream: str) -> None:
    numbers = [record["SequenceNumber"] for record in put(kinesis, stream, 5)]
    shard = "shardId-000000000000"

    at = iterator(kinesis, stream, shard, "AT_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[2])
    after = iterator(kinesis, stream, shard, "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=numbers[2])
    latest = iterator(kinesis, stream, shard, "LATEST")
    put(kinesis, stream, 1, start=5)
    assert drain(kinesis, at)[0] == [b"r2", b"r3", b"r4", b"r5"]
    assert drain(kinesis, after)[0] == [b"r3", b"r4", b"r5"]
    assert drain(kinesis, latest)[0] == [b"r5"]


def test_an_empty_page_leads_on(kinesis: Any, stream: str) -> None:
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, stream, "shardId-000000000000"))
    assert answer["Records"] == [] and answer["MillisBehindLatest"] == 0
    put(kinesis, stream, 1)
    assert drain(kinesis, answer["NextShardIterator"])[0] == [b"r0"]


def test_an_answer_holds_at_most_10_mib(kinesis: Any, stream: str) -> None:
    for _ in range(3):
        kinesis.put_records(StreamName=stream, Records=[{"Data": b"x" * 1_000_000, "PartitionKey": "p"}] * 5)
    answer = kinesis.get_records(ShardIterator=iterator(kinesis, stream, "shardId-000000000000"))

    assert len(answer["Records"]) == 10 and answer["MillisBehindLatest"] >= 0
    assert len(kinesis.get_records(ShardIterator=answer["NextShardIterator"])["Records"]) == 5


def test_limits_of_put_records(kinesis: Any, stream: str) -> None:
    with pytest.raises(ClientError):
        kinesis.put_records(StreamName=stream, Records=[{"Data": b"", "PartitionKey": "p"}] * 501)
    with pytest.raises(ClientError, match="larger than 1048576"):
        kinesis.put_records(StreamName=stream, Records=[{"Data": b"x" * 1_048_576, "PartitionKey": "key"}])
    with pytest.raises(ClientError):
        kinesis.put_records(StreamName=stream, Records=[{"Data": b"x" * 1_000_000, "PartitionKey": "p"}] * 6)


def test_an_on_demand_stream_has_four_shards(kinesis: Any) -> None:
    name = f"k-{uuid.uuid4().hex[:8]}"
    kinesis.create_stream(StreamName=name, StreamModeDetails={"StreamMode": "ON_DEMAND"})

    summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    assert (summary["OpenShardCount"], summary["StreamModeDetails"]["StreamMode"]) == (4, "ON_DEMAND")


def test_a_read_at_the_tip_waits_for_what_comes_to_any_shard(kinesis: Any) -> None:
    name = f"k-{uuid.uuid4().hex[:8]}"
    kinesis.create_stream(StreamName=name, ShardCount=2)
    tips = [iterator(kinesis, name, shard["ShardId"]) for shard in kinesis.list_shards(StreamName=name)["Shards"]]

    def read(token: str) -> tuple[int, float]:
        began = time.monotonic()
        return len(kinesis.get_records(ShardIterator=token)["Records"]), time.monotonic() - began

    assert read(tips[0])[1] >= LOOK_SECONDS
    with ThreadPoolExecutor(2) as readers:
        reads = [readers.submit(read, token) for token in tips]
        time.sleep(LOOK_SECONDS / 4)
        put(kinesis, name, 1)
        found = [read.result() for read in reads]
    assert sorted(records for records, _ in found) == [0, 1]
    assert all(seconds < LOOK_SECONDS for _, seconds in found)
    # What is there already is waited for by nobody.
    assert min(read(token)[1] for token in tips) < LOOK_SECONDS / 4
