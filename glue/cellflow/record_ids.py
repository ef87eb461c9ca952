"""Sets of record ids of one upload, held as ranges by chunk, as the ledger writes them."""

from bisect import bisect_right
from collections.abc import Iterable

Ranges = dict[str, list[list[int]]]


class RecordIds:
    """Numbers by chunk. Records are numbered from 0 without gaps, so ranges stay few however large an upload is."""

    def __init__(self, ranges: Ranges | None = None) -> None:
        self._ranges: dict[int, list[list[int]]] = {}
        if ranges:
            self.add_ranges(ranges)

    def __contains__(self, chunk_and_n: tuple[int, int]) -> bool:
        chunk, n = chunk_and_n
        ranges = self._ranges.get(chunk, [])
        at = bisect_right(ranges, n, key=lambda pair: pair[0])
        return at > 0 and n <= ranges[at - 1][1]

    def add(self, ids: Iterable[tuple[int, int]]) -> None:
        added: dict[int, list[list[int]]] = {}
        for chunk, n in ids:
            added.setdefault(chunk, []).append([n, n])
        self._merge(added)

    def add_ranges(self, ranges: Ranges) -> None:
        self._merge({int(chunk): [list(pair) for pair in pairs] for chunk, pairs in ranges.items()})

    def to_ranges(self) -> Ranges:
        return {str(chunk): self._ranges[chunk] for chunk in sorted(self._ranges)}

    def _merge(self, added: dict[int, list[list[int]]]) -> None:
        for chunk, pairs in added.items():
            merged: list[list[int]] = []
            for first, last in sorted([*self._ranges.get(chunk, []), *pairs]):
                if merged and first <= merged[-1][1] + 1:
                    merged[-1][1] = max(merged[-1][1], last)
                else:
                    merged.append([first, last])
            self._ranges[chunk] = merged
