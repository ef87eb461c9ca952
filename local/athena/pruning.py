"""Which partitions a query can need: those for which what it says of partition keys alone is not false.

Simple comparisons reach the files through Arrow anyway. This is for the rest, as `substr(day, 1, 7) = '2026-03'`.
"""

from collections.abc import Iterable
from dataclasses import replace

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from local.athena.catalogue import Table

RELATION = "partition_keys"


def conditions_on(scope: Scope, name: str, table: Table) -> list[exp.Expr]:
    """Terms of the scope's `where` that speak of the table's partition keys and of nothing else."""
    select = scope.expression
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    # Beside an outer join a row that lacks its partner must not come to be.
    if where is None or any(join.side for join in select.args.get("joins") or ()):
        return []
    keys = {key for key, _kind in table.keys}
    is_alone = len(scope.sources) == 1
    return [term for term in _terms(where.this) if _speaks_of(term, keys, name, is_alone)]


def prune(table: Table, conditions: Iterable[exp.Expr], connection: duckdb.DuckDBPyConnection) -> Table:
    """The table without the partitions that a condition rules out. `conditions` are in DuckDB's dialect."""
    tests = [condition.copy() for condition in conditions]
    if not tests or not table.partitions:
        return table
    for test in tests:
        for column in test.find_all(exp.Column):
            column.set("table", None)
    columns = {
        key: pa.array([partition.values[place] for partition in table.partitions], pa.string())
        for place, (key, _kind) in enumerate(table.keys)
    }
    casts = ", ".join(f'cast("{key}" as {_duckdb_type(kind)}) as "{key}"' for key, kind in table.keys)
    keep = " and ".join(f"({test.sql('duckdb', comments=False)})" for test in tests)
    connection.register(RELATION, pa.table({**columns, "place": list(range(len(table.partitions)))}))
    try:
        places = connection.execute(
            f"select place from (select place, {casts} from {RELATION}) where {keep} order by place"
        ).fetchall()
    except duckdb.Error:
        # The query itself meets the same error and reports it.
        return table
    finally:
        connection.unregister(RELATION)
    return replace(table, partitions=tuple(table.partitions[place] for (place,) in places))


def _terms(condition: exp.Expr) -> Iterable[exp.Expr]:
    return condition.flatten() if isinstance(condition, exp.And) else [condition]


def _speaks_of(term: exp.Expr, keys: set[str], name: str, is_alone: bool) -> bool:
    columns = list(term.find_all(exp.Column))
    return (
        bool(columns)
        and term.find(exp.Query, exp.AggFunc, exp.Window, exp.Rand, exp.Lambda) is None
        and all(
            column.name.lower() in keys and (column.table.lower() == name.lower() if column.table else is_alone)
            for column in columns
        )
    )


def _duckdb_type(hive: str) -> str:
    return {"string": "varchar", "int": "integer"}.get(hive, hive)
