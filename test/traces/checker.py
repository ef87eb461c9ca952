"""Judges a whole trace: `python -m traces.checker TRACE` in the folder of the tests."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from traces.claims import Claims
from traces.copies import Copies
from traces.events import Begin, Delete, End, Event, Given, Invoke, Listing, Partitions, Put, read_events
from traces.lake import (
    CLAIM,
    ENTRY,
    MERGE,
    MERGED,
    PAGE,
    SEALED,
    SUMMARY,
    TABLE_OBJECT,
    TESTER,
    Lake,
    merge_of,
    part_of,
)
from traces.ledger import Ledgers
from traces.merges import Merges
from traces.readers import Readers
from traces.rules import Court, Refusal
from traces.sweeping import Sweeping
from traces.tables import Tables
from traces.visibility import Visibility

CONTRACT = json.loads((Path(__file__).resolve().parents[2] / "contract" / "keys.json").read_text())
# By the contract's name of a kind of object; its words for a command are those of the command line here.
WRITERS = {
    key["name"]: {"cli" if name.startswith("cellflow ") else name for name in key["writtenBy"]}
    for key in CONTRACT["keys"]
}
KINDS = (
    (CLAIM, "claim"),
    (PAGE, "ledger"),
    (SEALED, "sealed"),
    (ENTRY, "visibility"),
    (SUMMARY, "visibilitySummary"),
    (TABLE_OBJECT, "table"),
    (MERGED, "merged"),
    (MERGE, "merge"),
)


class Judge:
    """Holds each event against the rules, given those before it."""

    def __init__(self) -> None:
        self.court = Court()
        self._lake = Lake()
        self._claims = Claims()
        self._ledgers = Ledgers(self._lake)
        self._visibility = Visibility(self._lake, self._claims)
        self._tables = Tables(self._lake, self._ledgers, self._visibility)
        self._merges = Merges(self._lake, self._tables, self._visibility)
        self._copies = Copies(self._lake, self._merges, self._visibility)
        self._sweeping = Sweeping(self._lake, self._merges, self._visibility)
        self._readers = Readers(self._lake, self._merges, self._visibility)

    def hear(self, event: Event) -> None:
        match event:
            case Put() | Delete():
                # What a test does itself is given: it counts, and is not judged.
                is_given = event.by is not None and event.by.startswith(TESTER)
                self._store(event, Court() if is_given else self.court)
            case Partitions():
                self._lake.catalogue(event)
            case Begin():
                self._readers.begin(event, self.court)
            case Listing():
                self._readers.list(event, self.court)
            case End():
                self._readers.end(event, self.court)
            case Given(grace=grace):
                self._lake.grace = grace
            case Invoke(grace=grace) if grace is not None:
                self._lake.grace = grace
            case Invoke(function=function) if function.endswith("-run-report"):
                self._readers.report(event, self.court)

    def _store(self, event: Put | Delete, court: Court) -> None:
        self._writer(event, court)
        match event:
            case Put():
                self._put(event, court)
                if event.status < 300:
                    self._lake.put(event)
            case Delete():
                there = tuple(key for key in event.keys if key in self._lake.objects)
                self._lake.delete(event)
                self._sweeping.judge_delete(Delete(event.n, event.at, event.by, there), court)

    def _put(self, put: Put, court: Court) -> None:
        folder = put.key.partition("/")[0]
        if folder == "claims":
            self._claims.judge(put, court)
        elif folder == "landing":
            self._ledgers.judge_landing(put, court)
        elif folder == "landings":
            self._ledgers.judge(put, court)
        elif folder == "sealed":
            self._tables.judge_sealed(put, court)
        elif SUMMARY.match(put.key):
            self._sweeping.judge_summary(put, court)
        elif folder == "visibility":
            self._copies.judge(put, court)
            upload = self._visibility.judge(put, court)
            if upload is not None and merge_of(upload) is None:
                self._tables.judge_flip(put, upload, court)
        elif folder == "merges":
            self._merges.judge(put, court)
        elif MERGED.match(put.key):
            self._merges.judge_object(put, court)
        else:
            self._tables.judge_put(put, court)

    def _writer(self, event: Put | Delete, court: Court) -> None:
        part = part_of(event.by)
        if isinstance(event, Delete):
            if part != "sweep-lake":
                court.refuse("writer", event.n, f"{part or 'somebody'} deletes", event.keys)
            return
        kind = next((name for pattern, name in KINDS if pattern.match(event.key)), "landing")
        if part not in WRITERS[kind]:
            court.refuse("writer", event.n, f"{part or 'somebody'} writes", [event.key])


def check(events: Iterable[Event]) -> list[Refusal]:
    """What of a trace the rules forbid; nothing where it is as the protocol has it."""
    judge = Judge()
    for event in events:
        judge.hear(event)
    return judge.court.refusals


def main() -> None:
    with Path(sys.argv[1]).open() as lines:
        events = read_events(lines)
    refusals = check(events)
    for refusal in refusals:
        print(refusal)
    print(f"{len(events)} events, {len(refusals)} refused")
    sys.exit(1 if refusals else 0)


if __name__ == "__main__":
    main()
