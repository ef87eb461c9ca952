"""Kinesis records as the Lambdas write them, and spoiled ones."""

import gzip
import json
from collections.abc import Iterable
from typing import Any

COLUMNS = (
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
EXAMPLE = {
    "day": "2026-01-01",
    "hour": "08:15:00",
    "lat": "41.5",
    "long": "2.25",
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
    "postal_code": "8012",
}


def row(**values: Any) -> str:
    """A canonical row; what is not given is as in the example."""
    return ",".join(str(values.get(column, EXAMPLE[column])) for column in COLUMNS) + "\n"


def rows(count: int, start: int = 0, **values: Any) -> list[str]:
    """Rows that differ in their latitude, so that a lost or a doubled one can be told."""
    return [row(**{"lat": f"{(start + n) / 1e5:.5f}", **values}) for n in range(count)]


def header(upload: str, chunk: int, n: int, count: int, shards: int = 1, /, **changes: Any) -> bytes:
    fields = {"v": 1, "id": f"{upload}/{chunk}/{n}", "upload": upload, "rows": count, "shards": shards} | changes
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def record(upload: str, chunk: int, n: int, lines: Iterable[str], shards: int = 1, /, **changes: Any) -> bytes:
    text = list(lines)
    return header(upload, chunk, n, len(text), shards, **changes) + gzip.compress("".join(text).encode(), 1)
