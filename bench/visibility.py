"""What a long log of visibility costs a report: `make bench ONLY=visibility`.

Each shipped report is asked of two databases with the same rows: one whose log knows a handful of uploads, and one
whose summaries (16 objects, as the sweep writes them) know so many. In turns, so that what else the machine does meets
both; the median of the runs counts, and their ratio. On DuckDB, and in a full run on Trino where it is installed.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from support.athena import SAMPLE, Lake
from support.emulation import healthy
from support.lake_views import line

from bench import ROOT
from bench.plain import days_of
from bench.scale import Scale, median
from bench.table import number
from local import processes, settings
from local.trino.install import is_installed

TITLE = "Reports under a long log of visibility"
DAYS = (date(2026, 3, 2), date(2026, 3, 3))
SUMMARIES = "0123456789abcdef"
# The first of each are not counted.
WARM_RUNS = 1
# A quick run asks every sixth report.
QUICK_EVERY = 6


@contextmanager
def lake_of(engine: str) -> Iterator[Lake]:
    port = processes.free_port(settings.HOST)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "emulator.log"
        environment = {
            **os.environ,
            "CELLFLOW_PORT": str(port),
            "CELLFLOW_LOCAL_DIR": folder,
            "ATHENA_ENGINE": engine,
            "LOG_LEVEL": "WARNING",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "local.emulator"],
            cwd=ROOT,
            env=environment,
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )
        url = f"http://{settings.HOST}:{port}"
        try:
            deadline = time.monotonic() + 60
            while not healthy(url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the emulator did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield Lake(engine, url)
        finally:
            process.terminate()
            process.wait(30)


def summarise(lake: Lake, database: str, uploads: int) -> None:
    """Summaries of so many uploads of other days, each with what the sweep notes beside it."""
    for digit in SUMMARIES:
        lines = []
        for _ in range(uploads // len(SUMMARIES)):
            more = {
                "claim": f"{digit}{secrets.token_hex(16)[1:]}",
                "n": 2,
                "generation": 1,
                "token": secrets.token_hex(16),
            }
            lines.append(line(secrets.token_hex(8), 1_700_000_000_000, **more))
        lake.tell(database, f"summary-{digit}-00000001", lines)


def seconds_of(lake: Lake, sql: str, database: str) -> float:
    started = time.perf_counter()
    lake.run(sql, database, days_of(sql, *DAYS))
    return time.perf_counter() - started


def of_engine(engine: str, scale: Scale, uploads: int, runs: int) -> dict[str, Any]:
    reports = {}
    with lake_of(engine) as lake:
        for database in ("few", "many"):
            lake.load(database, SAMPLE, day="2026-03-02")
        summarise(lake, "many", uploads)
        scale.tell(f"{engine}: each report with a handful of uploads and with {uploads:,}")
        every = scale.of(1, QUICK_EVERY)
        for report in sorted((ROOT / "sql").glob("*.sql"))[::every]:
            sql = report.read_text()
            took: dict[str, list[float]] = {"few": [], "many": []}
            for number_of in range(runs + WARM_RUNS):
                for database, times in took.items():
                    seconds = seconds_of(lake, sql, database)
                    if number_of >= WARM_RUNS:
                        times.append(seconds)
            few, many = (median(times) for times in took.values())
            reports[report.stem] = {"fewSeconds": few, "manySeconds": many, "ratio": many / few}
    ratios = [report["ratio"] for report in reports.values()]
    return {"reports": reports, "ratio": median(ratios), "worst": max(ratios)}


def measure(scale: Scale) -> dict[str, Any]:
    uploads, runs = scale.of((100_000, 7), (10_000, 1))
    engines = ["duckdb", *(["trino"] if is_installed() and not scale.quick else [])]
    return {"uploads": uploads, "runs": runs, "engines": {one: of_engine(one, scale, uploads, runs) for one in engines}}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    return [
        (
            [engine, "a handful of uploads", f"{figures['uploads']:,} uploads", "ratio"],
            [
                *(
                    [
                        name,
                        number(1e3 * one["fewSeconds"], "ms"),
                        number(1e3 * one["manySeconds"], "ms"),
                        number(one["ratio"]),
                    ]
                    for name, one in found["reports"].items()
                ),
                ["all: the median", "", "", number(found["ratio"])],
            ],
        )
        for engine, found in figures["engines"].items()
    ]
