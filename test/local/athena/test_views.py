"""Views over a crawled table and a log of visibility, as the stack makes them, on the engine of the laptop edition."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.lake_views import FOREVER, definitions, files_database, line, make_views
from support.readers import DAYS, NEW, OLD, SILENT, Readers
from support.tables import SCHEMAS


def milliseconds() -> int:
    return time.time_ns() // 1_000_000


def test_an_upload_shows_as_the_log_says_and_not_before(readers: Readers) -> None:
    assert readers.by_upload() == {}
    readers.tell(readers.name, "aa-00000001", [line(OLD, generation=1)])
    assert readers.by_upload() == {}
    readers.tell(readers.name, "aa-00000002", [line(OLD, milliseconds() - 1, generation=1)])
    assert readers.by_upload() == {OLD: "9"}
    at = milliseconds() + 1_500
    readers.tell(readers.name, "aa-00000003", [line(NEW, at, generation=2), line(OLD, None, at)])

    before, after = [], []
    while milliseconds() < at + 300:
        submitted = milliseconds()
        seen = readers.by_upload()
        if submitted < at - 300:
            before.append(seen)
        elif submitted >= at:
            after.append(seen)

    # All of the old, then all of the new: nobody has touched the log in between.
    assert before and all(seen == {OLD: "9"} for seen in before)
    assert after and all(seen == {NEW: "15"} for seen in after)


def test_order_and_doubles_in_the_log_make_no_difference(readers: Readers) -> None:
    now = milliseconds()
    readers.tell(readers.name, "aa-00000002", [line(OLD, None, now - 50), line(NEW, now - 50), line(NEW, now - 20)])
    readers.tell(readers.name, "aa-00000001", [line(OLD, now - 100), line(OLD, now - 90), line(OLD)])
    readers.tell(readers.name, "summary-a-00000001", [line(OLD, now - 100, now - 10, claim="aa", n=1, swept=True)])

    assert readers.by_upload() == {NEW: "15"}


def test_a_tombstone_outlives_what_comes_after_it(readers: Readers) -> None:
    readers.tell(readers.name, "aa-00000001", [line(OLD, None, 5)])
    readers.tell(readers.name, "aa-00000002", [line(OLD, 1_000)])
    readers.tell(readers.name, "bb-00000001", [line(NEW, 1_000, FOREVER)])

    assert readers.by_upload() == {NEW: "15"}


def test_a_view_says_what_the_table_behind_it_says(readers: Readers) -> None:
    readers.tell(readers.name, "aa-00000001", [line(upload, 1) for upload in (OLD, NEW, SILENT)])
    table = f"{files_database(readers.name)}.measurements"
    # All columns but those that the view makes.
    columns = ", ".join([*SCHEMAS["measurements"].names, "day"])
    one = f"select {columns} from {{0}} where day = '2026-03-02' order by upload_id, latitude"

    through_view, direct = (
        readers.run(one.format(name), readers.name, workgroup=readers.name) for name in ("measurements", table)
    )

    assert through_view.csv == direct.csv
    assert len(direct.rows) == 15


def one_day(readers: Readers, view: str) -> int:
    """Bytes that are read of a day, beside the log: the three days of the table have the same rows."""
    table = f"{files_database(readers.name)}.measurements"
    of_each = {readers.scanned(f"select latitude from {table} where day = '{day}'") for day in DAYS}
    assert len(of_each) == 1
    log = readers.scanned("select * from uploads_visibility")
    days, rest = divmod(readers.scanned(f"select latitude from {view}") - log, 3)
    assert days > 0 and rest == 0
    return days


@pytest.mark.parametrize(
    "where",
    [
        "where day = '2026-03-02'",
        "as m where m.day between '2026-03-02' and '2026-03-02'",
        "where substr(day, 9, 2) = '02'",
        "where measurements.day in ('2026-03-02', '2027-01-01') and latitude > 0",
        "where date(day) = date '2026-03-02'",
    ],
)
def test_what_is_said_of_the_day_prunes_behind_the_view(readers: Readers, where: str) -> None:
    readers.tell(readers.name, "aa-00000001", [line(OLD, 1), line(NEW, 1)])
    log = readers.scanned("select * from uploads_visibility")

    assert log > 0
    assert readers.scanned(f"select latitude from measurements {where}") == one_day(readers, "measurements") + log


def test_days_are_ruled_out_in_a_query_of_queries(readers: Readers) -> None:
    readers.tell(readers.name, "aa-00000001", [line(OLD, 1)])
    log = readers.scanned("select * from uploads_visibility")
    sql = (
        "with measurements as (select latitude, day from measurements where day = '2026-03-01'),"
        " halves as (select latitude / 2 as half from measurements) select count(half) from halves"
    )

    assert readers.ask(sql) == [["3"]]
    assert readers.scanned(sql) == one_day(readers, "measurements") + log


def test_views_of_views_and_joins(readers: Readers) -> None:
    readers.tell(readers.name, "aa-00000001", [line(OLD, 1), line(NEW, 1)])
    (view,) = [entry for entry in definitions(readers.name, "s3://none/") if entry["Name"] == "measurements"]
    inner = view_of(
        readers.name,
        "select day as tag, upload_id, latitude from measurements where latitude < 42",
        {"tag": "varchar", "upload_id": "varchar", "latitude": "double"},
    )
    readers.glue.create_table(DatabaseName=readers.name, TableInput={**view, **inner, "Name": "outer_view"})
    log = readers.scanned("select * from uploads_visibility")

    assert readers.ask("select tag, count(*) from outer_view where tag = '2026-03-01' group by 1") == [
        ["2026-03-01", "8"]
    ]
    assert readers.scanned("select latitude from outer_view where tag = '2026-03-01'") == (
        one_day(readers, "outer_view") + log
    )
    joined = (
        "select a.day, count(*) from measurements as a join measurements as b"
        " on a.latitude = b.latitude and a.day = b.day"
        " where a.upload_id < b.upload_id and a.day = '2026-03-01' and b.day = '2026-03-01' group by 1"
    )
    assert readers.ask(joined) == [["2026-03-01", "3"]]


def view_of(schema: str, sql: str, columns: dict[str, str]) -> dict[str, Any]:
    """The part of a view's entry that differs from another's."""
    definition = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": schema,
        "columns": [{"name": name, "type": kind} for name, kind in columns.items()],
        "runAsInvoker": True,
    }
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    return {"ViewOriginalText": f"/* Presto View: {encoded} */"}


def test_a_view_whose_table_is_not_there_is_stale(readers: Readers, client: Callable[[str], Any]) -> None:
    bare = f"{readers.name}bare"
    client("glue").create_database(DatabaseInput={"Name": bare})
    make_views(client("glue"), bare, f"s3://lake/{bare}/visibility/")
    failed = f"Failed analyzing stored view 'awsdatacatalog.{bare}.measurements': line 11:6: "

    assert readers.why(f"select * from {bare}.measurements") == (
        f"INVALID_VIEW: line 1:15: {failed}Schema '{bare}_files' does not exist"
    )
    client("glue").create_database(DatabaseInput={"Name": f"{bare}_files"})
    assert readers.why(f"select count(*)\n from {bare}.measurements") == (
        f"INVALID_VIEW: line 2:7: {failed}Table 'awsdatacatalog.{bare}_files.measurements' does not exist"
    )
    assert readers.why("select nope from measurements").startswith("COLUMN_NOT_FOUND: line 1:8: Column 'nope'")


def test_a_column_that_the_table_lacks_makes_the_view_stale_whether_asked_for_or_not(readers: Readers) -> None:
    table = readers.glue.get_table(DatabaseName=files_database(readers.name), Name="measurements")["Table"]
    columns = [column for column in table["StorageDescriptor"]["Columns"] if column["Name"] != "device"]
    readers.glue.update_table(
        DatabaseName=files_database(readers.name),
        TableInput={
            **{part: table[part] for part in ("Name", "TableType", "Parameters", "PartitionKeys")},
            "StorageDescriptor": {**table["StorageDescriptor"], "Columns": columns},
        },
    )

    assert readers.why("select latitude from measurements").startswith("INVALID_VIEW: line 1:22: ")
    assert readers.why("select latitude from measurements").endswith("Column 'device' cannot be resolved")


CLASSES: list[tuple[str | None, float | None, str | None]] = [
    (None, None, None),
    ("4G", None, None),
    ("4G", -84.6, "very good"),
    ("4G", -85.5, "very good"),
    ("4G", -85.6, "good"),
    ("5G", -95.5, "good"),
    ("5G", -96.0, "weak"),
    ("4G", -111.0, "weak"),
    ("4G", -112.0, "none"),
    ("3G", -75.0, "very good"),
    ("3G", -86.0, "weak"),
    ("2G", -102.0, "none"),
    (None, -85.0, "good"),
    ("6G", -101.0, "weak"),
]


def test_a_power_has_the_class_of_its_technology(readers: Readers) -> None:
    """By the view's own words, of rows that are written into them; whole dBm, rounded half up."""
    (view,) = [entry for entry in definitions(readers.name, "s3://none/") if entry["Name"] == "measurements"]
    encoded = view["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    said = json.loads(base64.b64decode(encoded))["originalSql"]
    start = said.index("cast(case")
    expression = said[start : said.index('as "coverage"')]
    rows = ", ".join(
        f"({n}, cast({literal(technology)} as varchar), cast({literal(dbm)} as double))"
        for n, (technology, dbm, _) in enumerate(CLASSES)
    )

    found = readers.ask(f"select {expression} from (values {rows}) as t(n, technology, signal_dbm) order by n")

    assert [value for (value,) in found] == [coverage for _, _, coverage in CLASSES]


def literal(value: str | float | None) -> str:
    return "null" if value is None else f"'{value}'" if isinstance(value, str) else f"{value}e0"
