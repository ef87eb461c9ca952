"""Which partitions a query can need: those for which what it says of partition keys alone is not false.

So the files of the others are not even handed to the engine.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

import duckdb
import pyarrow as pa
from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from local.athena.catalogue import Partition, Table

RELATION = "partition_keys"


def terms_of(scope: Scope) -> Iterable[exp.Expr]:
    """What the scope's `where` says, all of which has to hold."""
    select = scope.expression
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    if where is None:
        return []
    return where.this.flatten() if isinstance(where.this, exp.And) else [where.this]


def conditions_on(scope: Scope, name: str, columns: Collection[str], terms: Iterable[exp.Expr]) -> list[exp.Expr]:
    """The terms that speak of some columns of a source, which has the name in the scope, and of nothing else."""
    # Beside an outer join a row that lacks its partner must not come to be.
    if any(join.side for join in scope.expression.args.get("joins") or ()):
        return []
    is_alone = len(scope.sources) == 1
    return [term for term in terms if _speaks_of(term, columns, name, is_alone)]


def prune(table: Table, conditions: Iterable[exp.Expr], connection: duckdb.DuckDBPyConnection) -> Table:
    """The table without the partitions that a condition rules out. `conditions` are in DuckDB's dialect."""
    tests = [condition.copy() for condition in conditions]
    if not tests or not table.partitions:
        return table
    for test in tests:
        for column in test.find_all(exp.Column):
            for part in ("table", "db", "catalog"):
                column.set(part, None)
    columns = {
        key: pa.array([_value(partition, place) for partition in table.partitions], pa.string())
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


def _value(partition: Partition, place: int) -> str | None:
    value = partition.values[place]
    return None if value == "__HIVE_DEFAULT_PARTITION__" else value


def _speaks_of(term: exp.Expr, keys: Collection[str], name: str, is_alone: bool) -> bool:
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
