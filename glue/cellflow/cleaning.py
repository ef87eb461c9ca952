"""From canonical CSV to the columns of the table `measurements`."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

import contract
from cellflow.records import Poison
from cellflow.schemas import MEASUREMENTS, raw_types
from contract import Column

TENTHS = 10
# Beyond it, sums of whole tenths would not be exact.
LARGEST_TENTHS = 1e12

DAY = next(column.name for column in contract.COLUMNS if column.kind == "date")
TIME = next(column.name for column in contract.COLUMNS if column.kind == "time")
VALUES = [column for column in contract.COLUMNS if column.name not in (DAY, TIME)]


def parse_rows(text: bytes, version: int = contract.VERSION) -> pa.Table:
    """Canonical rows of a version as a table.

    :raises Poison: where a row has other columns, or a value is not of its column's kind
    """
    types = raw_types(version)
    if not text:
        return pa.schema(list(types.items())).empty_table()
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            # One block: a row is never cut, and every text column has one dictionary.
            read_options=csv.ReadOptions(
                column_names=list(types), use_threads=False, block_size=max(len(text) + 1, 1 << 16)
            ),
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as error:
        raise Poison(f"rows: {error}") from error


def clean(raw: pa.Table, upload: str) -> dict[str, pa.Table]:
    """The rows as `measurements` keeps them, by day; null in columns that their version did not have.

    :raises Poison: where a day, a time or a number cannot be what its column says
    """
    if not raw.num_rows:
        return {}
    columns = {name: raw.column(name).combine_chunks() for name in raw.column_names}
    if columns[DAY].null_count or columns[TIME].null_count:
        raise Poison("rows: a day or an hour is missing")
    try:
        # Dates are read from the few distinct texts, not from every row.
        dates = pc.cast(columns[DAY].dictionary, pa.date32())
        cleaned = {column.table: cleaned_values(column, columns) for column in VALUES if column.name in columns}
        cleaned["measured_at"] = measured_at(dates, columns[DAY], columns[TIME])
    except pa.ArrowInvalid as error:
        raise Poison(f"rows: {error}") from error
    cleaned["upload_id"] = pa.repeat(pa.scalar(upload, pa.string()), raw.num_rows)
    for field in MEASUREMENTS:
        cleaned.setdefault(field.name, pa.nulls(raw.num_rows, field.type))
    table = pa.Table.from_pydict({name: cleaned[name] for name in MEASUREMENTS.names}, schema=MEASUREMENTS)
    return by_day(table, columns[DAY].indices, [str(date) for date in dates.to_pylist()])


def cleaned_values(column: Column, columns: dict[str, pa.Array]) -> pa.Array:
    values = columns[column.name]
    if column.kind == "decimal":
        return in_tenths(values) if column.is_metric else finite(values)
    if column.kind == "whole":
        return whole(values, column.rule.get("unknown"))
    return text(values, CHANGES.get(column.rule.get("case", column.kind)))


def by_day(table: pa.Table, indices: pa.Array, days: list[str]) -> dict[str, pa.Table]:
    if len(days) == 1:
        return {days[0]: table}
    table = table.take(pc.sort_indices(indices))
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(indices).to_pylist()}
    parts: dict[str, pa.Table] = {}
    start = 0
    for index, day in enumerate(days):
        parts[day] = table.slice(start, counts[index])
        start += counts[index]
    return parts


def measured_at(dates: pa.Array, days: pa.DictionaryArray, times: pa.Array) -> pa.Array:
    midnights = pc.cast(dates, pa.timestamp("ms")).take(days.indices)
    since_midnight = pc.cast(pc.cast(times, pa.time32("ms")), pa.int32())
    return pc.add(midnights, pc.cast(pc.cast(since_midnight, pa.int64()), pa.duration("ms")))


def whole(values: pa.Array, unknown: int | None) -> pa.Array:
    numbers = pc.cast(values, pa.int32())
    if unknown is None:
        return numbers
    return pc.if_else(pc.equal(numbers, unknown), pa.scalar(None, pa.int32()), numbers)


def finite(values: pa.Array) -> pa.Array:
    if pc.all(pc.is_finite(values), min_count=0).as_py() is False:
        raise Poison("rows: a coordinate is not a finite number")
    return values


def in_tenths(values: pa.Array) -> pa.Array:
    """Rounded half up to tenths, so that sums of tenths in the aggregates are exact."""
    tenths = pc.floor(pc.add(pc.multiply(values, float(TENTHS)), 0.5))
    if pc.all(pc.less(pc.abs(tenths), LARGEST_TENTHS), min_count=0).as_py() is False:
        raise Poison("rows: a measure is not a number of any likely size")
    return pc.divide(tenths, float(TENTHS))


def text(column: pa.DictionaryArray, change: Callable[[pa.Array], pa.Array] | None = None) -> pa.Array:
    """Trimmed and null where empty; worked out on the distinct values alone."""
    values = pc.utf8_trim_whitespace(column.dictionary)
    if change:
        values = change(values)
    values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
    return values.take(column.indices)


def without_fraction(values: pa.Array) -> pa.Array:
    """`8012.0`, as a spreadsheet writes a postal code, is `8012`."""
    return pc.replace_substring_regex(values, r"\.0+$", "")


# What is done to the texts of a case or a kind.
CHANGES: dict[str, Callable[[pa.Array], pa.Array]] = {"lower": pc.utf8_lower, "code": without_fraction}
