"""Every saved report: the same on both engines, and what pandas makes of the uploaded file."""

import functools
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from support.answers import ANSWERS, assert_agrees
from support.athena import REAL_DAY, ROOT, Answered, Lake
from support.field_files import FIELD_FORMATS, FIRST_DAY, LAST_DAY

REPORTS = sorted((ROOT / "sql").glob("*.sql"))
CHARTS = {"bar", "line", "heat", "histogram", "scatter-map", "tile-map", "none"}
DAYS = {
    "sample": ("2026-03-02", "2026-03-03"),
    **{database: (FIRST_DAY, LAST_DAY) for database in FIELD_FORMATS},
    "real": (REAL_DAY, REAL_DAY),
}

each_report = pytest.mark.parametrize("report", REPORTS, ids=lambda file: file.stem)
each_database = pytest.mark.parametrize("database", DAYS)


def header_of(report: Path) -> dict[str, str]:
    return dict(re.findall(r"^-- (title|question|chart|units|days|rows): (.+)$", report.read_text(), re.MULTILINE))


def parameters(report: Path, first: str, last: str) -> list[str]:
    """What the pairs of `?` of a report stand for, where the upload is of these days."""
    before = date.fromisoformat(first) - timedelta(days=1)
    monday = date.fromisoformat(last) - timedelta(days=date.fromisoformat(last).weekday())
    periods = {
        "upload": (first, last),
        "before": ((before - timedelta(days=400)).isoformat(), before.isoformat()),
        "weeks": ((monday - timedelta(weeks=7)).isoformat(), last),
    }
    return [f"'{day}'" for name in header_of(report).get("days", "upload").split() for day in periods[name]]


def days_of(report: Path, database: str) -> tuple[str, str]:
    """The days of a database that are asked for: the last one, where a report compares with days before."""
    first, last = DAYS[database]
    return (last, last) if "before" in header_of(report)["days"] else (first, last)


def answer(report: Path, rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """What the rows of these days say, and those before them where the report asks for them."""
    earlier = header_of(report)["days"] != "upload"
    asked = rows[(rows["day"] <= last) & (earlier | (rows["day"] >= first))]
    asked.attrs["first_day"] = first
    return ANSWERS[report.stem](asked)


Answers = Callable[[Path, str, str, str], pd.DataFrame]


@pytest.fixture(scope="session")
def answers(accepted_rows: dict[str, pd.DataFrame]) -> Answers:
    """What a report has to say of days of a database; each is reckoned once for all tests."""
    return functools.cache(lambda report, database, *days: answer(report, accepted_rows[database], *days))


Ask = Callable[[str, Path, str, str, str], Answered]


@pytest.fixture(scope="session")
def ask(lakes: Callable[[str], Lake]) -> Ask:
    """What an engine answers to a report of days of a database; each is asked once for all tests."""

    def run(engine: str, report: Path, database: str, first: str, last: str) -> Answered:
        return lakes(engine).run(report.read_text(), database, parameters(report, first, last))

    return functools.cache(run)


@pytest.fixture(params=["duckdb", pytest.param("trino", marks=pytest.mark.trino)])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


def test_every_report_has_an_independent_answer() -> None:
    assert {report.stem for report in REPORTS} == set(ANSWERS)


@each_report
def test_the_header_names_columns_of_the_result(report: Path, ask: Ask) -> None:
    header = header_of(report)
    chart, *keys = header["chart"].split()
    units = [pair.split("=")[0] for pair in header.get("units", "").split()]
    hinted = [name for key in keys for name in key.split("=")[1].split(",")]

    columns = ask("duckdb", report, "sample", *days_of(report, "sample")).header

    assert header["title"] and header["question"].endswith("?")
    assert chart in CHARTS
    assert {*hinted, *units, header["rows"]} <= set(columns)


@each_report
@each_database
def test_a_report_equals_a_plain_calculation(
    report: Path, database: str, engine: str, ask: Ask, accepted_rows: dict[str, pd.DataFrame], answers: Answers
) -> None:
    if database not in accepted_rows:
        pytest.skip("no real capture on this machine")

    days = days_of(report, database)

    answered = ask(engine, report, database, *days)

    assert_agrees(answered.header, answered.rows, answers(report, database, *days))


@each_report
def test_a_report_has_something_to_tell(report: Path, accepted_rows: dict[str, pd.DataFrame], answers: Answers) -> None:
    """The files have between them what every report is about, so that nothing agrees with nothing."""
    answered = [answers(report, database, *days_of(report, database)) for database in accepted_rows]
    told = pd.concat([lines.notna().any() for lines in answered if not lines.empty], axis=1).any(axis=1)

    assert sorted(told.index[~told]) == []


@each_report
def test_a_report_of_one_day_leaves_the_others_out(report: Path, engine: str, ask: Ask, answers: Answers) -> None:
    day = ("2026-03-03", "2026-03-03")

    answered = ask(engine, report, "crowd", *day)

    assert_agrees(answered.header, answered.rows, answers(report, "crowd", *day))


@each_report
def test_a_report_of_days_without_rows_is_empty(report: Path, lake: Lake) -> None:
    assert lake.run(report.read_text(), "sample", parameters(report, "2020-01-01", "2020-01-31")).rows == []


@pytest.mark.trino
@each_report
@each_database
def test_both_engines_write_the_same_bytes(
    report: Path, database: str, ask: Ask, accepted_rows: dict[str, pd.DataFrame]
) -> None:
    if database not in accepted_rows:
        pytest.skip("no real capture on this machine")
    duckdb, trino = (ask(engine, report, database, *days_of(report, database)) for engine in ("duckdb", "trino"))

    assert duckdb.csv == trino.csv
