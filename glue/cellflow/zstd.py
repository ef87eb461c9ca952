"""Unpacks one frame of Zstandard (RFC 8878), as strictly as a record deserves.

The library takes several frames for one, passes over frames that it is told to skip, and does not say where it ended.
So the frame is walked first: it tells the size of its content, carries its sum, and ends where the bytes end.
"""

import struct

import pyarrow as pa

from cellflow.poison import Poison

MAGIC = 0xFD2FB528
# Bits of the frame header's descriptor.
SINGLE_SEGMENT, RESERVED, CHECKSUM, DICTIONARY = 0x20, 0x08, 0x04, 0x03
CHECKSUM_BYTES = 4
BLOCK_HEADER_BYTES = 3
# Types of a block.
RLE, NO_BLOCK = 1, 3


def decompress(packed: memoryview, most: int) -> bytes:
    """The content of the one frame that `packed` is, at most so many bytes.

    :raises Poison: where it is none, is damaged, is cut short, is followed by more, or has more content than that
    """
    size, first_block = read_frame_header(packed)
    if size > most:
        raise Poison(f"zstd: more than {most} bytes of rows")
    end = walk_blocks(packed, first_block) + CHECKSUM_BYTES
    if end > len(packed):
        raise Poison("zstd: cut short")
    if end < len(packed):
        raise Poison("zstd: bytes after its end")
    if size == 0:
        # Arrow takes no buffer of nothing; such a record is none that the packer makes.
        raise Poison("zstd: nothing in it")
    try:
        content: bytes = pa.decompress(pa.py_buffer(packed), decompressed_size=size, codec="zstd", asbytes=True)
    except (OSError, pa.ArrowException) as error:
        raise Poison(f"zstd: {error}") from error
    return content


def read_frame_header(packed: memoryview) -> tuple[int, int]:
    """Size of the content, and where the first block begins."""
    if len(packed) < 5:
        raise Poison("zstd: cut short")
    magic, descriptor = struct.unpack_from("<IB", packed)
    if magic != MAGIC:
        raise Poison("zstd: not a frame of it")
    single_segment = descriptor & SINGLE_SEGMENT
    size_flag = descriptor >> 6
    if not size_flag and not single_segment:
        raise Poison("zstd: the size of its content is missing")
    if descriptor & DICTIONARY or descriptor & RESERVED:
        raise Poison("zstd: a frame of another kind")
    if not descriptor & CHECKSUM:
        raise Poison("zstd: its sum is missing")
    # A single segment has no byte that tells its window.
    start = 5 if single_segment else 6
    width = 1 << size_flag
    if len(packed) < start + width:
        raise Poison("zstd: cut short")
    size = int.from_bytes(packed[start : start + width], "little")
    # RFC 8878, 3.1.1.1.4: sizes of two bytes begin at 256.
    return (size + 256 if width == 2 else size), start + width


def walk_blocks(packed: memoryview, start: int) -> int:
    """Where the last block ends, which may be beyond the bytes."""
    while start + BLOCK_HEADER_BYTES <= len(packed):
        header = int.from_bytes(packed[start : start + BLOCK_HEADER_BYTES], "little")
        kind = header >> 1 & 3
        if kind == NO_BLOCK:
            raise Poison("zstd: a block of no kind")
        start += BLOCK_HEADER_BYTES + (1 if kind == RLE else header >> 3)
        if header & 1:
            return start
    raise Poison("zstd: cut short")
