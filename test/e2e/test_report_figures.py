"""The figures of every report, from the bucket to its CSV, against a plain calculation over the uploaded file."""

import csv
import io
import json
from pathlib import Path

import pytest
from support.answers import ANSWERS, assert_agrees, rows_of
from support.athena import real_file
from support.laptop import Laptop, Upload
from support.tables import accepted


def assert_figures(laptop: Laptop, upload: Upload, file: Path, day: str) -> None:
    rows = rows_of(accepted(file, day))
    for report, answer in ANSWERS.items():
        text = laptop.read(f"{upload.id}/{report}.csv", "ReportsBucket").decode()
        header, *found = csv.reader(io.StringIO(text))
        assert_agrees(header, [[cell or None for cell in row] for row in found], answer(rows))


def test_figures_of_the_sample(laptop: Laptop, sample: Path) -> None:
    # Days of its own: reports are of days, and other tests upload rows of the sample's.
    moved = sample.read_text().replace("2026-03-02", "2025-03-02").replace("2026-03-03", "2025-03-03")
    copy = laptop.folder / "moved-sample.csv"
    copy.write_text(moved)

    upload, ended = laptop.run(copy.read_bytes(), "figures/sample.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert {report["name"] for report in json.loads(ended["output"])["reports"]} >= set(ANSWERS)
    assert_figures(laptop, upload, copy, "")


def test_figures_of_a_real_capture(laptop: Laptop) -> None:
    file = real_file()
    if file is None:
        pytest.skip("no real capture on this machine")

    upload, ended = laptop.run(file.read_bytes(), "figures/mobile-logs-2025-04-01.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert_figures(laptop, upload, file, "2025-04-01")
