"""Every saved report: the same on both engines, and what pandas makes of the uploaded file."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from support.answers import ANSWERS, assert_agrees
from support.athena import REAL_DAY, ROOT, Lake

REPORTS = sorted((ROOT / "sql").glob("*.sql"))
CHARTS = {"bar", "line", "heat", "histogram", "scatter-map", "none"}
DAYS = {"sample": ["'2026-03-02'", "'2026-03-03'"], "real": [f"'{REAL_DAY}'", f"'{REAL_DAY}'"]}

each_report = pytest.mark.parametrize("report", REPORTS, ids=lambda file: file.stem)
each_database = pytest.mark.parametrize("database", DAYS)


def header_of(report: Path) -> dict[str, str]:
    return dict(re.findall(r"^-- (title|question|chart|units): (.+)$", report.read_text(), re.MULTILINE))


def test_every_report_has_an_independent_answer() -> None:
    assert {report.stem for report in REPORTS} == set(ANSWERS)


@each_report
def test_the_header_names_columns_of_the_result(report: Path, lakes: Callable[[str], Lake]) -> None:
    header = header_of(report)
    chart, *keys = header["chart"].split()
    units = [pair.split("=")[0] for pair in header["units"].split()]

    columns = lakes("duckdb").run(report.read_text(), "sample", DAYS["sample"]).header

    assert header["title"] and header["question"].endswith("?")
    assert chart in CHARTS
    assert {key.split("=")[1] for key in keys} | set(units) <= set(columns)


@each_report
@each_database
def test_a_report_equals_a_plain_calculation(
    report: Path, database: str, lake: Lake, accepted_rows: dict[str, pd.DataFrame]
) -> None:
    if database not in accepted_rows:
        pytest.skip("no real capture on this machine")

    answered = lake.run(report.read_text(), database, DAYS[database])

    assert answered.rows
    assert_agrees(answered.header, answered.rows, ANSWERS[report.stem](accepted_rows[database]))


@each_report
def test_a_report_of_one_day_leaves_the_other_out(
    report: Path, lake: Lake, accepted_rows: dict[str, pd.DataFrame]
) -> None:
    rows = accepted_rows["sample"]

    answered = lake.run(report.read_text(), "sample", ["'2026-03-03'", "'2026-03-03'"])

    assert_agrees(answered.header, answered.rows, ANSWERS[report.stem](rows[rows["day"] == "2026-03-03"]))


@each_report
def test_a_report_of_days_without_rows_is_empty(report: Path, lake: Lake) -> None:
    assert lake.run(report.read_text(), "sample", ["'2020-01-01'", "'2020-01-31'"]).rows == []


@pytest.mark.trino
@each_report
@each_database
def test_both_engines_write_the_same_bytes(
    report: Path, database: str, lakes: Callable[[str], Lake], accepted_rows: dict[str, pd.DataFrame]
) -> None:
    if database not in accepted_rows:
        pytest.skip("no real capture on this machine")
    duckdb, trino = (lakes(engine).run(report.read_text(), database, DAYS[database]) for engine in ("duckdb", "trino"))

    assert duckdb.csv == trino.csv
