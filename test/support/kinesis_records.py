"""Kinesis records as the Lambdas write them, and spoiled ones."""

import gzip
import json
from collections.abc import Iterable
from typing import Any

from support.zstd_frames import frame

# By the versions that brought them.
COLUMNS_OF_1 = (
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
COLUMNS_OF_2 = (
    "utc_offset",
    "technology",
    "signal_dbm",
    "rsrq",
    "sinr",
    "town",
    "cell",
    "download",
    "upload",
    "latency",
    "device",
)
COLUMNS = {1: COLUMNS_OF_1, 2: COLUMNS_OF_1 + COLUMNS_OF_2}
NEWEST = max(COLUMNS)
# The least that a row has.
PLACE_AND_TIME = {"day": "2026-01-01", "hour": "08:15:00", "lat": "41.5", "long": "2.25"}
EXAMPLES = {
    1: {
        **PLACE_AND_TIME,
        "signal": "12",
        "network": "Movistar",
        "operator": "Movistar",
        "status": "0",
        "description": "STATE_IN_SERVICE",
        "speed": "1.5",
        "satellites": "4",
        "precission": "51",
        "provider": "gps",
        "activity": "STILL",
        "postal_code": "8012.0",
    },
    2: {
        **PLACE_AND_TIME,
        "signal": "12",
        "network": "movistar",
        "operator": "movistar",
        "status": "0",
        "description": "STATE_IN_SERVICE",
        "speed": "1.5",
        "satellites": "4",
        "precission": "51",
        "provider": "gps",
        "activity": "STILL",
        "postal_code": "080193",
        "utc_offset": "60",
        "technology": "4G",
        "signal_dbm": "-95.5",
        "rsrq": "-11",
        "sinr": "7.5",
        "town": "Barcelona",
        "cell": "214-7-2310-27447297",
        "download": "48.25",
        "upload": "9.5",
        "latency": "31",
        "device": "Pixel 8",
    },
}


def row(version: int = NEWEST, /, **values: Any) -> str:
    """A canonical row of a version; what is not given is as in its example."""
    return line(version, EXAMPLES[version] | values)


def sparse_row(**values: Any) -> str:
    """A row of the newest version that knows only its place and time, and what is given."""
    return line(NEWEST, PLACE_AND_TIME | values)


def line(version: int, values: dict[str, Any]) -> str:
    return ",".join(str(values.get(column, "")) for column in COLUMNS[version]) + "\n"


def rows(count: int, start: int = 0, version: int = NEWEST, /, **values: Any) -> list[str]:
    """Rows that differ in their latitude, so that a lost or a doubled one can be told."""
    return [row(version, **{"lat": f"{(start + n) / 1e5:.5f}", **values}) for n in range(count)]


def header(upload: str, chunk: int, n: int, count: int, /, **changes: Any) -> bytes:
    fields = {"v": NEWEST, "id": f"{upload}/{chunk}/{n}", "upload": upload, "rows": count} | changes
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def record(upload: str, chunk: int, n: int, lines: Iterable[str], /, **changes: Any) -> bytes:
    """A record of rows; `v=1` for those of version 1, `codec="zstd"` for one that is packed so."""
    text = list(lines)
    pack = frame if changes.get("codec") == "zstd" else gzip.compress
    return header(upload, chunk, n, len(text), **changes) + pack("".join(text).encode())
