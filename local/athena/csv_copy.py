"""A result as Athena's CSV shows it, written by DuckDB itself, without an object a value."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

# DuckDB's types that are shown as it shows them, or nearly so. Others are shown value by value.
QUICK_TYPES = {
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DOUBLE", "VARCHAR", "DATE"),
}


def copy_lines(connection: duckdb.DuckDBPyConnection, sql: str, kinds: Sequence[str], file: Path) -> int:
    """Write the rows of a query as lines of the CSV; gives their number. Each column is of one of the quick types."""
    names = [f"c{place}" for place in range(len(kinds))]
    shown = ", ".join(_shown(name, kind) for name, kind in zip(names, kinds, strict=True))
    rows = connection.execute(
        f"copy (select {shown} from ({sql}) as result({', '.join(names)}))"
        " to $file (format csv, header false, force_quote *)",
        {"file": str(file)},
    ).fetchone()
    assert rows is not None
    return int(rows[0])


def _shown(name: str, kind: str) -> str:
    """DuckDB and Java find the same digits of a double. Where Java writes no exponent, they write it alike."""
    if kind != "DOUBLE":
        return name
    plain = f"{name} = 0 or (abs({name}) >= 1e-3 and abs({name}) < 1e7)"
    return f"case when {plain} then cast({name} as varchar) else java_double({name}) end"
