"""The rows of one landing group as Parquet: a file a table and day, many files an object, in constant memory."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from cellflow.aggregate import hourly_quality
from cellflow.lake import Lake, landing_key
from cellflow.schemas import HOUR, HOURLY_QUALITY, MEASUREMENTS

# Rows of one day that make a row group, and rows of all days together that are held back to fill one.
ROW_GROUP_ROWS = 256 * 1024
HELD_ROWS = 512 * 1024
# An object that is as large gets no further file.
OBJECT_BYTES = 16 * 1024 * 1024
PUTS = 4
# Their values hardly come twice: a dictionary of them is larger than they are, and costs the time to make it.
HARDLY_TWICE = {"measured_at", "latitude", "longitude"}


@dataclass(frozen=True)
class LandedFile:
    """Where the rows of a table and day lie."""

    key: str
    table: str
    day: str
    offset: int
    rows: int
    bytes: int


class ParquetFile:
    """A file in the making; encoded row groups are all that it holds."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = BytesIO()
        self._writer = pq.ParquetWriter(
            self._sink,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in schema.names if name not in HARDLY_TWICE],
            store_schema=False,
        )
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self.rows += table.num_rows

    def finish(self) -> bytes:
        self._writer.close()
        return self._sink.getvalue()


class GroupObjects:
    """Takes a group's measurements as they are decoded and leaves files of both tables in the lake bucket.

    Days are held back until they fill a row group: an upload of a year would otherwise get row groups of a few rows.
    Most groups are smaller than what is held back and so have one file open at a time, whatever their days.
    """

    def __init__(self, lake: Lake, upload: str, name: str) -> None:
        self._lake = lake
        self._upload = upload
        self._name = name
        self._held: dict[str, list[pa.Table]] = {}
        self._held_rows: Counter[str] = Counter()
        self._open: dict[str, dict[str, ParquetFile]] = {}

    def add(self, day: str, cleaned: pa.Table) -> None:
        self._held.setdefault(day, []).append(cleaned)
        self._held_rows[day] += cleaned.num_rows
        if self._held_rows[day] >= ROW_GROUP_ROWS:
            self._write(day)
        elif self._held_rows.total() >= HELD_ROWS:
            (fullest, _), *_ = self._held_rows.most_common(1)
            self._write(fullest)

    def put_all(self) -> list[LandedFile]:
        landed: list[LandedFile] = []
        with ThreadPoolExecutor(PUTS, thread_name_prefix="put") as pool:
            puts: list[Future[None]] = []
            body, key = BytesIO(), self._key(0)
            for day in sorted({*self._held, *self._open}):
                if day in self._held:
                    self._write(day)
                for table, made in self._open.pop(day).items():
                    offset = body.tell()
                    if offset >= OBJECT_BYTES:
                        puts.append(pool.submit(self._lake.put, key, body.getvalue()))
                        body, key, offset = BytesIO(), self._key(len(puts)), 0
                    size = body.write(made.finish())
                    landed.append(LandedFile(key, table, day, offset, made.rows, size))
            if landed:
                puts.append(pool.submit(self._lake.put, key, body.getvalue()))
            for put in puts:
                put.result()
        return landed

    def _key(self, n: int) -> str:
        return landing_key(self._upload, f"{self._name}-{n}")

    def _write(self, day: str) -> None:
        cleaned = pa.concat_tables(self._held.pop(day))
        del self._held_rows[day]
        objects = self._open.setdefault(
            day, {"measurements": ParquetFile(MEASUREMENTS), "hourly_quality": ParquetFile(HOURLY_QUALITY)}
        )
        objects["measurements"].write(cleaned.drop_columns(HOUR.name))
        objects["hourly_quality"].write(hourly_quality(cleaned, self._upload))
