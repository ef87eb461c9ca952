"""What a day of very many small objects costs a query: `make bench ONLY=objects`.

A day of as many uploads as objects, of 200 rows each, is asked through the views for its rows by operator and
technology: as it lies, and as the merging function would leave it, in objects of 100,000 rows that its own code has
written. The two ways in turns; the median of the runs counts. DuckDB reads the emulator's objects from the disk, Trino
through its S3.
"""

import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from cellflow.cleaning import clean, parse_rows
from cellflow.landing_objects import ParquetFile
from cellflow.schemas import HOUR, MEASUREMENTS
from support.athena import Lake
from support.kinesis_records import row
from support.lake_views import line
from support.tables import SCHEMAS

from bench import ROOT
from bench.scale import Scale, in_turns, median
from bench.table import number
from bench.visibility import lake_of
from local.lambda_functions import node
from local.trino.install import is_installed

TITLE = "A day of very many small objects, against the same rows merged"
TABLE = "measurements"
DAY = "2026-03-02"
UPLOAD_ROWS = 200
MERGED_ROWS = 100_000
QUERY = f"""
    select operator, technology, count(*) as count_rows, avg(signal_dbm) as mean_signal_dbm
    from {TABLE} where day = '{DAY}' group by operator, technology order by operator, technology
"""


def name_of(upload: int) -> str:
    return f"{upload:016x}"


def uploads(count: int) -> Iterator[pa.Table]:
    """The rows of so many uploads of one day."""
    pick = random.Random(1)
    for upload in range(count):
        lines = [
            row(
                day=DAY,
                lat=f"{pick.uniform(40, 43):.5f}",
                long=f"{pick.uniform(0, 3):.5f}",
                hour=f"{pick.randrange(24):02d}:{pick.randrange(60):02d}:00",
                operator=f"operator {pick.randrange(5)}",
                signal_dbm=-pick.randrange(50, 120),
            )
            for _ in range(UPLOAD_ROWS)
        ]
        (cleaned,) = clean(parse_rows("".join(lines).encode()), name_of(upload)).values()
        yield cleaned.drop_columns(HOUR.name)


def parquet(table: pa.Table) -> bytes:
    made = ParquetFile(MEASUREMENTS)
    made.write(table)
    return bytes(made.finish())


def merged_by_function(objects: list[bytes], merge: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        for place, body in enumerate(objects):
            (Path(folder) / f"{place:08}.parquet").write_bytes(body)
        # By the Node of the functions: files are packed as it can.
        command = [node.binary(), "--import", "tsx", "bench/merged.ts", folder, str(merge)]
        return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout


def lay_out(lake: Lake, count: int) -> tuple[str, str]:
    """A database with an object an upload, and one with the same rows merged and the rest swept."""
    names = [name_of(upload) for upload in range(count)]
    bodies = [parquet(table) for table in uploads(count)]
    each = MERGED_ROWS // UPLOAD_ROWS
    merges = [slice(at, at + each) for at in range(0, count, each)]
    copies = [f"{name}-{n}" for n, members in enumerate(merges, 1) for name in names[members]]
    small, merged = f"small_{count}", f"merged_{count}"
    for database, ids in ((small, names), (merged, copies)):
        lake.create_databases(database)
        lake.create_table(database, TABLE, SCHEMAS[TABLE])
        lake.register(database, TABLE, SCHEMAS[TABLE], [DAY])
        # As the sweep writes it: all uploads in one object.
        visible = [line(seen, 1_000, claim=f"a{upload:031x}", n=2) for upload, seen in enumerate(ids)]
        lake.tell(database, "summary-a-00000001", visible)
    for name, body in zip(names, bodies, strict=True):
        lake.add(small, TABLE, DAY, f"{name}-0.parquet", body)
    for n, members in enumerate(merges, 1):
        lake.add(merged, TABLE, DAY, f"merged-{n:08}.parquet", merged_by_function(bodies[members], n))
    return small, merged


def asked(lake: Lake, database: str) -> tuple[float, str]:
    began = time.perf_counter()
    answered = lake.run(QUERY, database)
    return time.perf_counter() - began, answered.csv


def of_count(lake: Lake, count: int, runs: int) -> dict[str, Any]:
    small, merged = lay_out(lake, count)
    # The first of each is not counted.
    found = in_turns(runs + 1, {way: lambda way=way: asked(lake, way) for way in (small, merged)})
    answers = {answer for ways in found.values() for _, answer in ways}
    if len(answers) != 1:
        raise AssertionError(f"the ways give {len(answers)} different answers for {count:,} objects")
    seconds, merged_seconds = (median([took for took, _ in found[way][1:]]) for way in (small, merged))
    return {
        "objects": count,
        "rows": count * UPLOAD_ROWS,
        "seconds": seconds,
        "mergedSeconds": merged_seconds,
        "eachMilliseconds": 1e3 * (seconds - merged_seconds) / count,
    }


def measure(scale: Scale) -> dict[str, Any]:
    counts, runs = scale.of(((100, 1_000, 5_000), 5), ((50,), 1))
    engines: dict[str, Any] = {}
    for engine in ("duckdb", *(["trino"] if is_installed() and not scale.quick else [])):
        with lake_of(engine) as lake:
            engines[engine] = []
            for count in counts:
                engines[engine].append(found := of_count(lake, count, runs))
                took, merged = number(found["seconds"], "s"), number(found["mergedSeconds"], "s")
                scale.tell(f"{engine}, {count:,} objects: {took}, merged {merged}")
    return {"rowsOfEach": UPLOAD_ROWS, "mergedRows": MERGED_ROWS, "runs": runs, "engines": engines}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    headings = [f"objects of {figures['rowsOfEach']} rows", "as they lie", "merged", "each object"]
    return [
        (
            [f"{engine}, {headings[0]}", *headings[1:]],
            [
                [
                    f"{one['objects']:,}",
                    number(one["seconds"], "s"),
                    number(one["mergedSeconds"], "s"),
                    number(one["eachMilliseconds"], "ms"),
                ]
                for one in found
            ],
        )
        for engine, found in figures["engines"].items()
    ]
