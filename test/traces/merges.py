"""Merges: what their records say, how they move, and the objects that many uploads share."""

import json
from collections import Counter
from dataclasses import dataclass

from traces.events import Put
from traces.lake import MERGE, MERGED, Lake, merge_of, part_of, shown_as
from traces.rules import Court
from traces.tables import SealedObject, Tables
from traces.visibility import Visibility

# What a record moves to, and who moves it there.
NEXT = {"open": ("done", "merge-days"), "done": ("gone", "sweep-lake")}


@dataclass(frozen=True)
class Member:
    upload: str
    claim: str
    # The id that its rows bore, and that of its copy.
    source: str
    copy: str
    rows: dict[str, int]


@dataclass
class Record:
    state: str
    # As they were when it began, by the ids of the copies; and the keys of its objects by table and day.
    members: dict[str, Member]
    objects: dict[tuple[str, str], str]
    etag: str
    event: int
    # When it says that it was done, in milliseconds since 1970.
    done_at: int = 0


class Merges:
    def __init__(self, lake: Lake, tables: Tables, visibility: Visibility) -> None:
        self._lake = lake
        self._tables = tables
        self._visibility = visibility
        self.records: dict[int, Record] = {}
        # Event that put each merged object first.
        self._puts: dict[str, int] = {}

    def record_of(self, copy: str) -> Record | None:
        """The record of the merge that a copy is of."""
        return self.records.get(merge_of(copy) or 0)

    def made_of(self, shown: str) -> list[SealedObject]:
        """Objects that hold rows of an upload, by the id that they bear: its own, or those that it shares."""
        sealed = self._tables.sealed.get(shown_as(shown))
        own = list(sealed.objects.values()) if sealed else []
        if merge_of(shown) is None:
            return own
        record = self.record_of(shown)
        shared = {(made.table, made.day): made.rows for made in own}
        keys = record.objects if record else {}
        return [SealedObject(keys.get(place, ""), *place, rows) for place, rows in shared.items()]

    def left_of(self, shown: str) -> list[str]:
        """Those that are there still; of a copy all that its merge left."""
        record = self.record_of(shown)
        keys = record.objects.values() if record else (made.key for made in self.made_of(shown))
        return [key for key in keys if key in self._lake.objects]

    def judge(self, put: Put, court: Court) -> None:
        """Judge a record."""
        found = MERGE.match(put.key)
        if put.condition is None:
            court.refuse("merge-conditional", put.n, "a merge is written without a condition", [put.key])
        if put.status >= 300 or found is None:
            return
        number, body = int(found[1]), json.loads(put.body)
        members = {
            one["to"]: Member(one["upload"], one["claim"], one["from"], one["to"], one["rows"])
            for one in body["members"]
        }
        objects = {(made["table"], made["day"]): made["key"] for made in body["objects"]}
        new = Record(body["state"], members, objects, put.etag, put.n, body.get("doneAt", 0))
        known = self.records.get(number)
        if known is None:
            self._begins(put, number, new, len(body["members"]), court)
            self.records[number] = new
            return
        self._moves(put, known, new, court)
        known.state, known.etag, known.event = new.state, new.etag, new.event
        known.done_at = max(known.done_at, new.done_at)

    def _begins(self, put: Put, number: int, new: Record, members: int, court: Court) -> None:
        if put.condition != "absent" or part_of(put.by) != "merge-days":
            court.refuse("merge-conditional", put.n, "a first record is not written as one", [put.key])
        last = max(self.records, default=0)
        if number != last + 1:
            court.refuse("merge-number", put.n, f"merge {number} follows merge {last}", [put.key])
        before = self.records.get(last)
        if before is not None and before.state == "open":
            court.refuse("merge-serial", put.n, f"merge {last} is open", [put.key], [before.event])
        if new.state != "open":
            court.refuse("merge-forward", put.n, f"it begins as {new.state}", [put.key])
        if len(new.members) != members or len({member.upload for member in new.members.values()}) != members:
            court.refuse("merge-says", put.n, "it names a member twice", [put.key])
        for member in new.members.values():
            self._member(put, number, member, court)
        for (table, day), key in new.objects.items():
            if MERGED.fullmatch(key) is None or key != f"{table}/day={day}/merged-{number:08d}.parquet":
                court.refuse("merge-says", put.n, "an object is not named by its table, day and merge", [put.key, key])
        sources = [made for member in new.members.values() for made in self.made_of(member.source)]
        lacking = {(made.table, made.day) for made in sources} - new.objects.keys()
        if lacking:
            court.refuse("merge-says", put.n, f"it has no object for {len(lacking)} days of its members", [put.key])

    def _member(self, put: Put, number: int, member: Member, court: Court) -> None:
        version = self._visibility.version(member.source)
        if version is None or version.visible_from is None:
            court.refuse("merge-says", put.n, f"{member.source} was never visible", [put.key])
        elif self._visibility.claim_of[member.source] != member.claim:
            court.refuse("merge-says", put.n, f"{member.source} is said to be of another claim", [put.key])
        if (member.upload, member.copy) != (shown_as(member.source), f"{member.upload}-{number}"):
            court.refuse("merge-says", put.n, f"{member.copy} is no copy of {member.source} in it", [put.key])
        rows: Counter[str] = Counter()
        for made in self.made_of(member.source):
            rows[made.table] += made.rows
        if rows != Counter(member.rows):
            court.refuse("merge-says", put.n, f"{member.source} has {rows.total()} rows or others", [put.key])

    def _moves(self, put: Put, known: Record, new: Record, court: Court) -> None:
        if put.condition != known.etag:
            court.refuse("merge-conditional", put.n, "it is not moved from what it is", [put.key], [known.event])
        state, part = NEXT.get(known.state, (None, None))
        said = (new.members, new.objects)
        is_same = not any(said) if new.state == "gone" else said == (known.members, known.objects)
        if new.state != state or not is_same:
            message = f"it was {known.state} and is {new.state}, or says something else"
            court.refuse("merge-forward", put.n, message, [put.key], [known.event])
        elif part_of(put.by) != part:
            court.refuse("writer", put.n, f"{part_of(put.by)} says that it is {state}", [put.key])
        if new.state == "done":
            left = [copy for copy in known.members if self._visibility.version(copy) is None]
            if left:
                message = f"{len(left)} of its members are not moved"
                court.refuse("merge-moved", put.n, message, [put.key], [known.event])
        if new.state == "gone":
            there = [key for key in known.objects.values() if key in self._lake.objects]
            if there:
                court.refuse("delete-order", put.n, f"{len(there)} of its objects are there still", [put.key, *there])

    def judge_object(self, put: Put, court: Court) -> None:
        """Judge an object that uploads share."""
        found = MERGED.match(put.key)
        if put.condition != "absent":
            court.refuse("merged-once", put.n, "it is written without that condition", [put.key])
        if put.status >= 300 or found is None:
            return
        if put.key in self._puts:
            court.refuse("merged-once", put.n, "it is put a second time", [put.key], [self._puts[put.key]])
        self._puts.setdefault(put.key, put.n)
        record = self.records.get(int(found[3]))
        if record is None or record.state != "open" or put.key not in record.objects.values():
            earlier = [record.event] if record else []
            court.refuse("merged-declared", put.n, "no merge that is open names it", [put.key], earlier)
