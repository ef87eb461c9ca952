import contextlib
import gzip
import struct
from datetime import date

import pytest
from cellflow import zstd
from cellflow.poison import Poison
from cellflow.records import gunzip, parse_header, parse_id, split, unpack, unzstd
from hypothesis import given
from hypothesis import strategies as st
from support.kinesis_records import header, record, rows
from support.zstd_frames import frame

UPLOAD = "0123456789abcdef"


@pytest.mark.parametrize("version", [1, 2])
def test_a_record_splits_into_its_header_and_its_rows(version: int) -> None:
    lines = rows(3, 0, version)

    read, packed = split(record(UPLOAD, 2, 5, lines, v=version))

    assert (str(read.id), read.version, read.rows) == (f"{UPLOAD}/2/5", version, 3)
    assert (read.codec, read.days) == ("gzip", None)
    assert unpack(read, packed).decode() == "".join(lines)


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
def test_a_record_tells_its_codec_and_its_days(codec: str) -> None:
    lines = rows(3)

    read, packed = split(record(UPLOAD, 2, 5, lines, codec=codec, days=["2026-03-02", "2026-03-04"]))

    assert (read.codec, read.days) == (codec, (date(2026, 3, 2), date(2026, 3, 4)))
    assert unpack(read, packed).decode() == "".join(lines)


@pytest.mark.parametrize("more", [{"shards": 4}, {"of a later writer": {"n": [1]}}])
def test_what_a_header_tells_beside_is_passed_over(more: dict) -> None:
    lines = rows(3)

    read, packed = split(record(UPLOAD, 2, 5, lines, **more))

    assert read == split(record(UPLOAD, 2, 5, lines))[0]
    assert unpack(read, packed).decode() == "".join(lines)


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
        ({"codec": "lz4"}, "codec: 'lz4' is not one of gzip, zstd"),
        ({"codec": None}, "codec"),
        ({"codec": ["gzip"]}, "codec"),
        ({"days": "2026-03-02"}, "days"),
        ({"days": {"2026-03-02": 1, "2026-03-03": 2}}, "days"),
        ({"days": ["2026-03-02"]}, "days"),
        ({"days": ["2026-03-02", "2026-02-30"]}, "days"),
        ({"days": ["2026-03-02", "20260303"]}, "days"),
        ({"days": ["2026-03-02", 3]}, "days"),
        ({"days": ["2026-03-02", "2026-03-01"]}, "days"),
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


TEXT = b"rows\n" * 100
PACKED = gzip.compress(TEXT)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"not gzip", "gzip"),
        (frame(TEXT), "gzip"),
        (PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:], "gzip.*check"),
        (PACKED[:-4], "gzip: cut short"),
        (PACKED + b"more", "gzip: bytes after"),
        (gzip.compress(b"0" * (33 << 20)), "gzip: more than"),
        (b"", "gzip: cut short"),
    ],
    ids=["no gzip", "zstd", "wrong sum", "cut short", "too long", "a bomb", "nothing"],
)
def test_rows_that_gzip_cannot_unpack_are_poison(packed: bytes, reason: str) -> None:
    with pytest.raises(Poison, match=reason):
        gunzip(memoryview(packed))


FRAME = frame(TEXT)
SKIPPED = struct.pack("<II", 0x184D2A50, 4) + b"skip"
# A frame of 2 bytes that tells another size.
LIAR = struct.pack("<IBB", zstd.MAGIC, 0x24, 3) + b"\x11\x00\x00ab" + struct.pack("<I", 0)


def block(size: int, *, kind: int, last: bool = True) -> bytes:
    return (size << 3 | kind << 1 | last).to_bytes(3, "little")


def frame_of(descriptor: int, rest: bytes) -> bytes:
    return struct.pack("<IB", zstd.MAGIC, descriptor) + rest


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"not zstd", "zstd: not a frame"),
        (PACKED, "zstd: not a frame"),
        (FRAME[:-1] + bytes([FRAME[-1] ^ 1]), "zstd: .*checksum"),
        (FRAME[:-1], "zstd: cut short"),
        (FRAME[:-5], "zstd: cut short"),
        (FRAME[:4], "zstd: cut short"),
        (FRAME[:6], "zstd: cut short"),
        (b"", "zstd: cut short"),
        (FRAME + b"m", "zstd: bytes after"),
        (FRAME + FRAME, "zstd: bytes after"),
        (FRAME + SKIPPED, "zstd: bytes after"),
        (SKIPPED + FRAME, "zstd: not a frame"),
        (frame(b"0" * (33 << 20)), "zstd: more than"),
        (frame_of(0xE4, b"\xff" * 8), "zstd: more than"),
        (LIAR, "zstd: "),
        (frame_of(0x24, b"\x09" + block(2, kind=0) + b"ab" + bytes(4)), "zstd: "),
        (frame_of(0x24, b"\x01" + block(1 << 20, kind=1) + b"a" + bytes(4)), "zstd: "),
        (frame_of(0x24, b"\x01" + block(1, kind=3) + b"a" + bytes(4)), "zstd: a block of no kind"),
        (frame_of(0x20, FRAME[5:-4]), "zstd: its sum is missing"),
        (frame_of(0x04, b"\x00" + FRAME[7:]), "zstd: the size of its content is missing"),
        (frame_of(0x25, b"\x01" + FRAME[5:]), "zstd: a frame of another kind"),
        (frame_of(0x2C, FRAME[5:]), "zstd: a frame of another kind"),
        (frame(b""), "zstd: nothing in it"),
    ],
)
def test_rows_that_zstd_cannot_unpack_are_poison(packed: bytes, reason: str) -> None:
    with pytest.raises(Poison, match=f"^{reason}"):
        unzstd(memoryview(packed))


@given(st.binary(min_size=1, max_size=2_000).map(lambda piece: piece * 40), st.data())
def test_a_changed_or_shortened_frame_is_poison_or_the_same_rows(content: bytes, data: st.DataObject) -> None:
    packed = frame(content)
    assert unzstd(memoryview(packed)) == content

    at = data.draw(st.integers(0, len(packed) - 1))
    changed = bytearray(packed)
    changed[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(Poison):
        unzstd(memoryview(packed)[:at])
    try:
        # Not each bit of a frame means something.
        assert unzstd(memoryview(changed)) == content
    except Poison as poison:
        assert str(poison).startswith("zstd: ")


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_poison(garbage: bytes) -> None:
    for packed in (garbage, struct.pack("<I", zstd.MAGIC) + garbage):
        with contextlib.suppress(Poison):
            unzstd(memoryview(packed))


@pytest.mark.parametrize("text", ["", "a/b/c", "a/1", "a/1/2/3", "a/-1/2", "a/1/02", "a b/1/2", "a/1/2\n"])
def test_what_is_no_id(text: str) -> None:
    assert parse_id(text) is None
