"""From cleaned rows to the mergeable partial aggregates of the table `hourly_quality`."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

import contract
from cellflow.cleaning import TENTHS
from cellflow.schemas import HOUR, HOURLY_QUALITY, TYPES
from contract import Column

KEYS = [HOUR.name, *contract.QUALITY_KEYS]
METRICS = contract.METRICS
ZERO_OF_NOTHING = pc.ScalarAggregateOptions(min_count=0)


def hourly_quality(cleaned: pa.Table, upload: str) -> pa.Table:
    """Counts, sums, minima and maxima of one day's rows; adding up those of any parts gives those of the whole."""
    columns = {key.table: key_values(key, cleaned.column(key.table)) for key in contract.KEY_COLUMNS}
    columns[HOUR.name] = cleaned.column(HOUR.name)
    wanted: list[tuple[Any, ...]] = [([], "count_all")]
    for metric in METRICS:
        values = pc.cast(cleaned.column(metric), pa.float64())
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


def key_values(key: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """As `hourly_quality` keeps them: a number with a fraction may be a key in whole units, rounded half up."""
    if key.key_type == key.type:
        return values
    return pc.cast(pc.floor(pc.add(values, 0.5)), TYPES[key.key_type])
