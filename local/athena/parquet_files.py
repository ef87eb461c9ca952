"""Parquet objects as DuckDB reads them: from the disk, through links whose folders say of which partition each is."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import quote
from uuid import uuid4

from local.athena.catalogue import ObjectFile, Partition, Table
from local.athena.errors import QueryFailed
from local.athena.missing import missing_file
from local.s3.bodies import linked

_TYPES = {"string": "varchar", "int": "integer", "float": "real", "binary": "blob"}
_LIST = re.compile(r"array<(.+)>")
_SCALAR = re.compile(
    r"boolean|tinyint|smallint|int|integer|bigint|float|double|string|date|timestamp|binary"
    r"|decimal\(\d+,\s*\d+\)|(var)?char\(\d+\)"
)


def duckdb_type(hive: str) -> str:
    """The DuckDB type of a Hive type."""
    if found := _LIST.fullmatch(hive):
        return f"{duckdb_type(found.group(1))}[]"
    if not _SCALAR.fullmatch(hive):
        raise QueryFailed("NOT_SUPPORTED", f"Unsupported Hive type: {hive}")
    return _TYPES.get(hive, hive)


class ParquetFiles:
    """The objects that one query reads, as they were when it began. Their links go with the query."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / uuid4().hex
        self._objects: dict[str, ObjectFile] = {}

    def __enter__(self) -> "ParquetFiles":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def select(self, name: str, table: Table, objects: list[list[ObjectFile]]) -> str:
        """A query for all rows of a table, in DuckDB's words.

        name: one that no other table of the query has.
        objects: what lies in each partition of the table.
        """
        links = list(self._link(self._folder / name, table, objects))
        if not links:
            columns = (f"cast(null as {duckdb_type(kind)}) as {_name(column)}" for column, kind in _all(table))
            return f"select {', '.join(columns)} where false"
        schema = ", ".join(
            f"{_text(column)}: {{name: {_text(column)}, type: {_text(duckdb_type(kind))}, default_value: null}}"
            for column, kind in table.columns
        )
        keys = ", ".join(f"{_name(key)}: {duckdb_type(kind)}" for key, kind in table.keys)
        partitioned = f"hive_partitioning = true, hive_types = {{{keys}}}" if keys else "hive_partitioning = false"
        names = ", ".join(_name(column) for column, _kind in _all(table))
        files = ", ".join(map(_text, links))
        return f"select {names} from read_parquet([{files}], schema = map {{{schema}}}, {partitioned})"

    def with_addresses(self, text: str) -> str:
        """A text that names objects by their addresses, not by links of this machine."""
        for link, file in self._objects.items():
            if link in text:
                text = text.replace(link, f"s3://{file.address}")
        return text

    def _link(self, folder: Path, table: Table, objects: list[list[ObjectFile]]) -> Iterator[str]:
        for partition, held in zip(table.partitions, objects, strict=True):
            place = folder.joinpath(*_folders(table, partition))
            place.mkdir(parents=True, exist_ok=True)
            for file in held:
                if file.size == 0:
                    continue
                link = place / f"{len(self._objects)}.parquet"
                with missing_file(file):
                    linked(file.path(), link)
                self._objects[str(link)] = file
                yield str(link)


def _folders(table: Table, partition: Partition) -> list[str]:
    """As Hive would call them."""
    return [f"{key}={quote(value, safe='')}" for (key, _kind), value in zip(table.keys, partition.values, strict=True)]


def _all(table: Table) -> tuple[tuple[str, str], ...]:
    return (*table.columns, *table.keys)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
