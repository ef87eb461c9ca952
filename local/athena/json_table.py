"""A catalogue table of JSON lines as Arrow has it."""

import re

import pyarrow as pa

from local.athena.catalogue import Catalogue, Table
from local.athena.errors import QueryFailed
from local.athena.json_lines import read_json_lines
from local.athena.missing import missing_file
from local.athena.query import Progress

_TYPES = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "binary": pa.binary(),
}
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_LIST = re.compile(r"array<(.+)>")


def arrow_type(hive: str) -> pa.DataType:
    """The Arrow type of a Hive type."""
    if hive in _TYPES:
        return _TYPES[hive]
    if hive.startswith(("varchar", "char")):
        return pa.string()
    if found := _DECIMAL.fullmatch(hive):
        return pa.decimal128(int(found.group(1)), int(found.group(2)))
    if found := _LIST.fullmatch(hive):
        return pa.list_(arrow_type(found.group(1)))
    raise QueryFailed("NOT_SUPPORTED", f"Unsupported Hive type: {hive}")


def read_json_table(table: Table, catalogue: Catalogue, progress: Progress) -> pa.Table:
    """All rows of a table of JSON lines, which is read whole."""
    if table.format != "json" or table.keys:
        raise QueryFailed(
            "NOT_SUPPORTED",
            f"Table {table.database}.{table.name}: this edition reads Parquet, and JSON without partitions, "
            f"not {table.format}",
        )
    bodies = []
    for file in catalogue.objects(table.partitions)[0]:
        with missing_file(file):
            body = file.read()
        progress.read(len(body))
        bodies.append((file, body))
    return read_json_lines(bodies, pa.schema([(name, arrow_type(hive)) for name, hive in table.columns]))
