"""The contract's tables and columns in Arrow's types."""

import pyarrow as pa

import contract

# What Hive calls them.
TYPES = {
    "timestamp": pa.timestamp("ms"),
    "double": pa.float64(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "string": pa.string(),
}

# Distinct texts are few: what is done to them is done once each.
TEXT = pa.dictionary(pa.int32(), pa.string())
# How a value of a kind is read from a canonical row.
RAW_TYPES = {
    "date": TEXT,
    "time": pa.time32("ms"),
    "decimal": pa.float64(),
    "whole": pa.float64(),
    "choice": TEXT,
    "text": TEXT,
    "code": TEXT,
}


def table_schema(name: str) -> pa.Schema:
    return pa.schema([(column.name, TYPES[column.type]) for column in contract.TABLES[name].columns])


MEASUREMENTS = table_schema("measurements")
HOURLY_QUALITY = table_schema("hourly_quality")
# Cleaned rows have their local hour besides, which the aggregates need: the moment in UTC does not tell it.
HOUR = HOURLY_QUALITY.field("hour")
CLEANED = MEASUREMENTS.append(HOUR)


def raw_types(version: int) -> dict[str, pa.DataType]:
    """The columns of a canonical row of a version, in its order."""
    return {column.name: RAW_TYPES[column.kind] for column in contract.columns_of(version)}
