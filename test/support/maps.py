"""The map as GeoJSON, read by GDAL, as QGIS does; and what it has to hold for the report that it is made of."""

import math
import re
import struct
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyogrio

Bounds = tuple[float, float, float, float]

SUMS = (
    "count_rows",
    "count_in_service",
    "count_emergency_only",
    "count_out_of_service",
    "count_radio_off",
    "count_very_good",
    "count_good",
    "count_weak",
    "count_none",
    "count_dbm",
    "count_asu",
)
AVERAGES = ("average_signal_dbm", "average_signal_asu")
TEXTS = ("level", "tile", "operator", "technology", "kind", "coverage", "without")
# A millionth of a degree is a tenth of a metre.
NEAR = 1e-6


def read_map(file: Path) -> list[dict[str, Any]]:
    """The features as GDAL has them: their fields, and the bounds of the square that each is."""
    info = pyogrio.read_info(file, force_feature_count=True)
    assert info["driver"] == "GeoJSON"
    assert (info["geometry_type"], info["crs"]) == ("Polygon", "EPSG:4326")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert all(types[name] == "OFTString" for name in TEXTS)
    assert all(types[name] in ("OFTInteger", "OFTInteger64") for name in SUMS)
    # GDAL takes a field without any value for text.
    assert all(types[name] in ("OFTReal", "OFTInteger", "OFTString") for name in AVERAGES)
    meta, _, shapes, fields = pyogrio.raw.read(file)
    assert len(shapes) == info["features"]
    names = list(meta["fields"])
    rows = zip(*fields, strict=True)
    return [
        {**{name: plain(value) for name, value in zip(names, row, strict=True)}, "bounds": bounds_of(shape)}
        for row, shape in zip(rows, shapes, strict=True)
    ]


def plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def bounds_of(shape: bytes) -> Bounds:
    """West, south, east, north of a square in well-known binary, which goes round it against the clock."""
    order, kind, rings, points = struct.unpack_from("<BIII", shape)
    assert (order, kind, rings, points) == (1, 3, 1, 5)
    numbers = struct.unpack_from("<10d", shape, 13)
    places = list(zip(numbers[::2], numbers[1::2], strict=True))
    west, south = places[0]
    east, north = places[2]
    assert places == [(west, south), (east, south), (east, north), (west, north), (west, south)]
    assert west < east and south < north
    return west, south, east, north


def tile_of(quadkey: str) -> tuple[int, int]:
    return (
        int("".join(str(int(digit) & 1) for digit in quadkey), 2),
        int("".join(str(int(digit) >> 1) for digit in quadkey), 2),
    )


def bounds_of_tile(quadkey: str) -> Bounds:
    """By the formula of the Mercator projection."""
    (x, y), side = tile_of(quadkey), 2 ** len(quadkey)

    def latitude(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    return x / side * 360 - 180, latitude(y + 1), (x + 1) / side * 360 - 180, latitude(y)


def shown(name: str) -> str:
    """A name as the map tells it: without the guard of a CSV, in one line, at most 120 characters."""
    text = name[1:] if re.match("'[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]", name) else name
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()[:120]


def number(text: str) -> float | None:
    return float(text) if text else None


def assert_map(features: Iterable[dict[str, Any]], lines: Iterable[Mapping[str, str]]) -> int:
    """Holds the map against the lines of the report; gives how many tiles are measured."""
    lines = list(lines)
    by_level: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for feature in features:
        assert near(feature["bounds"], bounds_of_tile(feature["tile"])), feature
        by_level[feature["level"]].append(feature)
    assert by_level.keys() <= {"tile", "operator", "operator and technology"}

    finest = {(one["tile"], one["operator"], one["technology"]): one for one in by_level["operator and technology"]}
    assert len(finest) == len(by_level["operator and technology"]) == len(lines)
    for line in lines:
        found = finest[line["tile"], shown(line["operator"]), shown(line["technology"])]
        assert [found[name] for name in SUMS] == [int(line[name]) for name in SUMS], line
        for name in AVERAGES:
            wanted = number(line[name])
            assert (found[name] is None) == (wanted is None)
            assert wanted is None or abs(float(found[name]) - wanted) <= 0.005001

    totals: Counter[tuple[str, str]] = Counter()
    operators: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for line in lines:
        counts = {name: int(line[name]) for name in SUMS}
        totals.update({(line["tile"], name): count for name, count in counts.items()})
        operators[line["tile"], shown(line["operator"])].update(counts)
    by_operator = {(one["tile"], one["operator"]): one for one in by_level["operator"]}
    assert len(by_operator) == len(by_level["operator"])
    assert by_operator.keys() == operators.keys()
    for key, one in by_operator.items():
        assert [one[name] for name in SUMS] == [operators[key][name] for name in SUMS]
        assert [one[name] for name in ("technology", *AVERAGES)] == [None] * 3
    tiles = {one["tile"]: one for one in by_level["tile"]}
    assert len(tiles) == len(by_level["tile"])
    measured = {tile for tile, one in tiles.items() if one["kind"] != "not measured"}
    assert measured == {line["tile"] for line in lines}
    for tile in measured:
        assert [tiles[tile][name] for name in SUMS] == [totals[tile, name] for name in SUMS]
        assert [tiles[tile][name] for name in ("operator", "technology", *AVERAGES)] == [None] * 4
    places = {tile_of(tile) for tile in measured}
    for tile in tiles.keys() - measured:
        x, y = tile_of(tile)
        side = 2 ** len(tile)
        around = {((x + dx) % side, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        assert around & places, f"{tile} is beside nothing that was measured"
        told = {name for name, value in tiles[tile].items() if value is not None}
        assert told == {"tile", "level", "kind", "bounds"}
    return len(measured)


def near(one: Bounds, other: Bounds) -> bool:
    return all(abs(a - b) <= NEAR for a, b in zip(one, other, strict=True))
