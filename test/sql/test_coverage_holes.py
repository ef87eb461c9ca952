"""The map of a synthetic city, made by the engine: its planted holes are found, and little else is taken for one."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from support.athena import ROOT, Lake
from support.tables import accepted, measurements

ROWS = 100_000
SECONDS = 120


def run(*command: str) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_map_finds_the_planted_holes(lakes: Callable[[str], Lake], tmp_path: Path) -> None:
    city, truth, report = (tmp_path / name for name in ("city.csv", "truth.json", "report.csv"))
    options = ["--rows", str(ROWS), "--days", "1", "--seed", "2"]
    run("node", "--import", "tsx", "samples/generate.ts", "--city", str(truth), *options, "--out", str(city))
    rows = accepted(city, "2026-03-02")
    assert len(rows) == ROWS
    cleaned = measurements(rows, "").assign(
        technology=rows["technology"].replace("", None), signal_dbm=pd.to_numeric(rows["signal_dbm"], errors="coerce")
    )
    lake = lakes("duckdb")
    lake.load_rows("city", lambda upload: cleaned.assign(upload_id=upload))

    answered = lake.run((ROOT / "sql" / "signal-map.sql").read_text(), "city", ["'2026-03-02'", "'2026-03-02'"])
    report.write_text(answered.csv)
    found = json.loads(
        run("node", "--import", "tsx", "bench/coverage-holes.ts", "--csv", str(report), "--truth", str(truth))
    )

    assert found["precision"] >= 0.95
    assert found["recall"] >= 0.95
    assert found["unmeasuredShownAsMeasured"] == 0
    # Of many holes, and of what the plain reckoning of the bench says of them.
    assert found["found"] > 500
