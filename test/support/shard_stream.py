"""A Kinesis stream in memory that keeps closed shards as AWS does, with a client's interface."""

import itertools
from typing import Any

from botocore.exceptions import ClientError


class ShardStream:
    def __init__(self, shards: int = 1) -> None:
        self._sequence = itertools.count(1)
        self._shards: dict[str, dict[str, Any]] = {}
        self._failures: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self.shards_listed_at_once = 1_000
        for _ in range(shards):
            self._open()

    def _open(self, *parents: str) -> str:
        name = f"shardId-{len(self._shards):012d}"
        self._shards[name] = {"records": [], "parents": parents, "closed": False, "start": str(next(self._sequence))}
        return name

    # What tests do to the stream

    def put(self, shard: str, data: bytes, key: str = "key") -> str:
        assert not self._shards[shard]["closed"]
        sequence = str(next(self._sequence))
        self._shards[shard]["records"].append({"SequenceNumber": sequence, "PartitionKey": key, "Data": data})
        return sequence

    def split(self, shard: str) -> tuple[str, str]:
        self._shards[shard]["closed"] = True
        return self._open(shard), self._open(shard)

    def merge(self, first: str, second: str) -> str:
        self._shards[first]["closed"] = self._shards[second]["closed"] = True
        return self._open(first, second)

    def trim(self, shard: str) -> None:
        """Let retention pass over what the shard holds."""
        self._shards[shard]["records"].clear()

    def forget(self, shard: str) -> None:
        del self._shards[shard]

    def fail(self, operation: str, code: str, times: int = 1) -> None:
        self._failures += [(operation, code)] * times

    # The client

    def list_shards(self, StreamName: str | None = None, NextToken: str | None = None) -> dict:
        self._called("ListShards")
        if (StreamName is None) == (NextToken is None):
            raise error("InvalidArgumentException", "ListShards")
        start = int(NextToken or 0)
        names = list(self._shards)
        end = start + self.shards_listed_at_once
        more = {"NextToken": str(end)} if end < len(names) else {}
        return {"Shards": [self._described(name) for name in names[start:end]], **more}

    def get_shard_iterator(
        self, StreamName: str, ShardId: str, ShardIteratorType: str, StartingSequenceNumber: str = "0"
    ) -> dict:
        self._called("GetShardIterator")
        if ShardId not in self._shards:
            raise error("ResourceNotFoundException", "GetShardIterator")
        if ShardIteratorType == "AFTER_SEQUENCE_NUMBER" and int(StartingSequenceNumber) < int(
            self._shards[ShardId]["start"]
        ):
            raise error("InvalidArgumentException", "GetShardIterator")
        after = "0" if ShardIteratorType == "TRIM_HORIZON" else StartingSequenceNumber
        return {"ShardIterator": f"{ShardId}/{after}"}

    def get_records(self, ShardIterator: str, Limit: int) -> dict:
        self._called("GetRecords")
        name, after = ShardIterator.split("/")
        shard = self._shards.get(name)
        if shard is None:
            raise error("ResourceNotFoundException", "GetRecords")
        left = [record for record in shard["records"] if int(record["SequenceNumber"]) > int(after)]
        page = left[:Limit]
        behind = 1000 if len(left) > Limit else 0
        if page:
            after = page[-1]["SequenceNumber"]
        following = None if shard["closed"] and not page and not behind else f"{name}/{after}"
        return {"Records": page, "NextShardIterator": following, "MillisBehindLatest": behind}

    def _described(self, name: str) -> dict:
        shard = self._shards[name]
        span = {"StartingSequenceNumber": shard["start"]} | ({"EndingSequenceNumber": "9"} if shard["closed"] else {})
        parents = dict(zip(("ParentShardId", "AdjacentParentShardId"), shard["parents"], strict=False))
        return {"ShardId": name, "SequenceNumberRange": span, **parents}

    def _called(self, operation: str) -> None:
        self.calls.append(operation)
        for failure in self._failures:
            if failure[0] == operation:
                self._failures.remove(failure)
                raise error(failure[1], operation)


def error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "injected"}}, operation)
