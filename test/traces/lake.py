"""What lies in the lake bucket and in the catalogue after each event, and who may write what."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from traces.events import Delete, Partitions, Put

# A test's own calls: what they do is given.
TESTER = "tester"
# How long a function lives at most, in milliseconds.
LIFE = 15 * 60_000
TABLES = ("measurements", "hourly_quality")

TABLE_OBJECT = re.compile(r"^(measurements|hourly_quality)/day=(\d{4}-\d{2}-\d{2})/([0-9a-f]{16})-\d+\.parquet$")
MERGED = re.compile(r"^(measurements|hourly_quality)/day=(\d{4}-\d{2}-\d{2})/merged-(\d{8})\.parquet$")
MERGE = re.compile(r"^merges/(\d{8})\.json$")
PAGE = re.compile(r"^landings/([0-9a-f]{16})/(\d{8})\.json$")
SEALED = re.compile(r"^sealed/([0-9a-f]{16})\.json$")
ENTRY = re.compile(r"^visibility/([0-9a-f]{32})-(\d{8})\.json$")
SUMMARY = re.compile(r"^visibility/summary-([0-9a-f])-(\d{8})\.json$")
CLAIM = re.compile(r"^claims/([0-9a-f]{32})\.json$")


@dataclass(frozen=True)
class Stored:
    """An object as it is."""

    etag: str
    size: int
    event: int
    at: int


@dataclass
class Lake:
    """The objects that are there, also by folder, and the days that the catalogue knows of each table."""

    objects: dict[str, Stored] = field(default_factory=dict)
    folders: dict[str, set[str]] = field(default_factory=dict)
    days: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in TABLES})
    # How long what is retired is kept, in milliseconds.
    grace: int = 180 * 60_000

    def put(self, event: Put) -> None:
        self._add(event.key, Stored(event.etag, event.size, event.n, event.at))

    def delete(self, event: Delete) -> None:
        for key in event.keys:
            if self.objects.pop(key, None) is not None:
                self.folders[folder_of(key)].discard(key)

    def catalogue(self, event: Partitions) -> None:
        known = self.days.setdefault(event.table, set())
        known |= set(event.added)
        known -= set(event.removed)

    def within(self, folder: str, days: Iterable[str]) -> set[str]:
        """Keys in a folder, of a table those of some days."""
        if folder.rstrip("/") not in TABLES:
            return set(self.folders.get(folder, ()))
        return {key for day in days for key in self.folders.get(f"{folder}day={day}/", ())}

    def _add(self, key: str, stored: Stored) -> None:
        self.objects[key] = stored
        self.folders.setdefault(folder_of(key), set()).add(key)


def folder_of(key: str) -> str:
    return key.rpartition("/")[0] + "/"


def shown_as(shown: str) -> str:
    """The upload that rows are of, by the id that they bear: its own, or that of its copy in a merge."""
    return shown.partition("-")[0]


def merge_of(shown: str) -> int | None:
    """The merge that a copy is in; None of an upload's own id."""
    number = shown.partition("-")[2]
    return int(number) if number.isdecimal() else None


def part_of(by: str | None) -> str | None:
    """What of Cellflow makes a call, in the contract's words; None where that is not known."""
    if by is None:
        return None
    if by.startswith("jr_"):
        return "Glue job"
    return by.partition(".")[0].removeprefix("cellflow-")
