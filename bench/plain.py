"""The same work without a pipeline: `.venv/bin/python -m bench.plain FILE.csv FOLDER`.

What somebody who knows DuckDB well writes to have it fast: one process, all processors, one file. It checks the rows of
a file in Cellflow's own layout by the same rules, writes both tables as Parquet by day, and all reports of `sql/` as
CSV. The tables stay in memory, and the reports read them there. It keeps nothing else: no list of what was rejected, no
page, no mail, no claim, and whoever reads while it writes sees a part. On the standard output: seconds by stage, rows,
memory in MB.

The reports are translated to DuckDB's dialect before the clock starts: their writer would have written that at once.
"""

import argparse
import json
import resource
import shutil
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

import contract
from bench import ROOT
from local.athena import dialect, functions, statement

HIVE = {"string": "varchar", "int": "integer", "bigint": "bigint", "double": "double", "timestamp": "timestamp"}
COVERAGE = json.loads((ROOT / "contract/coverage.json").read_text())
UNKNOWN = json.loads((ROOT / "contract/columns.json").read_text())["unknown"]
STATUS = {"state_in_service": 0, "state_out_of_service": 1, "state_emergency_only": 2, "state_power_off": 3}
METRICS = contract.METRICS
# A range that no day is in, for what asks for days before: there is nothing before this file.
NO_DAYS = ["'9999-12-31'", "'0001-01-01'"]
READ = (
    "read_csv(?, header = true, delim = ',', quote = '\"', all_varchar = true, auto_detect = false,"
    " columns = {columns}, ignore_errors = true, parallel = true)"
)


def known(column: str) -> str:
    """The text of a column, null where it says that nothing is known."""
    words = ", ".join(f"'{word}'" for word in ["", *UNKNOWN, "?????"])
    return f"case when lower(trim({column})) in ({words}) then null else trim({column}) end"


def decimal(column: str, low: float, high: float) -> str:
    return f"case when {column} between {low} and {high} then floor({column} * 10 + 0.5) / 10 end"


def whole(column: str, low: int, high: int) -> str:
    return f"case when {column} between {low} and {high} and {column} = floor({column}) then {column}::integer end"


def spread(shares: str) -> str:
    """The bits of a tile's number at zoom 16, read as decimal digits: two of them add up to the quadkey's digits."""
    return f"bin(least(greatest(floor({shares} * 65536), 0), 65535)::bigint)::bigint"


X = "((longitude + 180) / 360)"
SINE = "sin(radians(least(greatest(latitude, -85.05112878), 85.05112878)))"
Y = f"(0.5 - ln((1 + {SINE}) / (1 - {SINE})) / (4 * pi()))"
TILE = f"lpad(({spread(X)} + 2 * {spread(Y)})::varchar, 16, '0')"


def measurements(columns: list[str], day: str) -> str:
    """The rows that keep the rules, as the table has them."""
    dated = "date" in columns
    names = "{" + ", ".join(f"'{name}': 'varchar'" for name in columns) + "}"
    status = " ".join(f"when '{word}' then {code}" for word, code in STATUS.items())
    tomorrow = date.today() + timedelta(1)
    return f"""
    create table measurements as
    with typed as (
        select
            {"try_cast(date as date)" if dated else f"date '{day}'"} as on_day,
            case when length(trim(hour)) = 8 and hour < '24' then try_cast(trim(hour) as time) end as clock,
            try_cast(lat as double) as latitude,
            try_cast(long as double) as longitude,
            try_cast(signal as double) as asu,
            coalesce(try_cast(status as double), case lower(trim(status)) {status} end) as state,
            try_cast(speed as double) as speed,
            try_cast(satellites as double) as satellites,
            try_cast(precission as double) as precission,
            lower(trim(provider)) as provider,
            {known("network")} as network,
            {known("operator")} as operator,
            {known("description")} as description,
            {known("activity")} as activity,
            {known("postal_code")} as postal_code
        from {READ.format(columns=names)}
    ), checked as (
        select
            on_day, clock, latitude, longitude, description, activity,
            {whole("asu", -5, 97)} as signal,
            lower(network) as network,
            lower(operator) as operator,
            {whole("state", 0, 3)} as status,
            {decimal("speed", 0, 1500)} as speed_kmh,
            {whole("satellites", 0, 1000)} as satellites,
            {decimal("precission", 0, 1000000)} as gps_accuracy_m,
            case when provider in ('gps', 'network', 'fused') then provider end as provider,
            lpad(regexp_replace(postal_code, '\\.0+$', ''), 6, '0') as postal_code
        from typed
        where on_day between date '2000-01-01' and date '{tomorrow}'
          and clock is not null
          and latitude between -90 and 90
          and longitude between -180 and 180
          and not (latitude = 0 and longitude = 0)
    )
    select
        on_day + clock as measured_at, latitude, longitude, signal, network, operator, status, description, speed_kmh,
        satellites, gps_accuracy_m, provider, activity, postal_code,
        null::varchar as technology,
        case when signal between 0 and 31 then 2e0 * signal - 113 end as signal_dbm,
        null::double as rsrq_db, null::double as sinr_db, null::varchar as town, null::varchar as cell,
        null::double as download_mbps, null::double as upload_mbps, null::double as latency_ms, null::varchar as device,
        {TILE} as tile,
        'plain' as upload_id,
        on_day::varchar as day,
        hour(clock)::integer as hour
    from checked
    where signal is not null or status is not null
    """


def hourly_quality() -> str:
    keys = ", ".join(("day", "hour", *contract.QUALITY_KEYS))
    figures = ", ".join(
        f"count({metric}) as count_{metric}, coalesce(sum(round({metric} * 10)::bigint), 0)::bigint as "
        f"sum_{metric}_tenths, min({metric})::double as min_{metric}, max({metric})::double as max_{metric}"
        for metric in METRICS
    )
    return f"""
    create table hourly_quality as
    select {keys}, 'plain' as upload_id, count_rows, {", ".join(f"{figure}" for figure in figure_names())}
    from (
        select {keys}, count(*) as count_rows, {figures}
        from (select * replace (floor(signal_dbm + 0.5)::integer as signal_dbm) from measurements)
        group by all
    )
    """


def figure_names() -> list[str]:
    return [
        name
        for metric in METRICS
        for name in (f"count_{metric}", f"sum_{metric}_tenths", f"min_{metric}", f"max_{metric}")
    ]


def coverage() -> str:
    """The class of a power, as the views have it."""
    limits = COVERAGE["technologies"]
    least = [
        " ".join(f"when '{entry['technology']}' then {entry['from'][rank]}" for entry in limits)
        + f" else {next(entry for entry in limits if entry['technology'] == COVERAGE['unknown'])['from'][rank]}"
        for rank in range(3)
    ]
    classes = " ".join(
        f"when floor(signal_dbm + 0.5) >= case technology {least[rank]} end then '{name}'"
        for rank, name in enumerate(COVERAGE["classes"][:-1])
    )
    return f"case when signal_dbm is null then null {classes} else '{COVERAGE['classes'][-1]}' end"


VIEWS = {
    "measurements": f"select *, {coverage()} as coverage, coalesce(postal_code, substr(tile, 1, 12)) as place from",
    "hourly_quality": f"select *, {coverage()} as coverage, postal_code as place from",
}
MADE = {"day": "varchar", "coverage": "varchar", "place": "varchar"}


def schema() -> dict[str, dict[str, str]]:
    return {
        name: {column.name: HIVE[column.type] for column in table.columns} | MADE
        for name, table in contract.TABLES.items()
    }


def days_of(sql: str, first: date, last: date) -> list[str]:
    """The values of a report's `?`, by the words of its header."""
    monday = last - timedelta(last.weekday() + 49)
    found = {"upload": [f"'{first}'", f"'{last}'"], "before": NO_DAYS, "weeks": [f"'{monday}'", f"'{last}'"]}
    header = next((line for line in sql.splitlines() if line.startswith("-- days:")), "-- days: upload")
    words = header.removeprefix("-- days:").replace(",", " ").split()
    return [value for word in words for value in found[word]] if "?" in sql else []


def translated(first: date, last: date) -> dict[str, str]:
    reports = {}
    for file in sorted((ROOT / "sql").glob("*.sql")):
        sql = file.read_text()
        bound = statement.bind(statement.parse(sql), days_of(sql, first, last))
        adapted = dialect.adapt(statement.name_outputs(bound), schema()).sql("duckdb", comments=False)
        reports[file.stem] = adapted
    return reports


def header_of(file: Path) -> list[str]:
    with file.open() as lines:
        return lines.readline().rstrip("\n").split(",")


def prepared(threads: int | None) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:")
    functions.install(database)
    for setting in ("timezone = 'UTC'", "integer_division = true", "preserve_insertion_order = false"):
        database.execute(f"set {setting}")
    if threads:
        database.execute(f"set threads = {threads}")
    return database


def days_in(file: Path) -> tuple[date, date]:
    """The first and the last day of a file's good rows, to name them in the reports before the clock starts."""
    if "date" not in header_of(file):
        return date.today(), date.today()
    names = "{" + ", ".join(f"'{name}': 'varchar'" for name in header_of(file)) + "}"
    found = duckdb.execute(
        f"select min(d), max(d) from (select try_cast(date as date) as d from {READ.format(columns=names)})"
        f" where d between date '2000-01-01' and date '{date.today() + timedelta(1)}'",
        [str(file)],
    ).fetchone()
    assert found is not None
    return found[0], found[1]


def run(file: Path, folder: Path, threads: int | None) -> dict[str, Any]:
    first, last = days_in(file)
    reports = translated(first, last)
    database = prepared(threads)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "reports").mkdir(parents=True)
    stages: dict[str, float] = {}

    def timed(stage: str, act: Callable[[], object]) -> None:
        began = time.perf_counter()
        act()
        stages[stage] = time.perf_counter() - began

    def write(table: str) -> None:
        columns = "* exclude (hour)" if table == "measurements" else "*"
        database.execute(
            f"copy (select {columns} from {table}) to '{folder / table}' (format parquet, partition_by (day))"
        )

    def report() -> None:
        for table, select in VIEWS.items():
            database.execute(f"alter table {table} rename to {table}_rows")
            database.execute(f"create view {table} as {select} {table}_rows")
        for name, sql in reports.items():
            database.execute(f"copy ({sql}) to '{folder / 'reports' / name}.csv' (header)")

    timed("read and check", lambda: database.execute(measurements(header_of(file), str(first)), [str(file)]))
    timed("aggregate", lambda: database.execute(hourly_quality()))
    timed("write", lambda: [write(table) for table in ("measurements", "hourly_quality")])
    timed("reports", report)
    counted = database.execute("select count(*) from measurements_rows").fetchone()
    assert counted is not None
    return {
        "rows": counted[0],
        "seconds": sum(stages.values()),
        "stages": stages,
        "reports": len(reports),
        "peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks a file, writes both tables and all reports, by DuckDB alone.")
    parser.add_argument("file", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    print(json.dumps(run(given.file, given.folder, given.threads)))


if __name__ == "__main__":
    main()
