"""The Hive-style folders of a table in the emulator's S3, and the columns of the Parquet objects in them."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.fs import S3FileSystem

from local import settings
from local.iam import acting

# Some objects of a folder may be empty marks; the first that is not has its columns.
LOOKED_AT = 20


@dataclass(frozen=True)
class Folder:
    """A partition: `day=2026-01-01/` has the key `day`; a table without partitions is one folder without keys."""

    location: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    # Key of the first object with bytes, among the first few.
    first: str | None


class LakeFolders:
    """A target's folders; `credentials` are those of the crawler's role, without them the emulator's own."""

    def __init__(self, path: str, credentials: Mapping[str, str] | None = None) -> None:
        place = urlsplit(path)
        self._bucket = place.netloc
        self._prefix = place.path.strip("/") + "/" if place.path.strip("/") else ""
        self.location = f"s3://{self._bucket}/{self._prefix}"
        self.name = (self._prefix.strip("/").rpartition("/")[2] or self._bucket).lower().replace("-", "_")
        known = credentials or {}
        self._s3 = acting.client("s3", known)
        self._files = S3FileSystem(
            access_key=known.get("AWS_ACCESS_KEY_ID", "test"),
            secret_key=known.get("AWS_SECRET_ACCESS_KEY", "test"),
            session_token=known.get("AWS_SESSION_TOKEN"),
            region=settings.REGION,
            scheme="http",
            endpoint_override=settings.endpoint().removeprefix("http://"),
        )

    def partitions(self, passing_over: Set[tuple[str, ...]]) -> list[Folder]:
        """Folders that hold objects, but those of some values; found level by level."""
        inside, first = self._list(self._prefix)
        found = [folder for prefix in inside for folder in self._descend(self._prefix, prefix, (), (), passing_over)]
        return found or ([Folder(self.location, (), (), first)] if first else [])

    def columns(self, folder: Folder) -> list[dict[str, str]]:
        """Columns of the folder's first Parquet object, by its footer alone."""
        if folder.first is None:
            return []
        with self._files.open_input_file(f"{self._bucket}/{folder.first}") as source:
            schema = pq.read_schema(source)
        return [{"Name": field.name.lower(), "Type": glue_type(field.type)} for field in schema]

    def _descend(
        self,
        above: str,
        prefix: str,
        keys: tuple[str, ...],
        values: tuple[str, ...],
        passing_over: Set[tuple[str, ...]],
    ) -> Iterator[Folder]:
        key, equals, value = prefix[len(above) : -1].partition("=")
        keys, values = (*keys, key), (*values, unquote(value))
        if not equals or values in passing_over:
            return
        inside, first = self._list(prefix)
        deeper = [folder for inner in inside for folder in self._descend(prefix, inner, keys, values, passing_over)]
        yield from deeper or [Folder(f"s3://{self._bucket}/{prefix}", keys, values, first)]

    def _list(self, prefix: str) -> tuple[list[str], str | None]:
        """The folders in a folder, and its first object."""
        inside: list[str] = []
        held: list[Any] = []
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
        for page in pages:
            inside += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
            held += page.get("Contents", [])[: LOOKED_AT - len(held)]
        return inside, next((entry["Key"] for entry in held if entry["Size"]), None)


def glue_type(kind: pa.DataType) -> str:
    """The catalogue's name of a Parquet column's type."""
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return f"array<{glue_type(kind.value_type)}>"
    if pa.types.is_map(kind):
        return f"map<{glue_type(kind.key_type)},{glue_type(kind.item_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{','.join(f'{field.name}:{glue_type(field.type)}' for field in kind)}>"
    if pa.types.is_dictionary(kind):
        return glue_type(kind.value_type)
    for matches, name in SIMPLE_TYPES:
        if matches(kind):
            return name
    raise TypeError(f"The catalogue has no type for {kind}")


SIMPLE_TYPES = [
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int8, "tinyint"),
    (pa.types.is_int16, "smallint"),
    (pa.types.is_int32, "int"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "float"),
    (pa.types.is_float64, "double"),
    (pa.types.is_date, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (pa.types.is_string, "string"),
    (pa.types.is_large_string, "string"),
    (pa.types.is_binary, "binary"),
    (pa.types.is_large_binary, "binary"),
]
