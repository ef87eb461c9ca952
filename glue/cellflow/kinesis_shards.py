"""Reading a Kinesis stream from one position to the next, with nothing of Spark in it.

A position says for each shard how far it has been read: a sequence number, or ``CLOSED`` once a closed shard has been
drained. A shard of which nothing has been read is not in it and starts at ``TRIM_HORIZON``.
"""

import logging
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import RecordTypeDef

CLOSED = "CLOSED"

# Kinesis allows five reads of a shard a second.
PAUSE_SECONDS = 0.2
# Longest wait for a stream that answers with nothing but errors, before the query fails with the last one.
GIVE_UP_SECONDS = 120.0
READERS = 16
PAGE_RECORDS = 1_000
# Errors that waiting does not mend.
HOPELESS = {"AccessDeniedException", "ResourceNotFoundException", "UnrecognizedClientException"}

Position = dict[str, str]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shard:
    id: str
    parents: tuple[str, ...]
    closed: bool


@dataclass(frozen=True)
class Record:
    shard: str
    sequence: str
    partition_key: str
    data: bytes


@dataclass
class ShardRead:
    """What one pass over a shard found."""

    shard: str
    records: list[Record] = field(default_factory=list)
    at_tip: bool = False
    drained: bool = False
    error: Exception | None = None


class Budget:
    """How much a batch may still take, shared by the shards that are read at once."""

    def __init__(self, records: int, size: int) -> None:
        self._records = records
        self._size = size
        self._reserved = 0
        self._changed = threading.Condition()

    def take(self, most: int) -> int:
        """Reserve up to `most` records; 0 only where the batch is full, for what others reserved may come back."""
        with self._changed:
            self._changed.wait_for(lambda: self._records > 0 or not self._reserved)
            taken = 0 if self._size <= 0 else min(most, self._records)
            self._records -= taken
            self._reserved += taken
            return taken

    def settle(self, taken: int, used: int, size: int) -> None:
        with self._changed:
            self._records += taken - used
            self._reserved -= taken
            self._size -= size
            self._changed.notify_all()


def error_code(error: Exception) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


class StreamReader:
    """Reads all shards of a stream; keeps iterators between reads, so that an idle stream costs one call a shard."""

    def __init__(self, client: "KinesisClient", stream: str, max_records: int, max_bytes: int) -> None:
        self._client = client
        self._stream = stream
        self._max_records = max_records
        self._max_bytes = max_bytes
        self._iterators: dict[str, tuple[str | None, str]] = {}
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="kinesis")

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def read(self, start: Position) -> tuple[list[Record], Position]:
        """The next records after `start` and the position behind them.

        Comes back with the position unchanged only when every shard has been read to its tip.
        """
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                shards = self.list_shards()
                reads, waiting = self._read_pass(shards, start)
            except (ClientError, BotoCoreError) as error:
                reads, waiting = [ShardRead(shard="", error=error)], 0
            if any(read.records or read.drained for read in reads):
                return [record for read in reads for record in read.records], advance(start, reads, shards)
            if not waiting and all(read.at_tip for read in reads):
                return [], start
            failed = next((read.error for read in reads if read.error), None)
            if failed:
                if error_code(failed) in HOPELESS or time.monotonic() > deadline:
                    raise failed
                logger.warning("Kinesis: %s; reading again", failed)
            time.sleep(random.uniform(PAUSE_SECONDS, 1.0) if failed else PAUSE_SECONDS)

    def read_between(self, start: Position, end: Position) -> Iterator[Record]:
        """Exactly the records that lay between two positions; less only where retention has passed over them."""
        for shard, stop in end.items():
            if start.get(shard) != stop:
                yield from self._read_shard_between(shard, start.get(shard), stop)

    def list_shards(self) -> list[Shard]:
        # Not by the SDK's paginator: it repeats the stream's name, which Kinesis refuses beside a token.
        answer = self._client.list_shards(StreamName=self._stream)
        listed = answer["Shards"]
        while token := answer.get("NextToken"):
            answer = self._client.list_shards(NextToken=token)
            listed += answer["Shards"]
        return [
            Shard(
                id=shard["ShardId"],
                parents=tuple(shard[key] for key in ("ParentShardId", "AdjacentParentShardId") if shard.get(key)),
                closed=bool(shard["SequenceNumberRange"].get("EndingSequenceNumber")),
            )
            for shard in listed
        ]

    def _read_pass(self, shards: list[Shard], start: Position) -> tuple[list[ShardRead], int]:
        readable, waiting = sort_out(shards, start)
        # A stream that fills every batch would otherwise starve the shards that come last.
        random.shuffle(readable)
        budget = Budget(self._max_records, self._max_bytes)
        page = max(1, min(PAGE_RECORDS, self._max_records // max(1, min(len(readable), READERS))))
        reads = list(self._pool.map(lambda shard: self._read_shard(shard, start.get(shard.id), page, budget), readable))
        return reads, waiting

    def _read_shard(self, shard: Shard, after: str | None, page_records: int, budget: Budget) -> ShardRead:
        read = ShardRead(shard.id)
        # An open shard cannot have been drained: the stream was made anew under the same name.
        position = None if after == CLOSED else after
        try:
            iterator = self._iterator(shard.id, position)
            while limit := budget.take(page_records):
                records: list[Record] = []
                try:
                    page = self._client.get_records(ShardIterator=iterator, Limit=limit)
                    records = [self._record(shard.id, record) for record in page["Records"]]
                finally:
                    budget.settle(limit, len(records), sum(len(record.data) for record in records))
                read.records.extend(records)
                if records:
                    position = records[-1].sequence
                iterator = page.get("NextShardIterator")
                if not iterator:
                    read.drained = True
                    self._iterators.pop(shard.id, None)
                    break
                self._iterators[shard.id] = (position, iterator)
                if not page.get("MillisBehindLatest"):
                    read.at_tip = True
                    break
                if not records:
                    time.sleep(PAUSE_SECONDS)
        except (ClientError, BotoCoreError) as error:
            self._iterators.pop(shard.id, None)
            if error_code(error) == "ResourceNotFoundException":
                # Retention passed over a closed shard between the listing and now.
                read.drained = True
            elif error_code(error) != "ExpiredIteratorException":
                read.error = error
        return read

    def _read_shard_between(self, shard: str, after: str | None, stop: str) -> Iterator[Record]:
        last = None if stop == CLOSED else int(stop)
        position = after
        iterator: str | None = None
        while True:
            try:
                iterator = iterator or self._new_iterator(shard, position)
                page = self._client.get_records(ShardIterator=iterator, Limit=PAGE_RECORDS)
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    return
                if error_code(error) != "ExpiredIteratorException":
                    raise
                iterator = None
                continue
            for record in page["Records"]:
                if last is not None and int(record["SequenceNumber"]) > last:
                    return
                position = record["SequenceNumber"]
                yield self._record(shard, record)
                if last is not None and int(position) == last:
                    return
            iterator = page.get("NextShardIterator")
            if not iterator or (last is not None and not page["Records"] and not page.get("MillisBehindLatest")):
                return
            if not page["Records"]:
                time.sleep(PAUSE_SECONDS)

    def _iterator(self, shard: str, after: str | None) -> str:
        cached = self._iterators.get(shard)
        return cached[1] if cached and cached[0] == after else self._new_iterator(shard, after)

    def _new_iterator(self, shard: str, after: str | None) -> str:
        if after:
            try:
                return self._client.get_shard_iterator(
                    StreamName=self._stream,
                    ShardId=shard,
                    ShardIteratorType="AFTER_SEQUENCE_NUMBER",
                    StartingSequenceNumber=after,
                )["ShardIterator"]
            except ClientError as error:
                if error_code(error) != "InvalidArgumentException":
                    raise
                # Trimmed, or from a stream that was deleted; what is then read twice the ledger keeps out.
                logger.warning("Kinesis: %s; starting %s at its oldest record", error, shard)
        return self._client.get_shard_iterator(
            StreamName=self._stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    @staticmethod
    def _record(shard: str, record: "RecordTypeDef") -> Record:
        return Record(shard, record["SequenceNumber"], record["PartitionKey"], record["Data"])


def sort_out(shards: list[Shard], position: Position) -> tuple[list[Shard], int]:
    """The shards to read now, and how many have to wait until their parents are drained."""
    undrained = {shard.id for shard in shards if position.get(shard.id) != CLOSED}
    live = [shard for shard in shards if not (shard.closed and position.get(shard.id) == CLOSED)]
    readable = [shard for shard in live if not any(parent in undrained for parent in shard.parents)]
    return readable, len(live) - len(readable)


def advance(start: Position, reads: list[ShardRead], shards: list[Shard]) -> Position:
    """The position after these reads, without the shards that the stream no longer knows."""
    end = dict(start)
    for read in reads:
        if read.records:
            end[read.shard] = read.records[-1].sequence
        if read.drained:
            end[read.shard] = CLOSED
    listed = {shard.id for shard in shards}
    return {shard: end[shard] for shard in sorted(end) if shard in listed}
