"""What a query scans follows the days it asks for, not the days that the lake holds."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from support.athena import ROOT, SAMPLE, VISIBLE, Lake
from support.lake_views import line
from support.tables import SCHEMAS, accepted, hourly_quality, measurements, parquet

DAYS = 200
REPORTS = ["signal-strength", "gps-accuracy"]


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
