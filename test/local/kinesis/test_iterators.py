"""An iterator says where it stands, as long as it is good."""

import time

import pytest

from local.kinesis import iterators


def test_an_iterator_says_where_it_stands() -> None:
    place = iterators.place_of(iterators.give("rows", "arn:rows", "shardId-000000000001", "17"))

    assert place is not None
    assert (place.stream, place.stream_arn, place.shard, place.start) == (
        "rows",
        "arn:rows",
        "shardId-000000000001",
        "17",
    )


def test_an_iterator_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    iterator = iterators.give("rows", "arn:rows", "shardId-000000000001", "")
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)

    assert iterators.place_of(iterator) is None


@pytest.mark.parametrize("text", [None, "", "no iterator", "bm8gaXRlcmF0b3I=", "WzEsIDJd", "MQ=="])
def test_what_is_no_iterator_stands_nowhere(text: str | None) -> None:
    assert iterators.place_of(text) is None
