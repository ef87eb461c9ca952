"""`information_schema`: what the catalogue holds, as tables."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from local.athena.catalogue import Catalogue, Table, View

NAME = "information_schema"
CATALOG = "awsdatacatalog"
# Trino's names of Hive's types, where they differ.
_TYPES = {"string": "varchar", "int": "integer", "timestamp": "timestamp(3)", "float": "real", "binary": "varbinary"}


@dataclass(frozen=True)
class Listing:
    """A table of the schema: (name, Hive type) of its columns, and its rows, which are made when they are asked for."""

    database: str
    name: str
    columns: tuple[tuple[str, str], ...]
    rows: Callable[[], Iterable[tuple[object, ...]]]

    def arrow(self) -> pa.Table:
        rows = list(self.rows())
        kinds = {"string": pa.string(), "bigint": pa.int64()}
        return pa.table(
            {name: pa.array([row[at] for row in rows], kinds[kind]) for at, (name, kind) in enumerate(self.columns)}
        )


def listing(name: str, catalogue: Catalogue) -> Listing | None:
    """A table of the schema by its name."""
    found = _LISTINGS.get(name)
    if found is None:
        return None
    columns, rows = found
    return Listing(
        NAME, name, tuple((column, _KINDS.get(column, "string")) for column in columns), lambda: rows(catalogue)
    )


def columns_of(entry: Table | View) -> list[tuple[str, str]]:
    """(Name, Trino type) of the columns of a table or view, partition keys last."""
    if isinstance(entry, View):
        return [(name, trino_type(kind)) for name, kind in entry.columns]
    return [(name, trino_type(kind)) for name, kind in (*entry.columns, *entry.keys)]


def trino_type(hive: str) -> str:
    if hive.startswith("array<"):
        return f"array({trino_type(hive[6:-1])})"
    return _TYPES.get(hive, hive)


def entries(catalogue: Catalogue, database: str) -> Iterator[Table | View]:
    """The tables and views of a database, by their names."""
    for name in catalogue.names(database):
        entry = catalogue.table(database, name)
        # It may have gone in the meantime.
        if entry is not None:
            yield entry


def _all(catalogue: Catalogue) -> Iterator[Table | View]:
    for database in catalogue.databases():
        yield from entries(catalogue, database)


def _tables(catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    for entry in _all(catalogue):
        yield CATALOG, entry.database, entry.name, "VIEW" if isinstance(entry, View) else "BASE TABLE"
    for name in sorted(_LISTINGS):
        yield CATALOG, NAME, name, "BASE TABLE"


def _columns(catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    for entry in _all(catalogue):
        for place, (name, kind) in enumerate(columns_of(entry), 1):
            yield CATALOG, entry.database, entry.name, name, place, None, "YES", kind


def _schemata(catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    for name in (*catalogue.databases(), NAME):
        yield CATALOG, name


def _views(catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    for entry in _all(catalogue):
        if isinstance(entry, View):
            yield CATALOG, entry.database, entry.name, entry.sql


_KINDS = {"ordinal_position": "bigint"}
_OF_TABLE = ("table_catalog", "table_schema", "table_name")
_LISTINGS: dict[str, tuple[tuple[str, ...], Callable[[Catalogue], Iterable[tuple[object, ...]]]]] = {
    "tables": ((*_OF_TABLE, "table_type"), _tables),
    "columns": (
        (*_OF_TABLE, "column_name", "ordinal_position", "column_default", "is_nullable", "data_type"),
        _columns,
    ),
    "schemata": (("catalog_name", "schema_name"), _schemata),
    "views": ((*_OF_TABLE, "view_definition"), _views),
}
