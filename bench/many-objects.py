"""What a day of very many small objects costs: `.venv/bin/python bench/many-objects.py [OBJECTS…]`.

A day of as many uploads as objects, of 200 rows each, is asked for its rows by operator and technology: as it lies,
and as it would lie merged into objects of 100,000 rows. DuckDB reads both from the disk, in turns; the best of three
counts.
"""

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "glue"), str(ROOT / "test")]

from cellflow.cleaning import clean, parse_rows  # noqa: E402
from cellflow.landing_objects import ParquetFile  # noqa: E402
from cellflow.schemas import HOUR, MEASUREMENTS  # noqa: E402
from support.kinesis_records import row  # noqa: E402

UPLOAD_ROWS = 200
MERGED_ROWS = 100_000
RUNS = 3
QUERY = """
    select operator, technology, count(*), median(signal_dbm) from read_parquet('{}/*.parquet')
    where upload_id >= '' group by all order by all
"""


def uploads(count: int) -> Iterator[pa.Table]:
    """The rows of so many uploads of one day."""
    pick = random.Random(1)
    for number in range(count):
        lines = [
            row(
                lat=f"{pick.uniform(40, 43):.5f}",
                long=f"{pick.uniform(0, 3):.5f}",
                hour=f"{pick.randrange(24):02d}:{pick.randrange(60):02d}:00",
                operator=f"operator {pick.randrange(5)}",
                signal_dbm=-pick.randrange(50, 120),
            )
            for _ in range(UPLOAD_ROWS)
        ]
        (cleaned,) = clean(parse_rows("".join(lines).encode()), f"{number:016x}").values()
        yield cleaned.drop_columns(HOUR.name)


def write(path: Path, tables: list[pa.Table]) -> None:
    made = ParquetFile(MEASUREMENTS)
    made.write(pa.concat_tables(tables))
    path.write_bytes(made.finish())


def lay_out(folder: Path, count: int) -> tuple[Path, Path]:
    small, merged = folder / "small", folder / "merged"
    small.mkdir()
    merged.mkdir()
    held: list[pa.Table] = []
    for number, table in enumerate(uploads(count)):
        write(small / f"{number:05d}.parquet", [table])
        held.append(table)
        if len(held) * UPLOAD_ROWS >= MERGED_ROWS or number == count - 1:
            write(merged / f"{number:05d}.parquet", held)
            held = []
    return small, merged


def seconds(folder: Path) -> tuple[float, list]:
    started = time.perf_counter()
    answer = duckdb.connect().execute(QUERY.format(folder)).fetchall()
    return time.perf_counter() - started, answer


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def main() -> None:
    counts = [int(count) for count in sys.argv[1:]] or [100, 1_000, 5_000]
    print(f"{'objects':>8} {'rows':>10} {'as it lies':>11} {'merged':>8} {'each object':>12} {'bytes':>7}")
    for count in counts:
        folder = Path(tempfile.mkdtemp(prefix="cellflow-many-objects-"))
        try:
            small, merged = lay_out(folder, count)
            best = {small: float("inf"), merged: float("inf")}
            for _ in range(RUNS):
                answers = []
                for place in best:
                    took, answer = seconds(place)
                    best[place] = min(best[place], took)
                    answers.append(answer)
                assert answers[0] == answers[1]
            each = 1e6 * (best[small] - best[merged]) / count
            times = f"{best[small]:9.2f} s {best[merged]:6.2f} s {each:9.0f} µs"
            print(f"{count:8,} {count * UPLOAD_ROWS:10,} {times} {size(small) / size(merged):6.1f}x")
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
