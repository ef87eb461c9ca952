"""What the parts of Cellflow agree on, as Python reads it; `index.ts` beside it is the same for TypeScript."""

import json
import pkgutil
from dataclasses import dataclass
from typing import Any


def _read(name: str) -> Any:
    # Also from within the zip that Glue puts on the path.
    data = pkgutil.get_data(__name__, name)
    if data is None:
        raise FileNotFoundError(f"contract/{name} is not beside the code")
    return json.loads(data)


@dataclass(frozen=True)
class Column:
    """A column of a canonical row."""

    name: str
    # `date`, `time`, `decimal`, `whole`, `choice`, `text`, `code` or `tile`.
    kind: str
    # What else its rule says: `zoom` of a tile, …
    rule: dict[str, Any]
    # The column of `measurements` that it becomes, with its type in Hive's words.
    table: str
    type: str
    # Its place among the keys of `hourly_quality`, and its type there; none where it is no key.
    key: int | None
    key_type: str
    # Values that stand for none, besides the words that do so in every column.
    unknown: tuple[str, ...]
    # Whether `hourly_quality` has its counts, sums and extremes; the tables hold it in whole tenths then.
    is_metric: bool
    # The version of the columns that brought it.
    since: int


@dataclass(frozen=True)
class TableColumn:
    name: str
    type: str


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[TableColumn, ...]


def _column(entry: dict[str, Any]) -> Column:
    quality = entry.get("quality")
    return Column(
        name=entry["name"],
        kind=entry["rule"]["kind"],
        rule=entry["rule"],
        table=entry["table"]["name"],
        type=entry["table"]["type"],
        key=quality["key"] if isinstance(quality, dict) else None,
        key_type=(quality if isinstance(quality, dict) else {}).get("type", entry["table"]["type"]),
        unknown=tuple(entry.get("unknown", ())),
        is_metric=quality == "metric",
        since=entry["since"],
    )


_COLUMNS = _read("columns.json")
_TABLES = _read("tables.json")
_KEYS = {entry["name"]: entry["pattern"] for entry in _read("keys.json")["keys"]}

# The newest version of the columns, which records carry as `v`.
VERSION: int = _COLUMNS["version"]

COLUMNS = tuple(_column(entry) for entry in _COLUMNS["columns"])

# Kinds of columns that are made when rows land, and are in no canonical row.
MADE = ("tile",)

# Keys and metrics of `hourly_quality`, by their names in the tables; `hour` and `upload_id` are keys besides.
KEY_COLUMNS = tuple(
    column
    for _place, column in sorted(
        ((column.key, column) for column in COLUMNS if column.key is not None), key=lambda pair: pair[0]
    )
)
QUALITY_KEYS = tuple(column.table for column in KEY_COLUMNS)
METRICS = tuple(column.table for column in COLUMNS if column.is_metric)


def columns_of(version: int) -> tuple[Column, ...]:
    """The columns of a canonical row of a version, in its order: all but those that are made when rows land."""
    return tuple(column for column in COLUMNS if column.since <= version and column.kind not in MADE)


def object_key(name: str, **gaps: str) -> str:
    """A key of the lake with its gaps filled; up to the first gap that is not given, where one is not."""
    pattern: str = _KEYS[name]
    for gap, value in gaps.items():
        pattern = pattern.replace(f"<{gap}>", value)
    return pattern.partition("<")[0]


def _groups() -> dict[str, list[TableColumn]]:
    measured = {column.table: TableColumn(column.table, column.type) for column in COLUMNS}
    return {
        "columns": list(measured.values()),
        "keys": [TableColumn(column.table, column.key_type) for column in KEY_COLUMNS],
        "metrics": [
            TableColumn(entry["name"].replace("<metric>", metric), entry["type"])
            for metric in METRICS
            for entry in _TABLES["metric"]
        ],
    }


def _table(entry: dict[str, Any], groups: dict[str, list[TableColumn]]) -> Table:
    columns: list[TableColumn] = []
    for column in entry["columns"]:
        columns += groups[column["all"]] if "all" in column else [TableColumn(column["name"], column["type"])]
    return Table(entry["name"], tuple(columns))


TABLES = {entry["name"]: _table(entry, _groups()) for entry in _TABLES["tables"]}
PARTITION: str = _TABLES["partition"]["name"]
