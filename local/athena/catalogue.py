"""Tables and partitions as the emulator's Glue catalogue has them, and the objects below them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlparse


@dataclass(frozen=True)
class ObjectFile:
    """An object of a table: its address and size; `read` gives its bytes."""

    address: str
    size: int
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Partition:
    """A registered partition: its values, in the order of the table's partition keys, and its objects."""

    values: tuple[str, ...]
    files: tuple[ObjectFile, ...]


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


class Catalogue(Protocol):
    """Where an engine looks tables up."""

    def table(self, database: str, name: str) -> Table | None: ...

    def has_database(self, database: str) -> bool: ...


class EmulatorCatalogue:
    """The catalogue of the account and region in whose scope it was made."""

    def __init__(self) -> None:
        from ministack.core.responses import get_account_id, get_region

        self._account = get_account_id()
        self._region = get_region()

    def has_database(self, database: str) -> bool:
        from ministack.core.responses import request_scope
        from ministack.services import glue

        with request_scope(self._account, self._region):
            return database in glue._databases

    def table(self, database: str, name: str) -> Table | None:
        from ministack.core.responses import request_scope
        from ministack.services import athena, glue

        with request_scope(self._account, self._region):
            entry = glue._tables.get(f"{database}/{name}")
            if entry is None:
                return None
            storage = entry.get("StorageDescriptor") or {}
            keys = _named_types(entry.get("PartitionKeys"))
            if keys:
                places = {
                    _directory((partition.get("StorageDescriptor") or {}).get("Location", "")): tuple(
                        partition["Values"]
                    )
                    for partition in list(glue._partitions.get(f"{database}/{name}", []))
                }
            else:
                places = {_directory(storage.get("Location", "")): ()}
            partitions = tuple(
                Partition(values, tuple(files)) for values, files in self._files(places, _bucket(storage)).items()
            )
            return Table(
                database, name, _named_types(storage.get("Columns")), keys, athena._data_format(entry), partitions
            )

    def _files(
        self, places: dict[tuple[str, str], tuple[str, ...]], table_bucket: str
    ) -> dict[tuple[str, ...], list[ObjectFile]]:
        """The objects below each place, in one walk through the keys of every bucket concerned."""
        from ministack.services import s3

        found: dict[tuple[str, ...], list[ObjectFile]] = {values: [] for values in places.values()}
        for bucket in {table_bucket, *(place[0] for place in places)}:
            objects = (s3._buckets.get(bucket) or {}).get("objects") or {}
            for key, entry in sorted(list(objects.items()), key=lambda item: item[0]):
                place = _place_of(bucket, key, places)
                if place is not None:
                    found[places[place]].append(self._file(bucket, key, entry))
        return found

    def _file(self, bucket: str, key: str, entry: dict[str, Any]) -> ObjectFile:
        from ministack.core.responses import request_scope
        from ministack.services import s3

        def read() -> bytes:
            # Readers run on threads of their own, outside any request's scope.
            with request_scope(self._account, self._region):
                body: bytes = s3._read_body(bucket, key, entry)
                return body

        held = entry.get("body") or b""
        return ObjectFile(f"{bucket}/{key}", entry.get("size", len(held)), read)


def _named_types(columns: list[dict[str, Any]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((column["Name"].lower(), column.get("Type", "string").lower()) for column in columns or [])


def _bucket(storage: dict[str, Any]) -> str:
    return _directory(storage.get("Location", ""))[0]


def _directory(location: str) -> tuple[str, str]:
    """Bucket and prefix, without a slash at its end, of a location."""
    parsed = urlparse(location)
    return parsed.netloc, parsed.path.strip("/")


def _place_of(bucket: str, key: str, places: dict[tuple[str, str], tuple[str, ...]]) -> tuple[str, str] | None:
    """The nearest place above an object; None too for what Athena does not read: names that begin with `_` or `.`."""
    parts = key.split("/")
    if not parts[-1]:
        return None
    for depth in range(len(parts) - 1, -1, -1):
        if parts[depth].startswith(("_", ".")):
            return None
        place = (bucket, "/".join(parts[:depth]))
        if place in places:
            return place
    return None
