"""What a query may ask of the catalogue: tables with their partitions, views, and the objects of a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# Bucket and prefix, without a slash at its end, of a location.
Place = tuple[str, str]


class MissingObject(Exception):
    """An object that was listed is gone."""


@dataclass(frozen=True)
class ObjectFile:
    """An object of a table: its address and size; `path` says where its bytes lie now, or raises MissingObject."""

    address: str
    size: int
    path: Callable[[], Path]

    def read(self) -> bytes:
        return self.path().read_bytes()


@dataclass(frozen=True)
class Partition:
    """A registered partition: its values, in the order of the table's partition keys, and where its objects lie."""

    values: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Table:
    """A table: (name, Hive type) of its columns and partition keys.

    One that is not partitioned has a single partition without values.
    """

    database: str
    name: str
    columns: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, str], ...]
    format: str
    partitions: tuple[Partition, ...]


@dataclass(frozen=True)
class View:
    """A view of Athena's: (name, Trino type) of its columns, its query, and the database whose tables that names."""

    database: str
    name: str
    columns: tuple[tuple[str, str], ...]
    sql: str
    schema: str


class Catalogue(Protocol):
    """Where an engine looks tables up."""

    def table(self, database: str, name: str) -> Table | View | None: ...

    def databases(self) -> list[str]: ...

    def names(self, database: str) -> list[str]:
        """Of its tables and views, in order."""
        ...

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        """What lies in each partition at this moment."""
        ...
