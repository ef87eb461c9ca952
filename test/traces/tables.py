"""Sealing: what an upload has in the tables, and what it must have before it becomes visible."""

import json
from collections import Counter
from dataclasses import dataclass

from traces.events import Copy, Put
from traces.lake import LIFE, SEALED, TABLE_OBJECT, Lake
from traces.ledger import Ledgers
from traces.rules import Court
from traces.visibility import Visibility


@dataclass(frozen=True)
class SealedObject:
    key: str
    table: str
    day: str
    rows: int


@dataclass(frozen=True)
class Sealed:
    objects: dict[str, SealedObject]
    event: int


class Tables:
    def __init__(self, lake: Lake, ledgers: Ledgers, visibility: Visibility) -> None:
        self._lake = lake
        self._ledgers = ledgers
        self._visibility = visibility
        # By upload; also of those that were swept.
        self.sealed: dict[str, Sealed] = {}
        self.sources: dict[str, str] = {}

    def judge_sealed(self, put: Put, court: Court) -> None:
        found = SEALED.match(put.key)
        if put.status >= 300 or found is None:
            return
        upload = found[1]
        body = json.loads(put.body)
        objects = {made["key"]: SealedObject(**made) for made in body["objects"]}
        known = self.sealed.get(upload)
        version = self._visibility.version(upload)
        if version is None or version.enlisted is None:
            court.refuse("sealed-enlisted", put.n, f"{upload} is not enlisted", [put.key])
        if known is not None and known.objects != objects:
            court.refuse("sealed-same", put.n, f"{upload} is to have other objects", [put.key], [known.event])
        planned = Counter((made.table, made.day, made.rows) for made in objects.values())
        ledger = self._ledgers.of.get(upload)
        landed = Counter((made.table, made.day, made.rows) for made in (ledger.objects.values() if ledger else ()))
        if planned != landed:
            message = f"{upload} is to have {planned.total()} objects, its ledger names {landed.total()} or others"
            court.refuse("sealed-says", put.n, message, [put.key])
        self._late(upload, put.n, put.at, put.key, court)
        self.sealed[upload] = Sealed(objects, put.n)

    def judge_put(self, put: Put, court: Court) -> None:
        if put.status < 300:
            court.refuse("table-copies-only", put.n, "an object is written into a table", [put.key])

    def judge_copy(self, copy: Copy, court: Court) -> None:
        found = TABLE_OBJECT.match(copy.key)
        if copy.status >= 300 or found is None:
            return
        table, day, upload = found.groups()
        version = self._visibility.version(upload)
        if version is None or version.enlisted is None:
            court.refuse("copy-enlisted", copy.n, f"{upload} is not enlisted", [copy.key])
        sealed = self.sealed.get(upload)
        if sealed is None or copy.key not in sealed.objects or f"sealed/{upload}.json" not in self._lake.objects:
            court.refuse("copy-declared", copy.n, f"it is not written down that {upload} will have it", [copy.key])
        ledger = self._ledgers.of.get(upload)
        landed = ledger.objects.get(copy.source) if ledger else None
        if landed is None or (landed.table, landed.day) != (table, day):
            message = "it is no copy of what the ledger names for this table and day"
            court.refuse("copy-source", copy.n, message, [copy.key, copy.source])
        elif self.sources.get(copy.key, copy.source) != copy.source:
            message = "it is a copy of another object than before"
            court.refuse("copy-source", copy.n, message, [copy.key, copy.source, self.sources[copy.key]])
        self._late(upload, copy.n, copy.at, copy.key, court)
        self.sources[copy.key] = copy.source

    def _late(self, upload: str, event: int, at: int, key: str, court: Court) -> None:
        version = self._visibility.version(upload)
        if version is not None and version.until is not None and at > version.until + LIFE:
            message = f"{upload} was retired {(at - version.until) // 1000} s before"
            court.refuse("copy-late", event, message, [key], [version.event])

    def judge_flip(self, put: Put, upload: str, court: Court) -> None:
        """Whether an upload that an entry makes visible is whole in the tables and known to the catalogue."""
        sealed = self.sealed.get(upload)
        if sealed is None:
            court.refuse("flip-copied", put.n, f"nothing says what {upload} has in the tables", [put.key])
            return
        missing = [key for key in sealed.objects if key not in self._lake.objects]
        if missing:
            message = f"of {upload}, {len(missing)} of {len(sealed.objects)} objects are not in the tables"
            court.refuse("flip-copied", put.n, message, missing, [sealed.event])
        ledger = self._ledgers.of.get(upload)
        landed = set(ledger.objects) if ledger else set()
        copied = {self.sources[key] for key in sealed.objects if key in self.sources and key in self._lake.objects}
        if landed - copied:
            message = f"of {upload}, {len(landed - copied)} objects of the ledger were not copied"
            court.refuse("flip-copied", put.n, message, landed - copied, [sealed.event])
        days = {(made.table, made.day) for made in sealed.objects.values()}
        unknown = sorted(f"{table} {day}" for table, day in days if day not in self._lake.days[table])
        if unknown:
            message = f"of {upload}, the catalogue lacks {', '.join(unknown[:5])}"
            court.refuse("flip-catalogued", put.n, message, [put.key], [sealed.event])
