"""Reading shards: nothing skipped, nothing twice, whatever becomes of the shards."""

import random
from collections.abc import Callable

import pytest
from cellflow import kinesis_shards
from cellflow.kinesis_shards import CLOSED, Position, StreamReader
from support.shard_stream import ShardStream

SHARD = "shardId-000000000000"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinesis_shards.time, "sleep", lambda _: None)


def reader_of(stream: ShardStream, max_records: int = 100, max_bytes: int = 1_000_000) -> StreamReader:
    return StreamReader(stream, "stream", max_records, max_bytes)


def drain(reader: StreamReader, start: Position | None = None) -> tuple[list[bytes], list[tuple[Position, Position]]]:
    """Everything up to the tip, and the batches in which it was read."""
    position = start or {}
    found, batches = [], []
    while True:
        records, end = reader.read(position)
        if end == position:
            assert not records
            return found, batches
        found += [record.data for record in records]
        batches.append((position, end))
        position = end


def test_an_empty_stream_is_at_its_tip() -> None:
    assert reader_of(ShardStream(3)).read({}) == ([], {})


def test_batches_are_bounded_and_together_hold_every_record_once() -> None:
    stream = ShardStream(3)
    names = [shard["ShardId"] for shard in stream.list_shards("stream")["Shards"]]
    expected = [f"{name}-{n}".encode() for name in names for n in range(40)]
    for n in range(40):
        for name in names:
            stream.put(name, f"{name}-{n}".encode())

    reader = reader_of(stream, max_records=25)
    found, batches = drain(reader)

    assert sorted(found) == sorted(expected)
    for start, end in batches:
        again = [record.data for record in reader_of(stream).read_between(start, end)]
        assert 0 < len(again) <= 25


def test_a_batch_is_bounded_in_bytes() -> None:
    stream = ShardStream(1)
    for _ in range(50):
        stream.put(SHARD, b"x" * 1_000)

    reader = reader_of(stream, max_records=10, max_bytes=5_000)
    records, _ = reader.read({})

    assert len(records) == 10
    assert len(drain(reader)[0]) == 50


def test_a_batch_read_again_is_the_same_though_more_has_come() -> None:
    stream = ShardStream(2)
    for n in range(30):
        stream.put(f"shardId-{n % 2:012d}", str(n).encode())
    first, end = reader_of(stream, max_records=20).read({})
    stream.put(SHARD, b"late")
    stream.split(SHARD)

    again = list(reader_of(stream).read_between({}, end))

    assert sorted(again, key=str) == sorted(first, key=str)


def split_unread(stream: ShardStream) -> None:
    for n in range(5):
        stream.put(SHARD, f"before-{n}".encode())
    for child in stream.split(SHARD):
        stream.put(child, f"after-{child}".encode())


def merge_unread(stream: ShardStream) -> None:
    second = "shardId-000000000001"
    for shard in (SHARD, second):
        stream.put(shard, f"before-{shard}".encode())
    stream.put(stream.merge(SHARD, second), b"after")


def split_and_merge_again(stream: ShardStream) -> None:
    stream.put(SHARD, b"first")
    one, two = stream.split(SHARD)
    stream.put(one, b"second")
    stream.put(two, b"third")
    stream.put(stream.merge(one, two), b"fourth")


@pytest.mark.parametrize("reshard", [split_unread, merge_unread, split_and_merge_again], ids=lambda f: f.__name__)
def test_closed_shards_are_drained_before_their_children(reshard: Callable[[ShardStream], None]) -> None:
    stream = ShardStream(2)
    reshard(stream)
    every = [record["Data"] for shard in stream._shards.values() for record in shard["records"]]

    found, batches = drain(reader_of(stream))

    assert sorted(found) == sorted(every)
    order = {record: at for at, record in enumerate(found)}
    for name, shard in stream._shards.items():
        for parent in shard["parents"]:
            for child_record in shard["records"]:
                for parent_record in stream._shards[parent]["records"]:
                    assert order[parent_record["Data"]] < order[child_record["Data"]], name
    replayed = [record.data for start, end in batches for record in reader_of(stream).read_between(start, end)]
    assert sorted(replayed) == sorted(every)


def test_resharding_at_random_loses_and_doubles_nothing() -> None:
    pick = random.Random(11)
    stream = ShardStream(2)
    reader = reader_of(stream, max_records=7)
    position: Position = {}
    put, found = [], []
    for step in range(300):
        live = [name for name, shard in stream._shards.items() if not shard["closed"]]
        action = pick.random()
        if action < 0.1:
            stream.split(pick.choice(live))
        elif action < 0.2 and len(live) > 1:
            stream.merge(*pick.sample(live, 2))
        elif action < 0.7:
            put.append(str(step).encode())
            stream.put(pick.choice(live), put[-1])
        else:
            records, position = reader.read(position)
            found += [record.data for record in records]
        if action > 0.95:
            reader = reader_of(stream, max_records=7)
    found += drain(reader, position)[0]
    assert sorted(found) == sorted(put)


def test_a_drained_shard_is_forgotten_with_the_stream() -> None:
    stream = ShardStream(1)
    stream.put(SHARD, b"one")
    child, _ = stream.split(SHARD)
    reader = reader_of(stream)
    _, batches = drain(reader)
    assert batches[-1][1] == {SHARD: CLOSED}

    stream.forget(SHARD)
    assert drain(reader, batches[-1][1]) == ([], [])
    stream.put(child, b"two")
    _, batches = drain(reader, batches[-1][1])
    assert set(batches[-1][1]) == {child}


def test_records_that_retention_passed_over_do_not_stop_the_reader() -> None:
    stream = ShardStream(1)
    for n in range(4):
        stream.put(SHARD, str(n).encode())
    _, end = reader_of(stream, max_records=2).read({})
    stream.trim(SHARD)

    assert drain(reader_of(stream), end) == ([], [])
    assert list(reader_of(stream).read_between({}, end)) == []
    stream.put(SHARD, b"new")
    assert drain(reader_of(stream), end)[0] == [b"new"]


def test_a_stream_made_anew_under_its_name_is_read_from_its_start() -> None:
    old = ShardStream(1)
    old.put(SHARD, b"old")
    new = ShardStream(1)
    new._shards[SHARD]["start"] = "1000"
    new._sequence = iter(range(1001, 2000))
    new.put(SHARD, b"new")

    assert drain(reader_of(new), drain(reader_of(old))[1][-1][1])[0] == [b"new"]
    assert drain(reader_of(new), {SHARD: CLOSED})[0] == [b"new"]


def test_an_iterator_that_expired_is_made_again() -> None:
    stream = ShardStream(1)
    stream.put(SHARD, b"one")
    reader = reader_of(stream)
    _, position = reader.read({})
    stream.put(SHARD, b"two")
    stream.fail("GetRecords", "ExpiredIteratorException")

    assert [record.data for record in reader.read(position)[0]] == [b"two"]
    stream.fail("GetRecords", "ExpiredIteratorException")
    end = {SHARD: stream._shards[SHARD]["records"][-1]["SequenceNumber"]}
    assert [record.data for record in reader.read_between({}, end)] == [b"one", b"two"]


def test_throttling_is_waited_out_and_never_taken_for_the_tip() -> None:
    stream = ShardStream(1)
    stream.put(SHARD, b"one")
    stream.fail("GetRecords", "ProvisionedThroughputExceededException", times=5)
    stream.fail("ListShards", "LimitExceededException", times=2)

    assert [record.data for record in reader_of(stream).read({})[0]] == [b"one"]


def test_one_shard_in_trouble_does_not_hold_up_the_others() -> None:
    stream = ShardStream(2)
    stream.put(SHARD, b"one")
    stream.put("shardId-000000000001", b"two")
    stream.fail("GetRecords", "InternalFailure")
    reader = reader_of(stream)

    records, position = reader.read({})

    assert len(records) == 1
    assert sorted([records[0].data, *drain(reader, position)[0]]) == [b"one", b"two"]


def test_errors_without_end_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinesis_shards, "GIVE_UP_SECONDS", 0.0)
    stream = ShardStream(1)
    stream.fail("GetRecords", "InternalFailure", times=1_000)
    with pytest.raises(Exception, match="InternalFailure"):
        reader_of(stream).read({})


def test_a_stream_that_is_not_there_is_raised_at_once() -> None:
    stream = ShardStream(1)
    stream.fail("ListShards", "ResourceNotFoundException")
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        reader_of(stream).read({})
    assert stream.calls == ["ListShards"]


def test_an_idle_stream_costs_one_read_a_shard() -> None:
    stream = ShardStream(2)
    reader = reader_of(stream)
    reader.read({})
    stream.calls.clear()
    reader.read({})
    assert sorted(stream.calls) == ["GetRecords", "GetRecords", "ListShards"]


def test_shards_beyond_the_first_page_are_read() -> None:
    stream = ShardStream(7)
    stream.shards_listed_at_once = 3
    for n in range(7):
        stream.put(f"shardId-{n:012d}", str(n).encode())
    assert sorted(drain(reader_of(stream))[0]) == [b"%d" % n for n in range(7)]
