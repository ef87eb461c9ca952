"""The aggregates against a calculation row by row, and that adding up parts gives the whole."""

import random
from collections import defaultdict
from typing import Any

import pyarrow as pa
from cellflow.aggregate import KEYS, METRICS, hourly_quality
from cellflow.cleaning import clean, parse_rows
from cellflow.schemas import HOURLY_QUALITY
from support.kinesis_records import row

UPLOAD = "0123456789abcdef"


def some_measurements(count: int, seed: int) -> pa.Table:
    pick = random.Random(seed)
    lines = [
        row(
            hour=f"{pick.randrange(24):02d}:30:00",
            signal=pick.choice([3, 12, 99]),
            operator=pick.choice(["Movistar", "orange", ""]),
            network=pick.choice(["movistar", ""]),
            status=pick.choice([0, 1]),
            speed=pick.choice(["0.0", "13.7", "88.8", ""]),
            satellites=pick.choice(["0", "7", ""]),
            precission=pick.choice(["4", "12.3"]),
            provider=pick.choice(["gps", "fused"]),
            postal_code=pick.choice(["8012", ""]),
        )
        for _ in range(count)
    ]
    (table,) = clean(parse_rows("".join(lines).encode()), UPLOAD).values()
    return table


def by_hand(measurements: list[dict[str, Any]]) -> dict[tuple, dict[str, Any]]:
    groups: dict[tuple, list[dict[str, Any]]] = defaultdict(list)
    for measurement in measurements:
        measurement["hour"] = measurement["measured_at"].hour
        groups[tuple(measurement[key] for key in KEYS)].append(measurement)
    result = {}
    for key, members in groups.items():
        figures: dict[str, Any] = {"count_rows": len(members)}
        for metric in METRICS:
            values = [member[metric] for member in members if member[metric] is not None]
            figures[f"count_{metric}"] = len(values)
            figures[f"sum_{metric}_tenths"] = sum(round(10 * value) for value in values)
            figures[f"min_{metric}"] = min(values, default=None)
            figures[f"max_{metric}"] = max(values, default=None)
        result[key] = figures
    return result


def keyed(aggregates: pa.Table) -> dict[tuple, dict[str, Any]]:
    found = {}
    for group in aggregates.to_pylist():
        assert group.pop("upload_id") == UPLOAD
        key = tuple(group.pop(name) for name in KEYS)
        assert key not in found
        found[key] = group
    return found


def test_each_group_is_what_its_rows_give() -> None:
    measurements = some_measurements(3_000, seed=1)

    aggregates = hourly_quality(measurements, UPLOAD)

    assert aggregates.schema == HOURLY_QUALITY
    assert keyed(aggregates) == by_hand(measurements.to_pylist())


def test_parts_add_up_to_the_whole() -> None:
    measurements = some_measurements(2_000, seed=2)
    whole = keyed(hourly_quality(measurements, UPLOAD))
    added: dict[tuple, dict[str, Any]] = {}
    for start in range(0, 2_000, 300):
        for key, part in keyed(hourly_quality(measurements.slice(start, 300), UPLOAD)).items():
            known = added.get(key)
            added[key] = part if known is None else {name: merged(name, known[name], part[name]) for name in part}
    assert added == whole


def merged(name: str, one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other) if name.startswith("min_") else max(one, other) if name.startswith("max_") else one + other
