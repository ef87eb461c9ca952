"""The ledger: what has landed, a log of numbered pages an upload."""

import json
from dataclasses import dataclass, field
from typing import Any

from traces.events import Put
from traces.lake import PAGE, Lake
from traces.rules import Court


@dataclass(frozen=True)
class Landed:
    """A file that a page names, within an object."""

    key: str
    table: str
    day: str
    rows: int
    offset: int
    size: int
    event: int


@dataclass
class Ledger:
    """What the pages of an upload say."""

    last: int = 0
    event: int = 0
    files: list[Landed] = field(default_factory=list)
    # Of each chunk, the ranges of records with the event that brought them.
    records: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)


class Ledgers:
    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self.of: dict[str, Ledger] = {}

    def judge_landing(self, put: Put, court: Court) -> None:
        there = self._lake.objects.get(put.key)
        if there is not None and put.status < 300 and there.etag != put.etag:
            court.refuse("landing-once", put.n, "an object is written over", [put.key], [there.event])

    def judge(self, put: Put, court: Court) -> None:
        if put.condition != "absent":
            court.refuse("ledger-conditional", put.n, "a page is written without that condition", [put.key])
        if put.status >= 300:
            return
        page = json.loads(put.body)
        upload = put.key.split("/")[1]
        ledger = self.of.setdefault(upload, Ledger())
        number = PAGE.match(put.key)
        if number is None or int(number[2]) != ledger.last + 1:
            message = f"the page after {ledger.last} is called {put.key.rpartition('/')[2]}"
            court.refuse("ledger-number", put.n, message, [put.key], [ledger.event] if ledger.event else [])
        self._says(put, page, upload, number and int(number[2]), court)
        self._objects(put, page, ledger, court)
        self._records(put, page, ledger, court)
        ledger.last = int(number[2]) if number else ledger.last
        ledger.event = put.n

    def _says(self, put: Put, page: dict[str, Any], upload: str, number: int | None, court: Court) -> None:
        rows = sum(made["rows"] for made in page["objects"] if made["table"] == "measurements")
        if page["upload"] != upload or page.get("n", number) != number:
            court.refuse("ledger-says", put.n, "a page says another upload or number than its key", [put.key])
        if page["rows"] != rows:
            court.refuse("ledger-says", put.n, f"a page says {page['rows']} rows, its objects hold {rows}", [put.key])

    def _objects(self, put: Put, page: dict[str, Any], ledger: Ledger, court: Court) -> None:
        ends: dict[str, int] = {}
        for made in sorted(page["objects"], key=lambda made: (made["key"], made["offset"])):
            key = made["key"]
            there = self._lake.objects.get(key)
            if there is None:
                court.refuse("ledger-objects-first", put.n, "a page names an object that is not there", [put.key, key])
            if made["offset"] != ends.get(key, 0):
                court.refuse("ledger-says", put.n, "a page leaves out bytes of an object, or has some twice", [key])
            ends[key] = made["offset"] + made["bytes"]
            for named in ledger.files:
                if named.key == key and named.event != put.n:
                    message = "an object is named by a page that another names already"
                    court.refuse("ledger-object-once", put.n, message, [put.key, key], [named.event])
                    break
            place = (key, made["table"], made["day"], made["rows"], made["offset"], made["bytes"])
            ledger.files.append(Landed(*place, put.n))
        for key, end in ends.items():
            there = self._lake.objects.get(key)
            if there is not None and there.size != end:
                message = f"a page says {end} bytes of an object that has {there.size}"
                court.refuse("ledger-objects-first", put.n, message, [put.key, key], [there.event])

    def _records(self, put: Put, page: dict[str, Any], ledger: Ledger, court: Court) -> None:
        for chunk, ranges in page["records"].items():
            held = ledger.records.setdefault(chunk, [])
            for first, last in ranges:
                for low, high, event in held:
                    if first <= high and low <= last:
                        message = f"records {max(first, low)} to {min(last, high)} of chunk {chunk} are in two pages"
                        court.refuse("ledger-record-once", put.n, message, [put.key], [event])
                held.append((first, last, put.n))
