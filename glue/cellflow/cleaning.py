"""From canonical CSV to the columns of the table `measurements`."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from cellflow.records import Poison

CANONICAL_COLUMNS = (
    "day",
    "hour",
    "lat",
    "long",
    "signal",
    "network",
    "operator",
    "status",
    "description",
    "speed",
    "satellites",
    "precission",
    "provider",
    "activity",
    "postal_code",
)
UNKNOWN_SIGNAL = 99
TENTHS = 10
# Beyond it, sums of whole tenths would not be exact.
LARGEST_TENTHS = 1e12

TEXT = pa.dictionary(pa.int32(), pa.string())
RAW_TYPES = {
    "day": TEXT,
    "hour": pa.time32("s"),
    "lat": pa.float64(),
    "long": pa.float64(),
    "signal": pa.float64(),
    "network": TEXT,
    "operator": TEXT,
    "status": pa.float64(),
    "description": TEXT,
    "speed": pa.float64(),
    "satellites": pa.float64(),
    "precission": pa.float64(),
    "provider": TEXT,
    "activity": TEXT,
    "postal_code": TEXT,
}

# `day` leads a cleaned table and becomes the partition; the rest are the table's columns, in its order.
MEASUREMENTS = pa.schema(
    [
        ("measured_at", pa.timestamp("ms")),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("signal", pa.int32()),
        ("network", pa.string()),
        ("operator", pa.string()),
        ("status", pa.int32()),
        ("description", pa.string()),
        ("speed_kmh", pa.float64()),
        ("satellites", pa.int32()),
        ("gps_accuracy_m", pa.float64()),
        ("provider", pa.string()),
        ("activity", pa.string()),
        ("postal_code", pa.string()),
        ("upload_id", pa.string()),
    ]
)


def parse_rows(text: bytes) -> pa.Table:
    """Canonical rows as a table.

    :raises Poison: where a row has other columns, or a value is not of its column's kind
    """
    if not text:
        return pa.schema(list(RAW_TYPES.items())).empty_table()
    try:
        return csv.read_csv(
            pa.BufferReader(text),
            # One block: a row is never cut, and every text column has one dictionary.
            read_options=csv.ReadOptions(
                column_names=list(CANONICAL_COLUMNS), use_threads=False, block_size=max(len(text) + 1, 1 << 16)
            ),
            parse_options=csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(
                column_types=RAW_TYPES, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as error:
        raise Poison(f"rows: {error}") from error


def clean(raw: pa.Table, upload: str) -> dict[str, pa.Table]:
    """The rows as `measurements` keeps them, by day.

    :raises Poison: where a day, an hour or a number cannot be what its column says
    """
    if not raw.num_rows:
        return {}
    columns = {name: raw.column(name).combine_chunks() for name in raw.column_names}
    if columns["day"].null_count or columns["hour"].null_count:
        raise Poison("rows: a day or an hour is missing")
    try:
        # Dates are read from the few distinct texts, not from every row.
        dates = pc.cast(columns["day"].dictionary, pa.date32())
        cleaned = {
            "measured_at": measured_at(dates, columns),
            "latitude": finite(columns["lat"]),
            "longitude": finite(columns["long"]),
            "signal": known_signal(columns["signal"]),
            "network": text(columns["network"], pc.utf8_lower),
            "operator": text(columns["operator"], pc.utf8_lower),
            "status": pc.cast(columns["status"], pa.int32()),
            "description": text(columns["description"]),
            "speed_kmh": in_tenths(columns["speed"]),
            "satellites": pc.cast(columns["satellites"], pa.int32()),
            "gps_accuracy_m": in_tenths(columns["precission"]),
            "provider": text(columns["provider"]),
            "activity": text(columns["activity"]),
            "postal_code": text(columns["postal_code"], without_fraction),
            "upload_id": pa.repeat(pa.scalar(upload, pa.string()), raw.num_rows),
        }
    except pa.ArrowInvalid as error:
        raise Poison(f"rows: {error}") from error
    table = pa.Table.from_pydict(cleaned, schema=MEASUREMENTS)
    return by_day(table, columns["day"].indices, [str(date) for date in dates.to_pylist()])


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


def measured_at(dates: pa.Array, columns: dict[str, pa.Array]) -> pa.Array:
    midnights = pc.cast(dates, pa.timestamp("ms")).take(columns["day"].indices)
    since_midnight = pc.cast(pc.cast(columns["hour"], pa.time32("ms")), pa.int32())
    return pc.add(midnights, pc.cast(pc.cast(since_midnight, pa.int64()), pa.duration("ms")))


def known_signal(signal: pa.Array) -> pa.Array:
    strength = pc.cast(signal, pa.int32())
    return pc.if_else(pc.equal(strength, UNKNOWN_SIGNAL), pa.scalar(None, pa.int32()), strength)


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
