"""The Parquet objects of one landing group: one a table and day, written in constant memory."""

import logging
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
PUTS = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LandedObject:
    key: str
    table: str
    day: str
    rows: int
    bytes: int


class ParquetObject:
    """An object in the making; encoded row groups are all that it holds."""

    def __init__(self, schema: pa.Schema) -> None:
        self._sink = BytesIO()
        self._writer = pq.ParquetWriter(self._sink, schema, compression="zstd", compression_level=3, store_schema=False)
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self.rows += table.num_rows

    def finish(self) -> bytes:
        self._writer.close()
        return self._sink.getvalue()


class GroupObjects:
    """Takes a group's measurements as they are decoded and leaves objects of both tables in the lake bucket.

    Days are held back until they fill a row group: an upload of a year would otherwise get row groups of a few rows.
    Most groups are smaller than what is held back and so have one object open at a time, whatever their days.
    """

    def __init__(self, lake: Lake, upload: str, name: str) -> None:
        self._lake = lake
        self._upload = upload
        self._name = name
        self._held: dict[str, list[pa.Table]] = {}
        self._held_rows: dict[str, int] = {}
        self._open: dict[str, dict[str, ParquetObject]] = {}

    def add(self, day: str, cleaned: pa.Table) -> None:
        self._held.setdefault(day, []).append(cleaned)
        self._held_rows[day] = self._held_rows.get(day, 0) + cleaned.num_rows
        if self._held_rows[day] >= ROW_GROUP_ROWS:
            self._write(day)
        elif sum(self._held_rows.values()) >= HELD_ROWS:
            self._write(max(self._held_rows, key=self._held_rows.__getitem__))

    def put_all(self) -> list[LandedObject]:
        with ThreadPoolExecutor(PUTS, thread_name_prefix="put") as pool:
            pending: list[Future[LandedObject]] = []
            landed: list[LandedObject] = []
            for day in sorted({*self._held, *self._open}):
                if day in self._held:
                    self._write(day)
                for table, made in self._open.pop(day).items():
                    pending.append(pool.submit(self._put, table, day, made.rows, made.finish()))
                if len(pending) >= 4 * PUTS:
                    landed += [put.result() for put in pending]
                    pending = []
            return landed + [put.result() for put in pending]

    def _write(self, day: str) -> None:
        cleaned = pa.concat_tables(self._held.pop(day))
        del self._held_rows[day]
        objects = self._open.setdefault(
            day, {"measurements": ParquetObject(MEASUREMENTS), "hourly_quality": ParquetObject(HOURLY_QUALITY)}
        )
        objects["measurements"].write(cleaned.drop_columns(HOUR.name))
        objects["hourly_quality"].write(hourly_quality(cleaned, self._upload))

    def _put(self, table: str, day: str, rows: int, body: bytes) -> LandedObject:
        key = landing_key(self._upload, table, day, self._name)
        self._lake.put(key, body)
        return LandedObject(key, table, day, rows, len(body))
