"""What a long log of visibility costs a report: `.venv/bin/python bench/visibility.py [UPLOADS] [RUNS]`.

Each shipped report is asked of two databases with the same rows: one whose log knows a handful of uploads, and one
whose summaries (16 objects, as the sweep writes them) know so many. In turns, so that what else the machine does meets
both; the median of the runs counts, and their ratio. On DuckDB, and on Trino where it is installed.
"""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "test")]

from support.athena import SAMPLE, Lake, healthy  # noqa: E402
from support.lake_views import line  # noqa: E402

from local import processes, settings  # noqa: E402
from local.trino.install import is_installed  # noqa: E402

DAYS = ["'2026-03-02'", "'2026-03-03'"]
MOST = 2.0
SUMMARIES = "0123456789abcdef"


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
    assert lake.run(sql, database, DAYS).rows
    return time.perf_counter() - started


def measure(engine: str, uploads: int, runs: int) -> bool:
    reports = sorted((ROOT / "sql").glob("*.sql"))
    with lake_of(engine) as lake:
        for database in ("few", "many"):
            lake.load(database, SAMPLE, day="2026-03-02")
        summarise(lake, "many", uploads)
        print(f"{engine}: each report, median of {runs} runs with a handful of uploads and with {uploads:,}")
        ratios = []
        for report in reports:
            sql = report.read_text()
            took: dict[str, list[float]] = {"few": [], "many": []}
            for number in range(runs + 2):
                for database, times in took.items():
                    seconds = seconds_of(lake, sql, database)
                    # The first two warm up.
                    if number >= 2:
                        times.append(seconds)
            few, many = (statistics.median(times) for times in took.values())
            ratios.append(many / few)
            print(f"  {report.stem:<28} {1000 * few:7.0f} ms {1000 * many:7.0f} ms   x {many / few:.2f}")
    median = statistics.median(ratios)
    print(f"  all reports: x {median:.2f} (at most {MOST:.1f}); the worst x {max(ratios):.2f}")
    return median <= MOST


def main() -> None:
    uploads = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    engines = ["duckdb", *(["trino"] if is_installed() else [])]
    fine = [measure(engine, uploads, runs) for engine in engines]
    if engines == ["duckdb"]:
        print("trino: not installed (`make test-trino` brings it)")
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
