"""From canonical CSV to the columns of the table `measurements`."""

import re
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

import contract
from cellflow.poison import Poison
from cellflow.schemas import CLEANED, HOUR, TYPES, raw_types
from cellflow.tiles import quadkeys
from contract import Column

TENTHS = 10
# Beyond it, sums of whole tenths would not be exact.
LARGEST_TENTHS = 1e12
# Beyond it, a number in whole units, as some keys are, would not fit its type.
LARGEST_NUMBER = 1e9
MS_OF_A_MINUTE = 60 * 1000
MS_OF_AN_HOUR = 60 * MS_OF_A_MINUTE

# The columns that the moment is made of, by their kinds, and the others.
MOMENT = {column.kind: column for column in contract.COLUMNS if column.type == "timestamp"}
DAY, TIME, OFFSET = (MOMENT[kind].name for kind in ("date", "time", "whole"))
VALUES = [column for column in contract.COLUMNS if column not in MOMENT.values()]
PLACE = ("latitude", "longitude")


# What Arrow says before it quotes the row at fault.
TOLD = re.compile(r"In CSV column #\d+: (?:Row #\d+: )?CSV conversion error to [^:]+|Expected \d+ columns, got \d+")


def without_values(error: pa.ArrowInvalid) -> str:
    """Why rows cannot be read, without what stands in them: reasons go into the ledger, and from there into errors."""
    told = TOLD.search(str(error))
    return told[0] if told else "a value is not what its column says"


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
        raise Poison(f"rows: {without_values(error)}") from error


def clean(raw: pa.Table, upload: str) -> dict[str, pa.Table]:
    """The rows as `measurements` keeps them, with their local hours, by local day.

    :raises Poison: where a day, a time or a number cannot be what its column says
    """
    if not raw.num_rows:
        return {}
    columns = sorted_by_day({name: raw.column(name).combine_chunks() for name in raw.column_names})
    if columns[DAY].null_count or columns[TIME].null_count:
        raise Poison("rows: a day or an hour is missing")
    try:
        # Dates are read from the few distinct texts, not from every row.
        dates = pc.cast(columns[DAY].dictionary, pa.date32())
        since_midnight = pc.cast(columns[TIME], pa.int32())
        cleaned = {
            column.table: cleaned_values(column, columns[column.name]) for column in VALUES if column.name in columns
        }
        cleaned[MOMENT["date"].table] = measured_at(dates, columns[DAY], since_midnight, columns.get(OFFSET))
    except pa.ArrowInvalid as error:
        raise Poison(f"rows: {without_values(error)}") from error
    if any(cleaned[name].null_count for name in PLACE):
        raise Poison("rows: a coordinate is missing")
    cleaned |= {column.table: MAKERS[column.kind](column, cleaned) for column in VALUES if column.kind in contract.MADE}
    cleaned[HOUR.name] = pc.cast(pc.divide(since_midnight, MS_OF_AN_HOUR), HOUR.type)
    cleaned["upload_id"] = pa.repeat(pa.scalar(upload, pa.string()), raw.num_rows)
    # Columns that the rows' version did not have.
    for field in CLEANED:
        cleaned.setdefault(field.name, pa.nulls(raw.num_rows, field.type))
    table = pa.Table.from_pydict({name: cleaned[name] for name in CLEANED.names}, schema=CLEANED)
    return by_day(table, columns[DAY].indices, [str(date) for date in dates.to_pylist()])


def cleaned_values(column: Column, values: pa.Array) -> pa.Array:
    if values.null_count == len(values):
        return pa.nulls(len(values), TYPES[column.type])
    if column.kind in ("decimal", "whole"):
        return number(column, values)
    return text(values, CHANGES.get(column.rule.get("case", column.kind)))


def number(column: Column, values: pa.Array) -> pa.Array:
    """Null where it is one of those that stand for none."""
    if column.unknown:
        unknown = pc.is_in(values, pa.array([float(one) for one in column.unknown]))
        values = pc.if_else(unknown, pa.scalar(None, pa.float64()), values)
    if column.kind == "whole":
        return pc.cast(values, TYPES[column.type])
    return in_tenths(values) if column.is_metric else likely(values)


def sorted_by_day(columns: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """In the order of the days; done while texts are still indices of their distinct values, which is cheaper."""
    days = columns[DAY]
    if len(days.dictionary) < 2:
        return columns
    order = pc.sort_indices(days.indices)
    return {
        name: values if values.null_count == len(values) else values.take(order) for name, values in columns.items()
    }


def by_day(table: pa.Table, indices: pa.Array, days: list[str]) -> dict[str, pa.Table]:
    """Parts of a table whose rows are sorted by the day's index."""
    if len(days) == 1:
        return {days[0]: table}
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(indices).to_pylist()}
    parts: dict[str, pa.Table] = {}
    start = 0
    for index, day in enumerate(days):
        parts[day] = table.slice(start, counts[index])
        start += counts[index]
    return parts


def measured_at(
    dates: pa.Array, days: pa.DictionaryArray, since_midnight: pa.Array, offsets: pa.Array | None
) -> pa.Array:
    """Moments in UTC, where days and times are ahead of it by so many minutes; not at all where that is not told."""
    midnights = pc.cast(dates, pa.timestamp("ms")).take(days.indices)
    since = pc.cast(since_midnight, pa.int64())
    if offsets is not None and offsets.null_count < len(offsets):
        ahead = pc.multiply(pc.cast(pc.fill_null(offsets, 0), pa.int32()), MS_OF_A_MINUTE)
        since = pc.subtract(since, ahead)
    return pc.add(midnights, pc.cast(since, pa.duration("ms")))


def tile(column: Column, cleaned: dict[str, pa.Array]) -> pa.Array:
    latitudes, longitudes = (cleaned[name] for name in PLACE)
    return quadkeys(latitudes, longitudes, column.rule["zoom"])


def likely(values: pa.Array) -> pa.Array:
    if pc.all(pc.less(pc.abs(values), LARGEST_NUMBER), min_count=0).as_py() is False:
        raise Poison("rows: a number is not of any likely size")
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
# How columns that are in no canonical row are made.
MAKERS: dict[str, Callable[[Column, dict[str, pa.Array]], pa.Array]] = {"tile": tile}
