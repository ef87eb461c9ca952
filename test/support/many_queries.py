"""Asks one DuckDB from several threads, over files whose opening takes now longer, now shorter.

In a process of its own: what hangs here hangs with the lock of the interpreter. Prints how many queries were answered.
"""

import io
import os
import random
import sys
import threading
import time
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from local.athena.catalogue import ObjectFile, Partition, Table
from local.athena.datasets import dataset_of
from local.athena.query import Progress

THREADS, DAYS, FILES, ROWS = 8, 5, 6, 1_000
SQL = "select (select sum(a) from x), (select sum(a) from y), (select count(*) from x where day = '2026-01-02')"
SUM = DAYS * FILES * ROWS * (ROWS - 1) // 2


class Files:
    """A catalogue of tables whose days have the same few files."""

    def __init__(self) -> None:
        made = io.BytesIO()
        pq.write_table(pa.table({"a": pa.array(range(ROWS), pa.int64())}), made)
        self._body = made.getvalue()

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        return [
            [ObjectFile(f"{'/'.join(place)}/{n}.parquet", len(self._body), self._read) for n in range(FILES)]
            for place in (partition.place for partition in partitions)
        ]

    def _read(self) -> bytes:
        time.sleep(random.choice((0, 0, 0.0005, 0.003)))
        return self._body


def main(seconds: float) -> None:
    days = [f"2026-01-{n:02}" for n in range(1, DAYS + 1)]
    partitions = tuple(Partition((day,), ("lake", f"t/day={day}")) for day in days)
    table = Table("d", "t", (("a", "bigint"),), (("day", "string"),), "parquet", partitions)
    database, files, end = duckdb.connect(config={"threads": 2}), Files(), time.monotonic() + seconds
    answers: list[tuple[int, ...]] = []

    def ask() -> None:
        connection = database.cursor()
        while time.monotonic() < end:
            for name in ("x", "y"):
                connection.register(name, dataset_of(table, files, Progress(None)))
            answers.extend(connection.execute(SQL).fetchall())

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {(SUM, SUM, FILES * ROWS)}
    print(len(answers), flush=True)
    # What Arrow's threads still hold is of no use to anybody.
    os._exit(0)


if __name__ == "__main__":
    main(float(sys.argv[1]))
