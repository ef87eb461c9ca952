"""A Kinesis record: one line of JSON in clear, a line feed, then the gzip of canonical rows."""

import json
import re
import zlib
from dataclasses import dataclass
from typing import TypeGuard

import contract

# The header line ends within these bytes; beyond them it is not looked for.
HEADER_BYTES = 512
# A record's rows measure about 200 KB; this only stops a gzip bomb.
MAX_ROWS_BYTES = 32 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
RECORD_ID = re.compile(r"([0-9A-Za-z_-]{1,64})/(\d{1,9})/(\d{1,9})")


class Poison(Exception):
    """A record that cannot be landed, and why."""


@dataclass(frozen=True)
class RecordId:
    upload: str
    chunk: int
    n: int

    def __str__(self) -> str:
        return f"{self.upload}/{self.chunk}/{self.n}"


@dataclass(frozen=True)
class Header:
    id: RecordId
    # Of the columns that its rows have.
    version: int
    rows: int
    # The first and the last local day of its rows, where it tells them.
    days: tuple[str, str] | None


def parse_id(text: str) -> RecordId | None:
    """The id in `text`, written as every writer writes it; None where it is not one."""
    match = RECORD_ID.fullmatch(text)
    if not match:
        return None
    record_id = RecordId(match[1], int(match[2]), int(match[3]))
    return record_id if str(record_id) == text else None


def parse_header(line: str) -> Header:
    try:
        header = json.loads(line)
    except ValueError as error:
        raise Poison(f"header: not a line of JSON ({error})") from error
    if not isinstance(header, dict):
        raise Poison("header: not a JSON object")
    version = header.get("v")
    if not is_count(version) or not 1 <= version <= contract.VERSION:
        # Also one of a newer deployment: it is published again, and lands with the run that has the newer code.
        known = "1" if contract.VERSION == 1 else f"from 1 to {contract.VERSION}"
        raise Poison(f"version: {version!r} is not {known}")
    record_id = parse_id(str(header.get("id")))
    if record_id is None:
        raise Poison(f"id: {header.get('id')!r} is not <upload>/<chunk>/<n>")
    if header.get("upload") != record_id.upload:
        raise Poison(f"upload: {header.get('upload')!r} does not match the id {record_id}")
    rows = header.get("rows")
    if not is_count(rows):
        raise Poison(f"rows: {rows!r} is not a count")
    return Header(record_id, version, rows, parse_days(header.get("days")))


def parse_days(days: object) -> tuple[str, str] | None:
    if days is None:
        return None
    if (
        not isinstance(days, list)
        or len(days) != 2
        or not all(isinstance(day, str) and DAY.fullmatch(day) for day in days)
    ):
        raise Poison(f"days: {days!r} are not a first and a last day")
    first, last = days
    if first > last:
        raise Poison(f"days: {first} is after {last}")
    return first, last


def split(payload: bytes) -> tuple[Header, memoryview]:
    """Header and packed rows of a record."""
    end = payload.find(b"\n", 0, HEADER_BYTES)
    if end < 0:
        raise Poison(f"header: no line within {HEADER_BYTES} bytes")
    return parse_header(payload[:end].decode("utf-8", "replace")), memoryview(payload)[end + 1 :]


def gunzip(packed: memoryview) -> bytes:
    inflater = zlib.decompressobj(GZIP)
    try:
        text = inflater.decompress(packed, MAX_ROWS_BYTES)
    except zlib.error as error:
        raise Poison(f"gzip: {error}") from error
    if inflater.unconsumed_tail:
        raise Poison(f"gzip: more than {MAX_ROWS_BYTES} bytes of rows")
    if not inflater.eof:
        raise Poison("gzip: cut short")
    if inflater.unused_data:
        raise Poison("gzip: bytes after its end")
    return text


def is_day(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and DAY.fullmatch(value) is not None


def is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
