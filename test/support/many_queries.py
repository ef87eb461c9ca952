"""Asks the engine from several threads, over files whose opening takes now longer, now shorter.

In a process of its own: what hangs here hangs with the lock of the interpreter. Prints how many queries were answered.
"""

import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from local.athena.catalogue import ObjectFile, Partition, Table
from local.athena.duckdb_engine import DuckDbEngine
from local.athena.query import Progress, Query

THREADS, DAYS, FILES, ROWS = 8, 5, 6, 1_000
SQL = "select (select sum(a) from x), (select sum(a) from y), (select count(*) from x where day = '2026-01-02')"
SUM = DAYS * FILES * ROWS * (ROWS - 1) // 2


class Files:
    """A catalogue of tables whose days have the same few files."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rows.parquet"
        pq.write_table(pa.table({"a": pa.array(range(ROWS), pa.int64())}), self._path)

    def databases(self) -> list[str]:
        return ["d"]

    def names(self, _database: str) -> list[str]:
        return ["x", "y"]

    def table(self, database: str, name: str) -> Table:
        days = [f"2026-01-{n:02}" for n in range(1, DAYS + 1)]
        partitions = tuple(Partition((day,), ("lake", f"{name}/day={day}")) for day in days)
        return Table(database, name, (("a", "bigint"),), (("day", "string"),), "parquet", partitions)

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        size = self._path.stat().st_size
        return [
            [ObjectFile(f"{'/'.join(partition.place)}/{n}.parquet", size, self._open) for n in range(FILES)]
            for partition in partitions
        ]

    def _open(self) -> Path:
        time.sleep(random.choice((0, 0, 0.0005, 0.003)))
        return self._path


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files, end = Files(Path(folder)), time.monotonic() + seconds
        engine = DuckDbEngine(Path(folder) / "spill", threads=2)
        answers: list[bytes] = []

        def ask() -> None:
            while time.monotonic() < end:
                answers.append(engine.run(Query(SQL, "d"), files, Progress()).csv)

        threads = [threading.Thread(target=ask) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {answer.splitlines()[1] for answer in answers} == {f'"{SUM}","{SUM}","{FILES * ROWS}"'.encode()}
    print(len(answers), flush=True)
    # What an engine's threads still hold is of no use to anybody.
    os._exit(0)


if __name__ == "__main__":
    main(float(sys.argv[1]))
