"""Views on each engine: what they show, what a query through them reads, and how the catalogue tells of them."""

from collections.abc import Callable

import pytest
from support.athena import HIDDEN, SAMPLE, VISIBLE, Lake
from support.lake_views import files_database, line
from support.tables import SCHEMAS, accepted, measurements, parquet

TABLES = ("measurements", "hourly_quality")
DAY = "2026-03-02"


@pytest.mark.parametrize("table", TABLES)
def test_a_view_shows_the_visible_upload_alone(lake: Lake, table: str) -> None:
    by_upload = "select upload_id, count(*) from {0} group by 1 order by 1"
    behind = dict(lake.run(by_upload.format(f"{files_database('sample')}.{table}"), "sample").rows)

    shown = dict(lake.run(by_upload.format(table), "sample").rows)

    # Each of them has as many rows, in the same folders.
    assert set(behind) == {VISIBLE, *HIDDEN}
    assert len(set(behind.values())) == 1
    assert shown == {VISIBLE: behind[VISIBLE]}


def test_a_copy_is_shown_in_place_of_the_rows_it_was_made_of(lake: Lake) -> None:
    cleaned = measurements(accepted(SAMPLE, "").head(20).assign(day=DAY), VISIBLE)
    copied = cleaned.assign(upload_id=f"{VISIBLE}-7")
    lake.create_databases("copied")
    lake.create_table("copied", "measurements", SCHEMAS["measurements"])
    lake.register("copied", "measurements", SCHEMAS["measurements"], [DAY])
    for name, rows in (f"{VISIBLE}-0", cleaned), ("merged-00000007", copied):
        body = parquet(rows.drop(columns="day"), SCHEMAS["measurements"])
        lake.add("copied", "measurements", DAY, f"{name}.parquet", body)
    lake.tell("copied", "aaaa-00000001", [line(VISIBLE, 1_000)])

    by_upload = "select upload_id, count(*) from measurements where upload_id = '{0}' group by 1"
    asked = [by_upload.format(VISIBLE), by_upload.format(f"{VISIBLE}-7"), "select count(*) from measurements"]
    before = [lake.run(sql, "copied").rows for sql in asked]
    lake.tell("copied", "aaaa-00000002", [line(f"{VISIBLE}-7", 2_000), line(VISIBLE, None, 2_000)])
    after = [lake.run(sql, "copied").rows for sql in asked]

    assert before == after == [[[VISIBLE, "20"]], [], [["20"]]]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("where", ["day = '2026-03-03'", "substr(day, 9, 2) = '03'"])
def test_a_day_costs_through_the_view_no_more_than_behind_it(lake: Lake, table: str, where: str) -> None:
    one_day = f"select max(upload_id), count(*) from {{0}} where {where}"
    log = lake.run("select * from uploads_visibility", "sample").scanned
    behind = lake.run(one_day.format(f"{files_database('sample')}.{table}"), "sample").scanned
    both_days = lake.run(f"select max(upload_id), count(*) from {files_database('sample')}.{table}", "sample").scanned

    # Less where an engine passes over files of uploads that are not visible.
    assert log < lake.run(one_day.format(table), "sample").scanned <= behind + log
    assert log > 0 and behind < both_days


@pytest.mark.trino
@pytest.mark.parametrize(
    "sql",
    [
        "select table_schema, table_name, table_type from information_schema.tables"
        " where table_schema in ('sample', 'sample_files') order by 1, 2",
        "select * from information_schema.columns where table_schema = 'sample' order by table_name, ordinal_position",
        "select * from information_schema.columns where table_schema = 'sample_files'"
        " order by table_name, ordinal_position",
        "select table_name, view_definition from information_schema.views where table_schema = 'sample' order by 1",
        "select * from uploads_visibility order by 1, 2, 3",
        "select day, count(*), count(distinct upload_id) from measurements group by 1 order by 1",
    ],
)
def test_both_engines_tell_the_same(sql: str, lakes: Callable[[str], Lake]) -> None:
    duckdb, trino = (lakes(engine).run(sql, "sample").csv for engine in ("duckdb", "trino"))

    assert duckdb == trino
