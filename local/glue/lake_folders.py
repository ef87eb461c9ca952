"""The Hive-style folders of a table in the emulator's S3, and the columns of the Parquet objects in them."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
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
        """Folders that hold objects, but those of some values; found level by level without listing the objects."""
        found = list(self._descend(self._prefix, (), (), passing_over))
        return found or ([Folder(self.location, (), ())] if self._objects(self._prefix) else [])

    def columns(self, folder: Folder) -> list[dict[str, str]]:
        """Columns of the folder's first Parquet object, by its footer alone."""
        keys = self._objects(folder.location.removeprefix(f"s3://{self._bucket}/"))
        if not keys:
            return []
        with self._files.open_input_file(f"{self._bucket}/{keys[0]}") as source:
            schema = pq.read_schema(source)
        return [{"Name": field.name.lower(), "Type": glue_type(field.type)} for field in schema]

    def _descend(
        self, prefix: str, keys: tuple[str, ...], values: tuple[str, ...], passing_over: Set[tuple[str, ...]]
    ) -> Iterator[Folder]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
        for page in pages:
            for entry in page.get("CommonPrefixes", []):
                inner = entry["Prefix"]
                key, equals, value = inner[len(prefix) : -1].partition("=")
                inner_keys, inner_values = (*keys, key), (*values, unquote(value))
                if not equals or inner_values in passing_over:
                    continue
                deeper = list(self._descend(inner, inner_keys, inner_values, passing_over))
                yield from deeper or [Folder(f"s3://{self._bucket}/{inner}", inner_keys, inner_values)]

    def _objects(self, prefix: str) -> list[str]:
        answer = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, Delimiter="/", MaxKeys=LOOKED_AT)
        return [entry["Key"] for entry in answer.get("Contents", []) if entry["Size"]]


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
