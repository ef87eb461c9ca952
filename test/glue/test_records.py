import gzip

import pytest
from cellflow.records import Poison, gunzip, parse_header, parse_id, split
from support.kinesis_records import header, record, rows

UPLOAD = "0123456789abcdef"


@pytest.mark.parametrize("version", [1, 2])
def test_a_record_splits_into_its_header_and_its_rows(version: int) -> None:
    lines = rows(3, 0, version)

    read, packed = split(record(UPLOAD, 2, 5, lines, 4, v=version))

    assert (str(read.id), read.version, read.rows, read.days) == (f"{UPLOAD}/2/5", version, 3, None)
    assert gunzip(packed).decode() == "".join(lines)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"v": 3}, "version: 3 is not from 1 to 2"),
        ({"v": 0}, "version"),
        ({"v": True}, "version"),
        ({"v": None}, "version"),
        ({"id": f"{UPLOAD}/1"}, "id"),
        ({"id": f"{UPLOAD}/01/2"}, "id"),
        ({"id": f"../{UPLOAD}/1/2"}, "id"),
        ({"id": 7}, "id"),
        ({"upload": "another"}, "upload"),
        ({"rows": "3"}, "rows"),
        ({"rows": -1}, "rows"),
        ({"rows": True}, "rows"),
        ({"days": "2026-01-01"}, "days"),
        ({"days": ["2026-01-01"]}, "days"),
        ({"days": ["2026-01-01", None]}, "days"),
        ({"days": ["2026-01-01", "01/02/2026"]}, "days"),
        ({"days": ["2026-01-02", "2026-01-01"]}, "days: 2026-01-02 is after 2026-01-01"),
    ],
)
def test_a_header_that_is_not_right_is_poison(changes: dict, reason: str) -> None:
    with pytest.raises(Poison, match=f"^{reason}"):
        split(header(UPLOAD, 1, 2, 3, **changes))


@pytest.mark.parametrize("line", ["", "no json", "[1]", "null", '{"v":1', "\ufffd"])
def test_a_header_that_is_no_object_is_poison(line: str) -> None:
    with pytest.raises(Poison):
        parse_header(line)


def test_a_record_without_a_line_is_poison() -> None:
    with pytest.raises(Poison, match="no line"):
        split(b"x" * 2_000)


PACKED = gzip.compress(b"rows\n" * 100)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"not gzip", "gzip"),
        (PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:], "gzip.*check"),
        (PACKED[:-4], "gzip: cut short"),
        (PACKED + b"more", "gzip: bytes after"),
        (gzip.compress(b"0" * (33 << 20)), "gzip: more than"),
        (b"", "gzip: cut short"),
    ],
    ids=["no gzip", "wrong sum", "cut short", "too long", "a bomb", "nothing"],
)
def test_rows_that_cannot_be_unpacked_are_poison(packed: bytes, reason: str) -> None:
    with pytest.raises(Poison, match=reason):
        gunzip(memoryview(packed))


@pytest.mark.parametrize("text", ["", "a/b/c", "a/1", "a/1/2/3", "a/-1/2", "a/1/02", "a b/1/2", "a/1/2\n"])
def test_what_is_no_id(text: str) -> None:
    assert parse_id(text) is None
