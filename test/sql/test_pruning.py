"""What a query scans follows the days it asks for, not the days that the lake holds."""

import json
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from support.answers import ANSWERS, assert_agrees, rows_of
from support.athena import ROOT, SAMPLE, VISIBLE, Lake
from support.field_files import field_rows
from support.lake_views import line
from support.tables import SCHEMAS, accepted, hourly_quality, measurements, objects_of, of_readings, parquet

DAYS = 200
# One of each table.
REPORTS = ["signal-strength", "gps-accuracy"]
OTHER = "00000000000000aa"
# Days that an upload touched, with a stray one of a phone whose clock was not set; another has the days between.
TOUCHED, STRAY = ["2026-03-01", "2026-03-30"], "2017-01-01"
BETWEEN = [date(2026, 3, day).isoformat() for day in range(1, 31)]
BY_HAND = {
    "as it was always written": """
        select day, count(*) from measurements where day between ? and ? group by 1 order by 1
    """,
    "of an alias, in capitals": """
        -- Whose days? between ? and ?
        SELECT q.Day, SUM(q.count_rows) FROM hourly_quality AS q
        WHERE 'day between ? and ?' <> q.upload_id AND q."day" BETWEEN ? AND ? GROUP BY 1 ORDER BY 1;
    """,
}


def day_of(number: int) -> str:
    return (date(2026, 1, 1) + timedelta(days=number)).isoformat()


@pytest.fixture(scope="module")
def grow(lakes: Callable[[str], Lake]) -> Callable[[Lake, int], None]:
    """Makes a lake hold so many days, each with the same rows."""
    rows = accepted(SAMPLE, "")
    cleaned = measurements(rows[rows["day"] == "2026-03-02"], VISIBLE)
    frames = {"measurements": cleaned, "hourly_quality": hourly_quality(cleaned)}
    bodies = {table: parquet(frame.drop(columns="day"), SCHEMAS[table]) for table, frame in frames.items()}
    held: dict[str, int] = {}

    def to(lake: Lake, days: int) -> None:
        database = "growing"
        if lake.engine not in held:
            lake.create_databases(database)
            lake.tell(database, "aaaa-00000001", [line(VISIBLE, 1_000)])
            for table, schema in SCHEMAS.items():
                lake.create_table(database, table, schema)
        new = [day_of(number) for number in range(held.get(lake.engine, 0), days)]
        for table, schema in SCHEMAS.items():
            for day in new:
                lake.add(database, table, day, f"{VISIBLE}-0.parquet", bodies[table])
            lake.register(database, table, schema, new)
        held[lake.engine] = days

    return to


def test_bytes_for_one_day_stay_flat_while_the_lake_grows(lake: Lake, grow: Callable[[Lake, int], None]) -> None:
    texts = {report: (ROOT / "sql" / f"{report}.sql").read_text() for report in REPORTS}
    one_day, all_days = [f"'{day_of(0)}'"] * 2, [f"'{day_of(0)}'", f"'{day_of(DAYS - 1)}'"]
    scanned: dict[str, dict[int, int]] = {report: {} for report in REPORTS}

    for days in (1, 20, DAYS):
        grow(lake, days)
        for report, sql in texts.items():
            scanned[report][days] = lake.run(sql, "growing", one_day).scanned
    everything = {report: lake.run(sql, "growing", all_days).scanned for report, sql in texts.items()}

    for report, by_days in scanned.items():
        print(f"{lake.engine} {report}: bytes for one day {by_days}, for all {DAYS} days {everything[report]}")
        assert by_days[1] > 0
        assert len(set(by_days.values())) == 1
        assert everything[report] >= 0.9 * DAYS * by_days[1]


def filled(*queries: str) -> list[dict[str, Any]]:
    """Saved queries as the run of reports asks them, for the upload of the touched days."""
    asked = [{"sql": sql, "days": [STRAY, *TOUCHED], "strayDays": [STRAY]} for sql in queries]
    made = subprocess.run(
        ["node", "--import", "tsx", "test/support/filled-query.ts", json.dumps(asked)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: list[dict[str, Any]] = json.loads(made.stdout)
    return found


def moved(rows: pd.DataFrame, day: str) -> pd.DataFrame:
    return rows.assign(day=day)


@pytest.fixture(scope="module")
def broken_rows() -> dict[str, pd.DataFrame]:
    """What both uploads have, by upload."""
    one_day = field_rows("crowd")
    one_day = one_day[one_day["day"] == "2026-03-03"]
    return {
        VISIBLE: pd.concat([moved(one_day, day) for day in TOUCHED] + [moved(one_day.head(1), STRAY)]),
        OTHER: pd.concat([moved(one_day.head(200), day) for day in BETWEEN[1:-1]]),
    }


@pytest.fixture(scope="module")
def with_breaks(lakes: Callable[[str], Lake], broken_rows: dict[str, pd.DataFrame]) -> Callable[[Lake], str]:
    """Makes a lake hold both uploads, and names the database."""
    made: set[str] = set()

    def to(lake: Lake) -> str:
        database = "broken"
        if lake.engine in made:
            return database
        made.add(lake.engine)
        lake.create_databases(database)
        lake.tell(database, "aaaa-00000001", [line(upload, 1_000) for upload in broken_rows])
        for table, schema in SCHEMAS.items():
            lake.create_table(database, table, schema)
            lake.register(database, table, schema, [STRAY, *BETWEEN])
        for upload, rows in broken_rows.items():
            for table, day, key, body in objects_of(of_readings(rows, upload), upload):
                lake.add(database, table, day, key.rsplit("/", 1)[1], body)
        return database

    return to


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_reads_no_day_that_the_upload_did_not_touch(
    report: str, lake: Lake, with_breaks: Callable[[Lake], str], broken_rows: dict[str, pd.DataFrame]
) -> None:
    database, sql = with_breaks(lake), (ROOT / "sql" / f"{report}.sql").read_text()
    (query,) = filled(sql)
    log = lake.run("select * from uploads_visibility", database).scanned
    by_day = [lake.run(sql, database, [f"'{day}'"] * 2).scanned - log for day in TOUCHED]
    everything = lake.run(sql, database, [f"'{STRAY}'", f"'{TOUCHED[-1]}'"]).scanned - log

    answered = lake.run(query["text"], database, query["parameters"])

    print(f"{lake.engine} {report}: {answered.scanned - log} bytes of two days, {everything} from 2017 to the last one")
    assert answered.scanned - log == sum(by_day) > 0
    assert everything > 3 * sum(by_day)
    rows = broken_rows[VISIBLE]
    assert_agrees(answered.header, answered.rows, ANSWERS[report](rows_of(rows[rows["day"] != STRAY])))


@pytest.mark.parametrize("sql", BY_HAND.values(), ids=list(BY_HAND))
def test_a_query_saved_by_hand_sees_the_days_of_the_upload(
    sql: str, lake: Lake, with_breaks: Callable[[Lake], str], broken_rows: dict[str, pd.DataFrame]
) -> None:
    (query,) = filled(sql)
    rows = broken_rows[VISIBLE]

    answered = lake.run(query["text"], with_breaks(lake), query["parameters"])

    assert answered.rows == [[day, str((rows["day"] == day).sum())] for day in TOUCHED]
