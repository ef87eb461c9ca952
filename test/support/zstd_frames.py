"""Frames of Zstandard as Node makes them: with the size of their content and its sum, which Arrow leaves out."""

import struct

import pyarrow as pa

PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)
MASK = (1 << 64) - 1
CHECKSUM = 0x04


def frame(content: bytes) -> bytes:
    packed = bytearray(pa.Codec("zstd", 1).compress(content, asbytes=True))
    packed[4] |= CHECKSUM
    return bytes(packed) + struct.pack("<I", xxh64(content) & 0xFFFFFFFF)


def xxh64(data: bytes) -> int:
    """XXH64 with the seed 0, by its specification."""
    one, two, three, four, five = PRIMES
    at = 0
    if len(data) >= 32:
        lanes = [one + two & MASK, two, 0, -one & MASK]
        while at + 32 <= len(data):
            words = struct.unpack_from("<4Q", data, at)
            lanes = [stirred(lane, word) for lane, word in zip(lanes, words, strict=True)]
            at += 32
        hashed = sum(rotated(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
        for lane in lanes:
            hashed = ((hashed ^ stirred(0, lane)) * one + four) & MASK
    else:
        hashed = five
    hashed = hashed + len(data) & MASK
    while at + 8 <= len(data):
        hashed = (rotated(hashed ^ stirred(0, *struct.unpack_from("<Q", data, at)), 27) * one + four) & MASK
        at += 8
    if at + 4 <= len(data):
        hashed = (rotated(hashed ^ struct.unpack_from("<I", data, at)[0] * one & MASK, 23) * two + three) & MASK
        at += 4
    for byte in data[at:]:
        hashed = rotated(hashed ^ byte * five & MASK, 11) * one & MASK
    for shift, prime in ((33, two), (29, three)):
        hashed = (hashed ^ hashed >> shift) * prime & MASK
    return hashed ^ hashed >> 32


def stirred(lane: int, word: int) -> int:
    return rotated(lane + word * PRIMES[1] & MASK, 31) * PRIMES[0] & MASK


def rotated(word: int, by: int) -> int:
    return (word << by | word >> 64 - by) & MASK
