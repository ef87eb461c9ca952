"""Answers a saved report from rows in a file, by the real SQL on the laptop's engine: for benches that need no lake.

    python bench/report_on_rows.py sql/signal-changes.sql ROWS.csv DAY FIRST LAST...

The file has the columns day, hour, operator, technology, place and signal_dbm.
What follows are the values of the query's `?`. The answer, as CSV, goes to the standard output.
"""

import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from local.athena import dialect, functions, statement  # noqa: E402
from local.athena.query import Column  # noqa: E402
from local.athena.results import CsvWriter, text_of  # noqa: E402

COLUMNS = {
    "measurements": {
        "measured_at": "timestamp",
        "operator": "varchar",
        "technology": "varchar",
        "place": "varchar",
        "signal": "integer",
        "signal_dbm": "double",
        "day": "varchar",
    },
    "hourly_quality": {"day": "varchar"},
}
MEASUREMENTS = """
create table measurements as
select
    cast(day || ' ' || lpad(cast(hour as varchar), 2, '0') || ':00:00' as timestamp) as measured_at,
    operator, technology, place, cast(null as integer) as signal, cast(signal_dbm as double) as signal_dbm, day
from read_csv(?, header = true, all_varchar = true)
"""


def answer(report: Path, rows: Path, parameters: list[str]) -> str:
    """The report's CSV."""
    database = duckdb.connect(":memory:")
    functions.install(database)
    database.execute("set timezone = 'UTC'")
    database.execute("set integer_division = true")
    database.execute(MEASUREMENTS, [str(rows)])
    database.execute("create view hourly_quality as select day from measurements")
    bound = statement.bind(statement.parse(report.read_text()), [f"'{value}'" for value in parameters])
    found = database.execute(dialect.adapt(statement.name_outputs(bound), COLUMNS).sql("duckdb", comments=False))
    writer = CsvWriter([Column(entry[0], "varchar") for entry in found.description])
    writer.add([text_of(value) for value in row] for row in found.fetchall())
    return writer.bytes().decode()


if __name__ == "__main__":
    _, report, rows, *parameters = sys.argv
    sys.stdout.write(answer(Path(report), Path(rows), parameters))
