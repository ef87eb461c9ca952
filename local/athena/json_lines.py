"""Objects of JSON lines as a table, as Athena's JSON SerDe reads them.

A line is a row; the table's columns are picked by name, others passed over, what is missing is null. A line that is no
object, or whose value has no place in its column, fails the query.
"""

import functools
import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.json as pj

from local.athena.catalogue import ObjectFile
from local.athena.errors import QueryFailed

# Lines are read in pieces of so many bytes, each on a thread.
_PIECE = 4 << 20
# Objects from this size on are remembered.
_LARGE = 256 << 10


class _NoPlace(Exception):
    """A value that its column cannot hold."""


def read_json_lines(bodies: list[tuple[ObjectFile, bytes]], schema: pa.Schema) -> pa.Table:
    """The rows of all objects. Raises QueryFailed, which names the object."""
    small = [body for _file, body in bodies if 0 < len(body) < _LARGE]
    together = b"".join(body if body.endswith(b"\n") else body + b"\n" for body in small)
    parts = [_quickly(together, schema) if together else schema.empty_table()]
    parts += [_remembered(body, schema) for _file, body in bodies if len(body) >= _LARGE]
    if any(part is None for part in parts):
        return _line_by_line(bodies, schema)
    return pa.concat_tables(parts)


def _quickly(body: bytes, schema: pa.Schema) -> pa.Table | None:
    """The rows of lines without any oddity; None where one has to look closer."""
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    # Arrow ends the process over some texts that are no objects.
    if not (body.startswith(b"{") and body.rstrip(b"\n").endswith(b"}") and body.count(b"\n{") == lines - 1):
        return None
    # And it takes names by the letter.
    lowered = body.lower()
    if any(lowered.count(f'"{name}"'.encode()) != body.count(f'"{name}"'.encode()) for name in schema.names):
        return None
    try:
        table = pj.read_json(
            io.BytesIO(body),
            read_options=pj.ReadOptions(block_size=_PIECE),
            parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid:
        return None
    # A line may hold several objects.
    return table.select(schema.names) if table.num_rows == lines else None


@functools.lru_cache(maxsize=64)
def _remembered(body: bytes, schema: pa.Schema) -> pa.Table | None:
    """The same, once for a large object: whatever has the same bytes has the same rows."""
    return _quickly(body, schema)


def _line_by_line(bodies: list[tuple[ObjectFile, bytes]], schema: pa.Schema) -> pa.Table:
    """The same, slowly and exactly."""
    rows: list[dict[str, Any]] = []
    for file, body in bodies:
        for text in body.splitlines():
            try:
                rows.append(_row(text, schema))
            except (ValueError, _NoPlace) as error:
                raise QueryFailed("HIVE_CURSOR_ERROR", f"Failed to read file at s3://{file.address}") from error
    return pa.Table.from_pylist(rows, schema)


def _row(text: bytes, schema: pa.Schema) -> dict[str, Any]:
    # Numbers stay as they are written, which a column of texts shows.
    found, _end = _DECODER.raw_decode(text.decode().lstrip(" \t"))
    if not isinstance(found, dict):
        raise _NoPlace
    named = {name.lower(): value for name, value in found.items()}
    return {field.name: _value(named.get(field.name), field.type) for field in schema}


class _Number(str):
    """A number as it is written."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _value_of in pairs}) < len(pairs):
        raise _NoPlace
    return dict(pairs)


_DECODER = json.JSONDecoder(parse_float=_Number, parse_int=_Number, object_pairs_hook=_object)


def _value(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    take = _TAKERS.get(kind)
    if take is None or isinstance(value, dict | list):
        raise _NoPlace
    return take(value)


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise _NoPlace
    if isinstance(value, _Number):
        number = float(value)
        whole = int(value) if value.lstrip("-").isdigit() else int(number)
        if whole != number and not value.lstrip("-").isdigit():
            raise _NoPlace
    else:
        whole = int(value) if value.strip() == value else int("no number")
    if not -(2**63) <= whole < 2**63:
        raise _NoPlace
    return whole


def _fraction(value: Any) -> float:
    if isinstance(value, bool):
        raise _NoPlace
    return float(value)


_TAKERS: dict[pa.DataType, Callable[[Any], Any]] = {
    pa.string(): _text,
    pa.int64(): _whole,
    pa.int32(): _whole,
    pa.float64(): _fraction,
    pa.bool_(): lambda value: value if isinstance(value, bool) else _text(value) == "true",
}
