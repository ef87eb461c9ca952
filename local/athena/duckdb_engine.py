"""Runs Athena's SQL on DuckDB."""

import json
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
from sqlglot import exp

from local.athena import functions, statement
from local.athena.catalogue import Catalogue
from local.athena.csv_copy import QUICK_TYPES, copy_lines
from local.athena.errors import QueryFailed
from local.athena.expansion import Relation
from local.athena.information_schema import Listing
from local.athena.json_table import read_json_table
from local.athena.parquet_files import ParquetFiles
from local.athena.pruning import prune
from local.athena.query import Column, Progress, Query, Result
from local.athena.results import CsvWriter, text_of
from local.athena.translation import Translations

ROWS_AT_ONCE = 10_000

# Names that DuckDB's types have in Athena's results.
_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "varchar",
    "BLOB": "varbinary",
    "DATE": "date",
    "TIME": "time",
    "INTERVAL": "interval day to second",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}


class DuckDbEngine:
    """One database in memory for all queries; each thread keeps a connection to it."""

    def __init__(self, spill: Path | None = None, memory: str = "2GB", threads: int = 2) -> None:
        self._files = _empty_folder(spill)
        self._database = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": str(spill) if spill else "",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "preserve_insertion_order": "true",
            },
        )
        functions.install(self._database)
        self._database.execute("set python_enable_replacements = false")
        # No other file of this machine and no host can be reached by a query.
        self._database.execute("set allowed_directories = [$folder]", {"folder": str(self._files)})
        self._database.execute("set enable_external_access = false")
        self._threads = threading.local()
        self._translations = Translations()
        self._connections: list[duckdb.DuckDBPyConnection] = []

    def run(self, query: Query, catalogue: Catalogue, progress: Progress) -> Result:
        """Run a query to its end. Raises QueryFailed or QueryCancelled."""
        translation = self._translations.translate(query, catalogue)
        relations = translation.relations
        connection = self._connection()
        progress.on_cancel(connection.interrupt)
        with ParquetFiles(self._files) as files:
            try:
                for name, relation in relations.items():
                    _offer(name, relation, catalogue, progress, connection, files)
                progress.check()
                result = self._collect(connection, translation.sql, progress)
                progress.read(_scanned(connection))
                return result
            except duckdb.Error as error:
                progress.check()
                raise _failure(error, _Positions(statement.parse(query.sql)), files) from error
            finally:
                progress.on_cancel(None)
                for name in relations:
                    connection.unregister(name)
                    connection.execute(f'drop view if exists temp."{name}"')

    def close(self) -> None:
        """Give the database back. Nothing may run in it any more."""
        for connection in self._connections:
            connection.close()
        self._database.close()
        shutil.rmtree(self._files, ignore_errors=True)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = self._database.cursor()
            self._connections.append(connection)
            connection.execute("set timezone = 'UTC'")
            connection.execute("set integer_division = true")
            connection.execute("set enable_profiling = 'no_output'")
            connection.execute("set tracked_metrics = ['operator.*']")
        return connection

    def _collect(self, connection: duckdb.DuckDBPyConnection, sql: str, progress: Progress) -> Result:
        relation = connection.sql(sql)
        kinds = [str(kind) for kind in relation.types]
        columns = [Column(name, _type_name(kind)) for name, kind in zip(relation.columns, kinds, strict=True)]
        writer = CsvWriter(columns)
        if QUICK_TYPES.issuperset(kinds):
            with _file_in(self._files) as file:
                count = copy_lines(connection, sql, kinds, file)
                writer.add_lines(file.read_bytes(), count)
        else:
            for rows in _batches(connection.execute(sql)):
                progress.check()
                writer.add([text_of(value) for value in row] for row in rows)
        return Result(columns, writer.bytes(), writer.rows)


@contextmanager
def _file_in(folder: Path) -> Iterator[Path]:
    """Where a query writes; it is gone when it was read."""
    file = folder / f"{uuid4().hex}.csv"
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def _empty_folder(spill: Path | None) -> Path:
    """Where queries have their files: without those of a process that was killed, which would keep what was deleted."""
    if spill is None:
        return Path(tempfile.mkdtemp(prefix="cellflow-queries-"))
    folder = spill / "files"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _offer(
    name: str,
    relation: Relation,
    catalogue: Catalogue,
    progress: Progress,
    connection: duckdb.DuckDBPyConnection,
    files: ParquetFiles,
) -> None:
    """Let the connection know a relation by its name, but for partitions that the query rules out."""
    if isinstance(relation.table, Listing):
        connection.register(name, relation.table.arrow())
        return
    table = prune(relation.table, relation.conditions, connection)
    if table.format == "parquet":
        select = files.select(name, table, catalogue.objects(table.partitions))
        connection.execute(f'create or replace temp view "{name}" as {select}')
    else:
        connection.register(name, read_json_table(table, catalogue, progress))


def _scanned(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of the columns, in the files that the last query did not rule out, as they are stored."""

    def below(operators: list[dict[str, Any]]) -> int:
        # Its own sum is not told where a query reads what is no file, too.
        return sum(one.get("bytes_scanned", 0) + below(one.get("children", [])) for one in operators)

    return below(json.loads(connection.get_profiling_information()).get("operator", []))


def _batches(answer: duckdb.DuckDBPyConnection) -> Iterator[list[tuple[Any, ...]]]:
    while rows := answer.fetchmany(ROWS_AT_ONCE):
        yield rows


def _type_name(kind: str) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    if kind.startswith("TIMESTAMP"):
        return "timestamp"
    if kind.startswith("DECIMAL"):
        return "decimal"
    if kind.endswith("[]"):
        return "array"
    if kind.startswith("MAP"):
        return "map"
    if kind.startswith("STRUCT"):
        return "row"
    return "varchar"


class _Positions:
    """Where in the text a column or function stands, which a statement that was changed does not tell any more."""

    def __init__(self, parsed: exp.Expr) -> None:
        self._columns: dict[str, tuple[int, int]] = {}
        self._functions: dict[str, tuple[int, int]] = {}
        for node in parsed.dfs():
            place = statement.position(node) if isinstance(node, exp.Column | exp.Anonymous) else None
            if place is None:
                continue
            known = self._columns if isinstance(node, exp.Column) else self._functions
            known.setdefault(node.name.lower(), place)

    def column(self, name: str) -> tuple[int, int] | None:
        return self._columns.get(name.lower())

    def function(self, name: str) -> tuple[int, int] | None:
        return self._functions.get(name.lower())


_NO_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|column named "([^"]+)"')
_NOT_GROUPED = re.compile(r'column "([^"]+)" must appear in the GROUP BY clause')
_NO_CAST = re.compile(r"Could not convert string '(.*)' to (\w+)")
_CAST_TYPES = {"INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT"}
_NO_FUNCTION = re.compile(r"Function with name \"?(\w+)\"? does not exist")


def _failure(error: duckdb.Error, positions: _Positions, files: ParquetFiles) -> QueryFailed:
    """DuckDB's error as Athena would call it."""
    text = files.with_addresses(str(error))
    first = text.splitlines()[0].partition(": ")[2] or text
    if found := _NO_COLUMN.search(text):
        name = found.group(1) or found.group(2)
        return QueryFailed(
            "COLUMN_NOT_FOUND",
            f"Column '{name}' cannot be resolved or requester is not authorized to access requested resources",
            positions.column(name),
        )
    if found := _NO_FUNCTION.search(text):
        name = found.group(1).lower()
        return QueryFailed("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", positions.function(name))
    if found := _NOT_GROUPED.search(text):
        name = found.group(1)
        return QueryFailed(
            "EXPRESSION_NOT_AGGREGATE",
            f"'{name}' must be an aggregate expression or appear in GROUP BY clause",
            positions.column(name),
        )
    if "magic bytes" in text:
        return QueryFailed("HIVE_BAD_DATA", f"Malformed Parquet file. {first}")
    if "Division by zero" in text:
        return QueryFailed("DIVISION_BY_ZERO", "Division by zero")
    if isinstance(error, duckdb.ConversionException):
        found = _NO_CAST.search(text)
        detail = (
            f"Cannot cast '{found.group(1)}' to {_CAST_TYPES.get(found.group(2), found.group(2))}" if found else first
        )
        return QueryFailed("INVALID_CAST_ARGUMENT", detail)
    if isinstance(error, duckdb.BinderException):
        return QueryFailed("TYPE_MISMATCH" if "types" in text else "SYNTAX_ERROR", first, (1, 1))
    if isinstance(error, duckdb.ParserException):
        return QueryFailed("SYNTAX_ERROR", first, (1, 1))
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryFailed("EXCEEDED_LOCAL_MEMORY_LIMIT", first)
    return QueryFailed("GENERIC_INTERNAL_ERROR", first)
