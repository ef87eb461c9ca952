"""A Kinesis record: one line of JSON in clear, a line feed, then canonical rows, packed as the line says."""

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

import contract
from cellflow import zstd
from cellflow.poison import Poison

# The header line ends within these bytes; beyond them it is not looked for.
HEADER_BYTES = 512
# A record's rows measure about 200 KB; this only stops a bomb.
MAX_ROWS_BYTES = 32 * 1024 * 1024
GZIP = 16 + zlib.MAX_WBITS

RECORD_ID = re.compile(r"([0-9A-Za-z_-]{1,64})/(\d{1,9})/(\d{1,9})")


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
    codec: str = "gzip"
    # First and last local day of the rows; none in records of older writers. Rows of other days land all the same.
    days: tuple[date, date] | None = None


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
    # Writers of before there was a second codec name none.
    codec = header.get("codec", "gzip")
    if not isinstance(codec, str) or codec not in CODECS:
        raise Poison(f"codec: {codec!r} is not one of {', '.join(CODECS)}")
    return Header(record_id, version, rows, codec, parse_days(header.get("days")))


def parse_days(days: object) -> tuple[date, date] | None:
    if days is None:
        return None
    not_days = Poison(f"days: {days!r} are not a first and a last day")
    if not isinstance(days, list) or len(days) != 2:
        raise not_days
    try:
        first, last = (date.fromisoformat(day) for day in days)
    except (TypeError, ValueError) as error:
        raise not_days from error
    if first > last or [str(first), str(last)] != days:
        raise not_days
    return first, last


def split(payload: bytes) -> tuple[Header, memoryview]:
    """Header and packed rows of a record."""
    end = payload.find(b"\n", 0, HEADER_BYTES)
    if end < 0:
        raise Poison(f"header: no line within {HEADER_BYTES} bytes")
    return parse_header(payload[:end].decode("utf-8", "replace")), memoryview(payload)[end + 1 :]


def unpack(header: Header, packed: memoryview) -> bytes:
    """The rows of a record as text, in memory that is bounded whatever the bytes say.

    :raises Poison: where they cannot be unpacked, are too many, are cut short, or more follows them
    """
    return CODECS[header.codec](packed)


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


def unzstd(packed: memoryview) -> bytes:
    return zstd.decompress(packed, MAX_ROWS_BYTES)


CODECS: dict[str, Callable[[memoryview], bytes]] = {"gzip": gunzip, "zstd": unzstd}


def is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
