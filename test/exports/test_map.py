"""The map as GeoJSON, read by GDAL: every count of every square, whatever the operators are called."""

import csv
import random
import subprocess
from pathlib import Path

from support.maps import AVERAGES, SUMS, assert_map, read_map

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ["tile", "operator", "technology", *SUMS[:10], AVERAGES[0], SUMS[10], AVERAGES[1]]
NAMES = [
    "one",
    "'=cmd|'/c calc'!A1",
    "</script><script>alert(1)</script>",
    'quote " and \\ backslash',
    "line\nbreak",
    "null",
    "été 😀",
    "unknown",
]


def quadkey(x: int, y: int, zoom: int = 16) -> str:
    return "".join(str((x >> bit & 1) + 2 * (y >> bit & 1)) for bit in reversed(range(zoom)))


def line(draw: random.Random, tile: str, operator: str, technology: str) -> dict[str, str]:
    """A line of the report whose counts agree with each other."""
    status = [draw.choice([0, draw.randrange(30)]) for _ in range(4)]
    classes = [draw.choice([0, draw.randrange(20)]) for _ in range(4)]
    dbm, asu = sum(classes), draw.choice([0, draw.randrange(9)])
    rows = max(1, sum(status), dbm + asu)
    counts = dict(zip(SUMS, [rows, *status, *classes, dbm, asu], strict=True))
    dbm_average = f"{-draw.uniform(60, 120)!r}" if dbm else ""
    asu_average = f"{draw.uniform(0, 60)!r}" if asu else ""
    averages = dict(zip(AVERAGES, [dbm_average, asu_average], strict=True))
    told = {name: str(count) for name, count in counts.items()}
    return {"tile": tile, "operator": operator, "technology": technology, **told, **averages}


def test_gdal_finds_every_line_in_its_square(tmp_path: Path) -> None:
    draw = random.Random(43)
    # Around Barcelona, on both sides of the date line, and at the map's edge.
    centres = [(33_150, 24_480), (0, 30_000), (65_535, 30_000), (40_000, 0), (20_000, 65_535)]
    places = {
        (min(65_535, max(0, x + draw.randrange(-9, 9))), min(65_535, max(0, y + draw.randrange(-9, 9))))
        for x, y in centres
        for _ in range(60)
    }
    tiles = sorted(quadkey(x, y) for x, y in places)
    lines = [
        line(draw, tile, operator, technology)
        for tile in tiles
        for operator in sorted(draw.sample(NAMES, draw.randrange(1, 5)))
        for technology in sorted(draw.sample(["2G", "3G", "4G", "5G", "unknown"], draw.randrange(1, 4)))
    ]
    report, map_file = tmp_path / "signal-map.csv", tmp_path / "signal-map.geojson"
    with report.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)

    command = ["node", "--import", "tsx", "test/exports/write-map.ts", str(report), str(map_file)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)

    assert assert_map(read_map(map_file), lines) == len(tiles)
