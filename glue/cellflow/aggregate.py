"""From measurements to the mergeable partial aggregates of the table `hourly_quality`."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cellflow.cleaning import TENTHS

KEYS = ["hour", "operator", "network", "provider", "activity", "status", "postal_code", "signal"]
METRICS = ["speed_kmh", "satellites", "gps_accuracy_m"]
ZERO_OF_NOTHING = pc.ScalarAggregateOptions(min_count=0)

HOURLY_QUALITY = pa.schema(
    [
        ("hour", pa.int32()),
        ("operator", pa.string()),
        ("network", pa.string()),
        ("provider", pa.string()),
        ("activity", pa.string()),
        ("status", pa.int32()),
        ("postal_code", pa.string()),
        ("signal", pa.int32()),
        ("upload_id", pa.string()),
        ("count_rows", pa.int64()),
        *(
            column
            for metric in METRICS
            for column in (
                (f"count_{metric}", pa.int64()),
                (f"sum_{metric}_tenths", pa.int64()),
                (f"min_{metric}", pa.float64()),
                (f"max_{metric}", pa.float64()),
            )
        ),
    ]
)


def hourly_quality(measurements: pa.Table, upload: str) -> pa.Table:
    """Counts, sums, minima and maxima of one day's rows; adding up those of any parts gives those of the whole."""
    columns = {key: measurements.column(key) for key in KEYS if key != "hour"}
    columns["hour"] = pc.cast(pc.hour(measurements.column("measured_at")), pa.int32())
    wanted: list[tuple[Any, ...]] = [([], "count_all")]
    for metric in METRICS:
        values = pc.cast(measurements.column(metric), pa.float64())
        columns[metric] = values
        columns[f"{metric}_tenths"] = pc.cast(pc.round(pc.multiply(values, float(TENTHS))), pa.int64())
        wanted += [(metric, "count"), (metric, "min"), (metric, "max"), (f"{metric}_tenths", "sum", ZERO_OF_NOTHING)]
    grouped = pa.table(columns).group_by(KEYS, use_threads=False).aggregate(wanted)
    result = {key: grouped.column(key) for key in KEYS}
    result["upload_id"] = pa.repeat(pa.scalar(upload, pa.string()), grouped.num_rows)
    result["count_rows"] = grouped.column("count_all")
    for metric in METRICS:
        result[f"count_{metric}"] = grouped.column(f"{metric}_count")
        result[f"sum_{metric}_tenths"] = grouped.column(f"{metric}_tenths_sum")
        result[f"min_{metric}"] = grouped.column(f"{metric}_min")
        result[f"max_{metric}"] = grouped.column(f"{metric}_max")
    return pa.table({name: result[name] for name in HOURLY_QUALITY.names}, schema=HOURLY_QUALITY)
