"""The aggregates against a calculation row by row, and that adding up parts gives the whole."""

import math
import random
from collections import defaultdict
from typing import Any

import pyarrow as pa
import pytest
from cellflow.aggregate import KEYS, METRICS, hourly_quality
from cellflow.cleaning import clean, parse_rows
from cellflow.schemas import HOURLY_QUALITY
from support.kinesis_records import NEWEST, row, sparse_row

UPLOAD = "0123456789abcdef"


def some_rows(count: int, seed: int) -> pa.Table:
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
            provider=pick.choice(["gps", "fused", ""]),
            postal_code=pick.choice(["080193", ""]),
            technology=pick.choice(["2G", "4G", ""]),
            signal_dbm=pick.choice(["-95.5", "-95.2", "-94.51", "-113", ""]),
            utc_offset=pick.choice(["60", "-1080", ""]),
        )
        for _ in range(count)
    ]
    (table,) = clean(parse_rows("".join(lines).encode()), UPLOAD).values()
    return table


def by_hand(rows: list[dict[str, Any]]) -> dict[tuple, dict[str, Any]]:
    groups: dict[tuple, list[dict[str, Any]]] = defaultdict(list)
    for measurement in rows:
        if measurement["signal_dbm"] is not None:
            measurement["signal_dbm"] = math.floor(measurement["signal_dbm"] + 0.5)
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
    rows = some_rows(3_000, seed=1)

    aggregates = hourly_quality(rows, UPLOAD)

    assert aggregates.schema == HOURLY_QUALITY
    assert keyed(aggregates) == by_hand(rows.to_pylist())


def aggregated(*lines: str, version: int = NEWEST) -> list[dict[str, Any]]:
    (table,) = clean(parse_rows("".join(lines).encode(), version), UPLOAD).values()
    return hourly_quality(table, UPLOAD).to_pylist()


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("-95", -95),
        ("-95.4", -95),
        ("-95.49999", -95),
        ("-95.5", -95),
        ("-95.51", -96),
        ("-94.5", -94),
        ("-20.5", -20),
        ("", None),
    ],
)
def test_dbm_are_whole_and_rounded_half_up(written: str, whole: int | None) -> None:
    (group,) = aggregated(row(signal_dbm=written))
    assert group["signal_dbm"] == whole


def test_rows_of_one_whole_dbm_are_of_one_group() -> None:
    groups = aggregated(*(row(signal_dbm=dbm) for dbm in ("-95.5", "-95", "-94.6", "-94.5", "", "")))
    assert sorted((str(group["signal_dbm"]), group["count_rows"]) for group in groups) == [
        ("-94", 1),
        ("-95", 3),
        ("None", 2),
    ]


def test_hours_are_local_also_where_the_clocks_change() -> None:
    """02:30 in summer and in winter is of one hour; the moments are 60 minutes apart."""
    twice = [row(day="2026-10-25", hour="02:30:00", utc_offset=offset) for offset in (120, 60)]
    before, after = (row(day="2026-10-25", hour=f"{hour}:59:59.999", utc_offset=60) for hour in ("00", "23"))

    groups = aggregated(*twice, before, after)

    assert sorted((group["hour"], group["count_rows"]) for group in groups) == [(0, 1), (2, 2), (23, 1)]


def test_what_no_row_knows_is_null_and_counts_nothing() -> None:
    (group,) = aggregated(sparse_row(), sparse_row())

    assert group == {
        "hour": 8,
        **dict.fromkeys(
            (
                "operator",
                "network",
                "provider",
                "activity",
                "status",
                "postal_code",
                "signal",
                "technology",
                "signal_dbm",
            )
        ),
        "upload_id": UPLOAD,
        "count_rows": 2,
        **{
            f"{figure}_{metric}{suffix}": nothing
            for metric in ("speed_kmh", "satellites", "gps_accuracy_m")
            for figure, suffix, nothing in (
                ("count", "", 0),
                ("sum", "_tenths", 0),
                ("min", "", None),
                ("max", "", None),
            )
        },
    }


def test_rows_of_version_1_have_no_technology_and_no_dbm() -> None:
    (group,) = aggregated(row(1), row(1), version=1)
    assert (group["technology"], group["signal_dbm"], group["count_rows"]) == (None, None, 2)


def test_parts_add_up_to_the_whole() -> None:
    rows = some_rows(2_000, seed=2)
    whole = keyed(hourly_quality(rows, UPLOAD))
    added: dict[tuple, dict[str, Any]] = {}
    for start in range(0, 2_000, 300):
        for key, part in keyed(hourly_quality(rows.slice(start, 300), UPLOAD)).items():
            known = added.get(key)
            added[key] = part if known is None else {name: merged(name, known[name], part[name]) for name in part}
    assert added == whole


def merged(name: str, one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other) if name.startswith("min_") else max(one, other) if name.startswith("max_") else one + other
