"""How fast rows are validated and packed, on one core: `make bench ONLY=packing`.

Side by side, in turns, each a process of its own, CPU time. What each does:

- `cellflow`: every rule, canonical rows, records packed for the stream (`packing.ts`);
- `csv-parse`, `papaparse`, `udsv`: rows to arrays of texts, no rule, nothing packed;
- `duckdb, parsed`: `read_csv` with all columns as text, into a table, on one thread;
- `duckdb, checked and packed`: the rules of `plain.py`, and the rows as gzip of CSV, on one thread.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from bench import ROOT, TSX, plain
from bench.samples import generate
from bench.scale import Scale, in_turns, median
from bench.table import number

TITLE = "Validate and pack, on one core"
NODE = ("cellflow", "csv-parse", "papaparse", "udsv")
DUCKDB = ("duckdb, parsed", "duckdb, checked and packed")
DOES = {
    "cellflow": "checked and packed",
    "csv-parse": "to fields",
    "papaparse": "to fields",
    "udsv": "to fields",
    "duckdb, parsed": "to fields",
    "duckdb, checked and packed": "checked and packed",
}
PASSES = 3
PASS_SECONDS = 300


def in_node(subject: str, file: Path) -> dict[str, Any]:
    command = [*TSX, "bench/packing.ts", subject, str(file), str(PASSES)]
    return best(
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PASS_SECONDS).stdout
    )


def in_duckdb(subject: str, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.packing", subject, str(file), str(PASSES)]
    return best(
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PASS_SECONDS).stdout
    )


def best(output: str) -> dict[str, Any]:
    """The pass that took least CPU: what else the machine does only adds."""
    *passes, memory = [json.loads(line) for line in output.splitlines()]
    return {**min(passes, key=lambda one: one["cpuSeconds"]), **memory}


def passes(subject: str, file: Path, runs: int) -> None:
    """Passes of DuckDB over a file, a line of JSON each, the first one not told; then the memory."""
    columns = plain.header_of(file)
    names = "{" + ", ".join(f"'{name}': 'varchar'" for name in columns) + "}"
    packed = file.with_suffix(".packed.csv.gz")
    for run in range(runs + 1):
        database = duckdb.connect(":memory:")
        database.execute("set threads = 1")
        database.execute("set timezone = 'UTC'")
        began, cpu = time.perf_counter(), time.process_time()
        if subject == DUCKDB[0]:
            database.execute(f"create table fields as from {plain.READ.format(columns=names)}", [str(file)])
            counted = database.execute("select count(*) from fields").fetchone()
        else:
            database.execute(plain.measurements(columns, "2026-01-01"), [str(file)])
            database.execute(
                f"copy (select * exclude (tile) from measurements) to '{packed}' (format csv, compression gzip)"
            )
            counted = database.execute("select count(*) from measurements").fetchone()
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        assert counted is not None
        if run:
            found = {"rows": counted[0], "bytes": file.stat().st_size, "seconds": seconds, "cpuSeconds": cpu_seconds}
            print(json.dumps(found | ({"packed": packed.stat().st_size} if packed.exists() else {})))
    packed.unlink(missing_ok=True)
    print(json.dumps({"peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))


def measure(scale: Scale) -> dict[str, Any]:
    rows, turns = scale.of(500_000, 40_000), scale.of(5, 1)
    with tempfile.TemporaryDirectory() as folder:
        # Not one bad row: a parser that takes rows of other lengths for granted would not end.
        file = generate(Path(folder) / "rows.csv", rows, bad=0)
        scale.tell(f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {turns} turns")
        subjects = {name: lambda name=name: in_node(name, file) for name in NODE}
        subjects |= {name: lambda name=name: in_duckdb(name, file) for name in DUCKDB}
        found = in_turns(turns, subjects)
    speeds = {name: [one["bytes"] / 1e6 / one["cpuSeconds"] for one in runs] for name, runs in found.items()}
    for name, runs in found.items():
        if any(one["rows"] != rows for one in runs):
            raise AssertionError(f"{name} found {runs[0]['rows']:,} of {rows:,} rows")
    return {
        "rows": rows,
        "turns": turns,
        "subjects": {
            name: {
                "does": DOES[name],
                "megabytesPerSecond": median(speeds[name]),
                "rowsPerSecond": median([rows / one["cpuSeconds"] for one in runs]),
                # How many times as long Cellflow takes for a byte; below one, it is faster.
                "cellflowTakes": median(
                    [other / own for own, other in zip(speeds["cellflow"], speeds[name], strict=True)]
                ),
                "packedShare": runs[0]["packed"] / runs[0]["bytes"] if runs[0].get("packed") else None,
                "peakMB": max(one["peakMB"] for one in runs),
            }
            for name, runs in found.items()
        },
    }


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    rows = [
        [
            name,
            subject["does"],
            number(subject["megabytesPerSecond"]),
            number(subject["rowsPerSecond"]),
            number(subject["cellflowTakes"]),
            number(subject["packedShare"] and 100 * subject["packedShare"], "%"),
            number(subject["peakMB"], "MB"),
        ]
        for name, subject in figures["subjects"].items()
    ]
    return [(["", "does", "MB/s a core", "rows/s a core", "cellflow's time to its", "packed to", "memory"], rows)]


if __name__ == "__main__":
    passes(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
