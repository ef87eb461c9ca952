"""Functions of Athena that DuckDB lacks, as macros and functions of a database."""

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import ARROW, SPECIAL

from local.athena.results import java_double

MACROS = (
    "approx_percentile(x, p) as quantile_disc(x, p)",
    "approx_percentile_weighted(x, w, p) as"
    " percentile_of_counts(list(cast(x as double)), list(cast(w as bigint)), cast(any_value(p) as double))",
    "width_bucket(x, low, high, n) as case when x < low then 0 when x >= high then n + 1"
    " else cast(floor((x - low) * 1e0 * n / (high - low)) as bigint) + 1 end",
    "bitwise_left_shift(a, b) as a << b",
    "bitwise_right_shift(a, b) as a >> b",
    "is_finite(x) as isfinite(x)",
    "is_infinite(x) as isinf(x)",
    "nan() as cast('nan' as double)",
    "infinity() as cast('inf' as double)",
    "e() as exp(1e0)",
    "yow(x) as isoyear(x)",
    "to_iso8601(x) as case when cast(x as varchar) like '% %'"
    " then strftime(cast(x as timestamp), '%Y-%m-%dT%H:%M:%S.%g')"
    " || case when typeof(x) = 'TIMESTAMP WITH TIME ZONE' then 'Z' else '' end else cast(x as varchar) end",
    "with_timezone(x, zone) as timezone(zone, x)",
    "array_average(x) as list_avg(x)",
    "array_union(a, b) as list_distinct(list_concat(a, b))",
    "arrays_overlap(a, b) as list_has_any(a, b)",
    "array_first(x) as x[1]",
    "array_last(x) as x[-1]",
    "trim_array(x, n) as x[1:len(x) - n]",
    "zip(a, b) as list_zip(a, b)",
    "codepoint(x) as unicode(x)",
    "hamming_distance(a, b) as hamming(a, b)",
    "normalize(x) as nfc_normalize(x)",
    "url_extract_host(x) as nullif(regexp_extract(x, '^[a-z]+://([^/:?#]+)', 1), '')",
    "url_extract_path(x) as regexp_extract(x, '^[a-z]+://[^/?#]+([^?#]*)', 1)",
    # Kilometres on a sphere of the radius that Athena takes, by the same formula.
    "great_circle_distance(lat1, lon1, lat2, lon2) as 6371.01e0 * atan2("
    "sqrt(pow(cos(radians(lat2)) * sin(radians(lon1) - radians(lon2)), 2)"
    " + pow(cos(radians(lat1)) * sin(radians(lat2))"
    " - sin(radians(lat1)) * cos(radians(lat2)) * cos(radians(lon1) - radians(lon2)), 2)),"
    " sin(radians(lat1)) * sin(radians(lat2))"
    " + cos(radians(lat1)) * cos(radians(lat2)) * cos(radians(lon1) - radians(lon2)))",
)


def percentile_of_counts(values: pa.ListArray, weights: pa.ListArray, shares: pa.DoubleArray) -> pa.Array:
    """The smallest value at which the weights up to it reach the share of all: exact where Athena approximates."""
    found: list[float | None] = []
    for value, weight, share in zip(values.to_pylist(), weights.to_pylist(), shares.to_pylist(), strict=True):
        pairs = [(v, w) for v, w in zip(value or (), weight or (), strict=True) if v is not None and w]
        if not pairs or share is None:
            found.append(None)
            continue
        order = np.array(sorted(pairs), dtype=float)
        running = np.cumsum(order[:, 1])
        found.append(float(order[np.searchsorted(running, share * running[-1]), 0]))
    return pa.array(found, pa.float64())


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the functions in a database."""
    connection.create_function(
        "percentile_of_counts",
        percentile_of_counts,
        ["DOUBLE[]", "BIGINT[]", "DOUBLE"],
        "DOUBLE",
        type=ARROW,
        null_handling=SPECIAL,
    )
    connection.create_function("java_double", java_double, ["DOUBLE"], "VARCHAR")
    for macro in MACROS:
        connection.execute(f"create or replace macro {macro}")
