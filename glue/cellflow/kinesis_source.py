"""The Spark side of the Kinesis source: `spark.readStream.format("cellflow-kinesis")`.

Options: `stream`, `max_records` and `max_bytes` a batch. The driver reads a batch and keeps it for the tasks; a batch
that is run again after a restart, or whose kept data is lost, is read by a task from its exact start to its exact end.
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader
from pyspark.sql.types import StructType

from cellflow.clients import kinesis
from cellflow.kinesis_shards import Position, Record, StreamReader

FORMAT = "cellflow-kinesis"
SCHEMA = "shard string, sequence string, partition_key string, data binary"
ARROW_SCHEMA = pa.schema(
    [("shard", pa.string()), ("sequence", pa.string()), ("partition_key", pa.string()), ("data", pa.binary())]
)
OFFSET_VERSION = 1
RECORDS_PER_ARROW_BATCH = 128
UNREADABLE_OFFSET = "The checkpoint holds an offset that is not of this source"

# A position as the checkpoint keeps it.
Offset = dict[str, Any]


class KinesisSource(DataSource):
    @classmethod
    def name(cls) -> str:
        return FORMAT

    def schema(self) -> str:
        return SCHEMA

    def simpleStreamReader(self, schema: StructType) -> "KinesisStreamReader":
        return KinesisStreamReader(
            self.options["stream"], int(self.options["max_records"]), int(self.options["max_bytes"])
        )


class KinesisStreamReader(SimpleDataSourceStreamReader):
    """Travels to the tasks by pickle, so the client behind it is made on first use."""

    def __init__(self, stream: str, max_records: int, max_bytes: int) -> None:
        self._arguments = (stream, max_records, max_bytes)
        self._reader: StreamReader | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self._arguments)

    @property
    def reader(self) -> StreamReader:
        if self._reader is None:
            self._reader = StreamReader(kinesis(), *self._arguments)
        return self._reader

    def initialOffset(self) -> Offset:
        return to_offset({})

    def read(self, start: Offset) -> tuple[Iterator[Any], Offset]:
        position = to_position(start)
        records, end = self.reader.read(position)
        # Spark keeps what every look gave until the next batch; looks in vain share their offset.
        return iter(to_arrow(records)), start if end == position else to_offset(end)

    def readBetweenOffsets(self, start: Offset, end: Offset) -> Iterator[Any]:
        kept: list[Record] = []
        for record in self.reader.read_between(to_position(start), to_position(end)):
            kept.append(record)
            if len(kept) == RECORDS_PER_ARROW_BATCH:
                yield from to_arrow(kept)
                kept = []
        yield from to_arrow(kept)

    def commit(self, end: Offset) -> None:
        """Kinesis keeps no position of its readers."""


def to_offset(position: Position) -> Offset:
    return {"v": OFFSET_VERSION, "shards": position}


def to_position(offset: Any) -> Position:
    if not isinstance(offset, dict) or offset.get("v") != OFFSET_VERSION or not isinstance(offset.get("shards"), dict):
        raise ValueError(f"{UNREADABLE_OFFSET}: {offset!r}")
    position: Position = offset["shards"]
    return position


def to_arrow(records: list[Record]) -> list[pa.RecordBatch]:
    return [
        pa.RecordBatch.from_arrays(
            [
                pa.array([record.shard for record in part], pa.string()),
                pa.array([record.sequence for record in part], pa.string()),
                pa.array([record.partition_key for record in part], pa.string()),
                pa.array([record.data for record in part], pa.binary()),
            ],
            schema=ARROW_SCHEMA,
        )
        for part in (
            records[at : at + RECORDS_PER_ARROW_BATCH] for at in range(0, len(records), RECORDS_PER_ARROW_BATCH)
        )
    ]
