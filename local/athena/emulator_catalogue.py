"""The emulator's Glue catalogue and the objects of its S3, as queries see them."""

import base64
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from local.athena.catalogue import MissingObject, ObjectFile, Partition, Place, Table, View
from local.athena.errors import QueryFailed
from local.athena.listing import keys_below
from local.s3 import objects

# How long the body of an object may be on its way to the disk.
SETTLE_SECONDS = 10.0

_VIEW_TEXT = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=\s]+) \*/")


class EmulatorCatalogue:
    """The catalogue of the account and region in whose scope it was made."""

    def __init__(self) -> None:
        from ministack.core.responses import get_account_id, get_region

        self._account = get_account_id()
        self._region = get_region()

    def databases(self) -> list[str]:
        from ministack.services import glue

        with self._scope():
            return sorted(glue._databases.keys())

    def names(self, database: str) -> list[str]:
        from ministack.services import glue

        with self._scope():
            prefix = f"{database}/"
            return sorted(key.removeprefix(prefix) for key in list(glue._tables.keys()) if key.startswith(prefix))

    def table(self, database: str, name: str) -> Table | View | None:
        from ministack.services import athena, glue

        with self._scope():
            entry = glue._tables.get(f"{database}/{name}")
            if entry is None:
                return None
            if entry.get("TableType") == "VIRTUAL_VIEW":
                return _view(database, name, entry)
            storage = entry.get("StorageDescriptor") or {}
            keys = _named_types(entry.get("PartitionKeys"))
            partitions = (
                tuple(
                    Partition(tuple(held["Values"]), _place(held.get("StorageDescriptor") or {}))
                    for held in list(glue._partitions.get(f"{database}/{name}", []))
                )
                if keys
                else (Partition((), _place(storage)),)
            )
            columns = _named_types(storage.get("Columns"))
            return Table(database, name, columns, keys, athena._data_format(entry), partitions)

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        from ministack.services import s3

        found: dict[Place, list[ObjectFile]] = {partition.place: [] for partition in partitions}
        with self._scope():
            for bucket in {bucket for bucket, _prefix in found}:
                held = (s3._buckets.get(bucket) or {}).get("objects") or {}
                prefixes = {prefix for inside, prefix in found if inside == bucket}
                for prefix, key in keys_below(held, prefixes):
                    entry = held.get(key)
                    if entry is not None:
                        found[bucket, prefix].append(self._file(bucket, key, entry))
        return [found[partition.place] for partition in partitions]

    def _scope(self) -> Any:
        from ministack.core.responses import request_scope

        return request_scope(self._account, self._region)

    def _file(self, bucket: str, key: str, listed: dict[str, Any]) -> ObjectFile:
        from ministack.services import s3

        def path() -> Path:
            until = time.monotonic() + SETTLE_SECONDS
            while time.monotonic() < until:
                # Queries run on threads of their own, outside any request's scope.
                with self._scope():
                    # As it is now: it may be another than that which was listed, or gone.
                    entry = ((s3._buckets.get(bucket) or {}).get("objects") or {}).get(key)
                if entry is None:
                    break
                if found := objects.path_of(entry):
                    return found
                time.sleep(0.001)
            raise MissingObject(f"s3://{bucket}/{key}")

        return ObjectFile(f"{bucket}/{key}", listed["size"], path)


def _view(database: str, name: str, entry: dict[str, Any]) -> View:
    found = _VIEW_TEXT.fullmatch(entry.get("ViewOriginalText") or "")
    try:
        if found is None:
            raise ValueError("no view of Athena's")
        definition = json.loads(base64.b64decode(found.group(1)))
        columns = tuple((column["name"].lower(), column["type"]) for column in definition["columns"])
        return View(database, name, columns, definition["originalSql"], definition.get("schema") or database)
    except (ValueError, KeyError, TypeError) as error:
        raise QueryFailed("HIVE_INVALID_VIEW_DATA", f"Invalid view JSON of {database}.{name}: {error}") from error


def _named_types(columns: list[dict[str, Any]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((column["Name"].lower(), column.get("Type", "string").lower()) for column in columns or [])


def _place(storage: dict[str, Any]) -> Place:
    parsed = urlparse(storage.get("Location", ""))
    return parsed.netloc, parsed.path.strip("/")
