"""The figures of every report, from the bucket to its CSV, against a plain calculation over the uploaded file."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from support.answers import ANSWERS, assert_agrees, rows_of
from support.athena import real_file
from support.field_files import FIELD_FORMATS, field_file, field_rows
from support.laptop import Laptop, Upload
from support.tables import accepted

# Days of each file's own, none in the eight weeks up to another's: reports are of days, and other tests upload rows.
REAL_DAY = "2025-06-01"
FIELD_STARTS = {"drive": "2025-08-11", "crowd": "2025-11-03"}


def assert_figures(laptop: Laptop, upload: Upload, accepted_rows: pd.DataFrame) -> None:
    rows = rows_of(accepted_rows)
    rows.attrs["upload"] = upload.id
    for report, answer in ANSWERS.items():
        # The days before may have rows of other tests; `test_changes.py` has both periods.
        if report == "signal-changes":
            continue
        text = laptop.result(upload, f"{report}.csv")
        header, *found = csv.reader(io.StringIO(text))
        assert_agrees(header, [[cell or None for cell in row] for row in found], answer(rows))


def test_figures_of_the_sample(laptop: Laptop, sample: Path) -> None:
    moved = sample.read_text().replace("2026-03-02", "2025-03-02").replace("2026-03-03", "2025-03-03")
    copy = laptop.folder / "moved-sample.csv"
    copy.write_text(moved)

    upload, ended = laptop.run(copy.read_bytes(), "figures/sample.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert {report["name"] for report in json.loads(ended["output"])["reports"]} >= set(ANSWERS)
    assert_figures(laptop, upload, accepted(copy, ""))


@pytest.mark.parametrize("database", FIELD_FORMATS)
def test_figures_of_a_file_that_tells_technologies(laptop: Laptop, database: str) -> None:
    start = FIELD_STARTS[database]

    upload, ended = laptop.run(field_file(database, start), f"figures/{database}.txt", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert_figures(laptop, upload, field_rows(database, start))
    kept = laptop.read_json(f"runs/{upload.id}/reports/uploads-of-these-days.json")
    assert (kept["rowsColumn"], kept["measurements"]) == ("count_rows", len(field_rows(database, start)))


def test_figures_of_a_real_capture(laptop: Laptop) -> None:
    file = real_file()
    if file is None:
        pytest.skip("no real capture on this machine")

    upload, ended = laptop.run(file.read_bytes(), f"figures/mobile-logs-{REAL_DAY}.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert_figures(laptop, upload, accepted(file, REAL_DAY))
