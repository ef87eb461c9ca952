"""Objects of JSON lines as a table, as Athena's JSON SerDe reads them.

A line is a row; the table's columns are picked by name, others passed over, what is missing is null. A line that is no
object, or whose value has no place in its column, fails the query. Names stand in lower case, as Cellflow writes them.
"""

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


class _NoPlace(Exception):
    """A value that its column cannot hold."""


def read_json_lines(bodies: list[tuple[ObjectFile, bytes]], schema: pa.Schema) -> pa.Table:
    """The rows of all objects. Raises QueryFailed, which names the object."""
    together = b"".join(body if body.endswith(b"\n") else body + b"\n" for _file, body in bodies if body)
    if not together:
        return schema.empty_table()
    lines = together.count(b"\n")
    # Arrow ends the process over some texts that are no objects.
    if together.startswith(b"{") and together.count(b"\n{") == lines - 1 and together.count(b"}\n") == lines:
        try:
            table = pj.read_json(
                io.BytesIO(together),
                read_options=pj.ReadOptions(block_size=_PIECE),
                parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
            )
        except pa.ArrowInvalid:
            table = None
        # A line that holds several objects is for the closer look too.
        if table is not None and table.num_rows == lines:
            return table.select(schema.names)
    return _line_by_line(bodies, schema)


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
    found, _end = json.JSONDecoder(parse_float=_Number, parse_int=_Number).raw_decode(text.decode().lstrip(" \t"))
    if not isinstance(found, dict):
        raise _NoPlace
    return {field.name: _value(found.get(field.name), field.type) for field in schema}


class _Number(str):
    """A number as it is written."""


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
