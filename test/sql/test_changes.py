"""What the report of changes says of rows that are made for it, and how well it tells a change from chance."""

import csv
import io
import json
import random
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from support.athena import ROOT

from bench.report_on_rows import answer

REPORT = ROOT / "sql" / "signal-changes.sql"
BEFORE, AFTER = ("2026-02-01", "2026-03-01"), ("2026-03-02", "2026-03-03")
Row = tuple[str, int, str, float]
Line = dict[str, str | None]


def report(folder: Path, rows: Iterable[Row], after: tuple[str, str] = AFTER) -> dict[str | None, Line]:
    """The lines of the report by their places; rows are of a day, an hour, a place and so many dBm."""
    file = folder / "rows.csv"
    lines = [f"{day},{hour},orange,4G,{place},{dbm}" for day, hour, place, dbm in rows]
    file.write_text("\n".join(["day,hour,operator,technology,place,signal_dbm", *lines]))
    text = answer(REPORT, file, [*after, *BEFORE, *after, *BEFORE])
    return {line["place"] or None: line for line in csv.DictReader(io.StringIO(text))}


def rows(day: str, place: str, mean: float, count: int, hours: range = range(24)) -> list[Row]:
    drawn = random.Random(f"{day} {place} {mean} {count}")
    return [(day, drawn.choice(hours), place, drawn.gauss(mean, 3)) for _ in range(count)]


def number(line: Line, column: str) -> float:
    return float(line[column] or "nan")


def test_as_many_days_before_are_taken_as_the_upload_has_days_with_rows(tmp_path: Path) -> None:
    # Of the upload's two days one has rows; the latest day before that has some is three weeks back.
    told = report(
        tmp_path,
        [*rows("2026-03-03", "a", -95, 60), *rows("2026-02-10", "a", -90, 50), *rows("2026-02-09", "a", -60, 500)],
    )

    assert number(told["a"], "count_before") == 50 and number(told["a"], "count_after") == 60
    assert -8 < number(told["a"], "change") < -2
    assert number(told["a"], "t") < -5


def test_without_days_before_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert report(tmp_path, rows("2026-03-02", "a", -90, 50)) == {}


def test_driving_elsewhere_is_no_change(tmp_path: Path) -> None:
    # The place with the weak signal has one row in ten before, and nine in ten after.
    told = report(
        tmp_path,
        [
            *rows("2026-03-01", "strong", -70, 450),
            *rows("2026-03-01", "weak", -110, 50),
            *rows("2026-03-02", "strong", -70, 50),
            *rows("2026-03-02", "weak", -110, 450),
            # Known to one of the periods alone.
            *rows("2026-03-02", "new", -120, 900),
        ],
    )

    assert abs(number(told[None], "change")) < 1.5
    assert abs(number(told[None], "t")) < 3
    assert told[None]["count_after"] == "500"
    assert told["new"]["count_before"] == "0" and told["new"]["t"] == told["new"]["median_after"] == ""


def test_what_all_places_lost_shows_although_the_places_are_others(tmp_path: Path) -> None:
    places = [(f"p{number}", -70 - 5 * number) for number in range(8)]
    told = report(
        tmp_path,
        [
            *(
                row
                for number, (place, mean) in enumerate(places)
                for row in rows("2026-03-01", place, mean, 5 + number)
            ),
            *(
                row
                for number, (place, mean) in enumerate(places)
                for row in rows("2026-03-02", place, mean - 4, 40 - 5 * number)
            ),
        ],
    )

    assert -5.5 < number(told[None], "change") < -2.5
    assert number(told[None], "t") < -4


@pytest.mark.parametrize(
    ("count", "hours", "is_told"), [(19, 24, False), (20, 24, True), (200, 7, False), (200, 8, True)]
)
def test_too_few_rows_or_hours_are_too_little_to_tell(tmp_path: Path, count: int, hours: int, is_told: bool) -> None:
    some = [("2026-03-02", n % hours, "a", -100.0 - n % 5) for n in range(count)]
    told = report(tmp_path, [*some, *rows("2026-03-01", "a", -90, 300)])

    assert (told["a"]["t"] != "") is is_told


def test_rows_of_one_hour_count_as_one_drive(tmp_path: Path) -> None:
    # Each of ten hours has its own level; a test of 250 rows a side would be sure of a change.
    drawn = random.Random(7)
    levels = {day: [drawn.gauss(-95, 6) for _ in range(10)] for day in ("2026-03-01", "2026-03-02")}
    told = report(
        tmp_path,
        [
            (day, hour, "a", level + drawn.gauss(0, 1))
            for day, hours in levels.items()
            for hour, level in enumerate(hours)
            for _ in range(25)
        ],
    )

    assert abs(number(told["a"], "change")) > 0.5
    assert abs(number(told["a"], "t")) < 3
    assert number(told["a"], "degrees_of_freedom") < 20


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """The bench of the findings in short, with its seeds."""
    command = ["node", "--import", "tsx", "bench/findings.ts", "--brief", "--json"]
    done = subprocess.run(command, cwd=ROOT, timeout=240, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_drop_of_three_decibels_is_found(measured: dict[str, Any]) -> None:
    """50 rows a side: at a spread of 2.5 dB also among a thousand places, at 4 dB where it is looked for alone."""
    found = {power["spread"]: power["found"] for power in measured["power"]}

    assert found[2.5]["1000"] >= 0.95
    assert found[2.5]["20"] >= 0.95
    assert found[4]["1"] >= 0.95


def test_a_thousand_unchanged_places_give_one_false_alarm_at_most(measured: dict[str, Any]) -> None:
    for alarms in measured["alarms"]:
        assert alarms["tested"] == 1000 * alarms["seeds"]
        assert max(alarms["worse"]) <= 1 and max(alarms["better"]) <= 1

    # Where rows come in runs, a test that takes them for independent cries wolf.
    assert min(measured["alarms"][-1]["independent"]) > 100
