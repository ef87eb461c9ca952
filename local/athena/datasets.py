"""A catalogue table as Arrow has it. Of Parquet it is a dataset: a file stays closed where a filter rules it out."""

import functools
import operator
import re
from typing import Any

import pyarrow as pa
from pyarrow import dataset as ds
from pyarrow import fs

from local.athena.catalogue import Catalogue, ObjectFile, Table
from local.athena.errors import QueryFailed
from local.athena.json_lines import read_json_lines
from local.athena.query import Progress
from local.athena.storage import ObjectFiles, read_object

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


def dataset_of(table: Table, catalogue: Catalogue, progress: Progress) -> ds.Dataset | pa.Table:
    """The table with the objects that it has now. Of Parquet nothing is read yet, JSON is read whole."""
    schema = pa.schema([(name, arrow_type(hive)) for name, hive in (*table.columns, *table.keys)])
    if table.format == "json" and not table.keys:
        return _json(catalogue.objects(table.partitions)[0], schema, progress)
    if table.format != "parquet":
        raise QueryFailed(
            "NOT_SUPPORTED",
            f"Table {table.database}.{table.name}: this edition reads Parquet, and JSON without partitions, "
            f"not {table.format}",
        )
    return _parquet(table, catalogue.objects(table.partitions), schema, progress)


def _json(files: list[ObjectFile], schema: pa.Schema, progress: Progress) -> pa.Table:
    bodies = []
    for file in files:
        body = bytes(read_object(file))
        progress.read(len(body))
        bodies.append((file, body))
    return read_json_lines(bodies, schema)


def _parquet(table: Table, objects: list[list[ObjectFile]], schema: pa.Schema, progress: Progress) -> ds.Dataset:
    files = ObjectFiles(progress)
    filesystem = fs.PyFileSystem(files)
    parquet = ds.ParquetFileFormat(default_fragment_scan_options=ds.ParquetFragmentScanOptions(pre_buffer=True))
    fragments = []
    for partition, held in zip(table.partitions, objects, strict=True):
        expression = _partition_expression(table, schema, partition.values)
        for file in held:
            if file.size == 0:
                continue
            files.add(file)
            fragments.append(
                parquet.make_fragment(file.address, filesystem, partition_expression=expression, file_size=file.size)
            )
    return _Dataset(fragments, schema, parquet, filesystem)


class _Dataset(ds.FileSystemDataset):  # type: ignore[misc] # pyarrow ships no types
    """A dataset whose files are read by Python, and whose scans may be begun while others run.

    Arrow's own `Scanner.to_reader`, by which DuckDB begins a scan, waits for Arrow's locks and keeps the interpreter's
    meanwhile. Whoever holds one of Arrow's may be about to open a file, for which it needs the interpreter: then both
    wait for ever, and all else in this process with them.
    """

    def scanner(self, **options: Any) -> "_Scanner":
        return _Scanner(super().scanner(**options))


class _Scanner:
    """A scan that gives the interpreter away before it begins."""

    def __init__(self, scanner: ds.Scanner) -> None:
        self._scanner = scanner

    def to_reader(self) -> pa.RecordBatchReader:
        tagged = self._scanner.scan_batches()
        return pa.RecordBatchReader.from_batches(self._scanner.projected_schema, (one.record_batch for one in tagged))


def _partition_expression(table: Table, schema: pa.Schema, values: tuple[str, ...]) -> ds.Expression | None:
    if not table.keys:
        return None
    terms = []
    for (name, _hive), value in zip(table.keys, values, strict=True):
        kind = schema.field(name).type
        if value == "__HIVE_DEFAULT_PARTITION__":
            terms.append(ds.field(name).is_null())
        else:
            terms.append(ds.field(name) == pa.scalar(value, pa.string()).cast(kind))
    return functools.reduce(operator.and_, terms)
