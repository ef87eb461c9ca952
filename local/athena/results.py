"""Results as Athena writes them: every value as text, the CSV quoted throughout, a null left out."""

import datetime
import decimal
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from local.athena.query import Column


def java_double(value: float) -> str:
    """A double as Java prints it: the shortest digits that tell it apart, scientific below 1e-3 and from 1e7."""
    return _java_number(value, repr(value))


def java_float(value: float) -> str:
    """A 32-bit float as Java prints it."""
    import numpy

    return _java_number(value, str(numpy.float32(value)))


def _java_number(value: float, shortest: str) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, digits, exponent = decimal.Decimal(shortest).as_tuple()
    text = "".join(map(str, digits)).rstrip("0") or "0"
    # The number is 0.d1d2d3… times ten to the `point`.
    point = len(digits) + int(exponent)
    if -3 < point <= 7:
        if point <= 0:
            whole, part = "0", "0" * -point + text
        else:
            whole, part = text[:point].ljust(point, "0"), text[point:]
        shown = f"{whole}.{part or '0'}"
    else:
        shown = f"{text[0]}.{text[1:] or '0'}E{point - 1}"
    return f"-{shown}" if sign else shown


def text_of(value: Any) -> str | None:
    """A value of any type as Athena shows it."""
    return None if value is None else _WRITERS.get(type(value), str)(value)


def _nested(value: Any) -> str:
    return "null" if value is None else text_of(value) or ""


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: lambda value: value,
    int: str,
    bool: lambda value: "true" if value else "false",
    float: java_double,
    decimal.Decimal: lambda value: format(value, "f"),
    # One with a time zone is in UTC here, as every session is.
    datetime.datetime: lambda value: (
        f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{'' if value.tzinfo is None else ' UTC'}"
    ),
    datetime.date: lambda value: value.isoformat(),
    datetime.time: lambda value: (
        f"{value:%H:%M:%S}.{value.microsecond // 1000:03d}{'' if value.tzinfo is None else '+00:00'}"
    ),
    bytes: lambda value: " ".join(f"{byte:02x}" for byte in value),
    list: lambda value: "[" + ", ".join(_nested(item) for item in value) + "]",
    dict: lambda value: "{" + ", ".join(f"{_nested(key)}={_nested(item)}" for key, item in value.items()) + "}",
}


class CsvWriter:
    """Gathers rows of texts as CSV."""

    def __init__(self, columns: list[Column]) -> None:
        self.rows = 0
        self._out = io.BytesIO()
        self._line([column.name for column in columns])

    def add(self, rows: Iterable[Iterable[str | None]]) -> None:
        for row in rows:
            self._line(row)
            self.rows += 1

    def add_lines(self, lines: bytes, rows: int) -> None:
        """Rows that are CSV already."""
        self._out.write(lines)
        self.rows += rows

    def _line(self, values: Iterable[str | None]) -> None:
        line = ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in values)
        self._out.write(f"{line}\n".encode())

    def bytes(self) -> bytes:
        return self._out.getvalue()


def read_csv(text: str) -> Iterator[list[str | None]]:
    """The rows of such a CSV, the header first, read as they are asked for: what is not quoted is null."""
    row: list[str | None] = []
    at, end = 0, len(text)
    while at < end:
        if text[at] == '"':
            close = text.index('"', at + 1)
            while text.startswith('""', close):
                close = text.index('"', close + 2)
            row.append(text[at + 1 : close].replace('""', '"'))
            at = close + 1
        else:
            row.append(None)
        if at < end and text[at] == ",":
            at += 1
            if at < end and text[at] != "\n":
                continue
            row.append(None)
        yield row
        row = []
        at += 1


def metadata_of(columns: list[Column]) -> bytes:
    """The object beside the CSV. Athena's own is binary and undocumented: this one is JSON."""
    return json.dumps([{"name": column.name, "type": column.type} for column in columns]).encode()
