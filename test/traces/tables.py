"""Sealing: what an upload has in the tables, and what it must have before it becomes visible."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from traces.events import Put
from traces.lake import LIFE, SEALED, TABLE_OBJECT, Lake
from traces.ledger import Landed, Ledgers
from traces.rules import Court
from traces.visibility import Visibility


@dataclass(frozen=True)
class SealedObject:
    key: str
    table: str
    day: str
    rows: int


# More than a file of Parquet has besides its rows: the footer of a row group or two, and the magic.
END_BYTES = 64 * 1024


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
        # The first put of each object.
        self.puts: dict[str, Put] = {}

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
        ledger = self._ledgers.of.get(upload)
        planned, landed = rows_of(objects.values()), rows_of(ledger.files if ledger else ())
        if planned != landed:
            message = f"{upload} is to have {planned.total()} rows, its ledger names {landed.total()} or others"
            court.refuse("sealed-says", put.n, message, [put.key])
        self._late(upload, put.n, put.at, put.key, court)
        self.sealed[upload] = Sealed(objects, put.n)

    def judge_put(self, put: Put, court: Court) -> None:
        found = TABLE_OBJECT.match(put.key)
        if put.status >= 300 or found is None:
            return
        table, day, upload = found.groups()
        version = self._visibility.version(upload)
        if version is None or version.enlisted is None:
            court.refuse("table-enlisted", put.n, f"{upload} is not enlisted", [put.key])
        sealed = self.sealed.get(upload)
        if sealed is None or put.key not in sealed.objects or f"sealed/{upload}.json" not in self._lake.objects:
            court.refuse("table-declared", put.n, f"it is not written down that {upload} will have it", [put.key])
        else:
            self._says(put, sealed, table, day, upload, court)
        known = self.puts.setdefault(put.key, put)
        if known.etag != put.etag:
            court.refuse("table-same", put.n, "it has other bytes than before", [put.key], [known.n])
        self._late(upload, put.n, put.at, put.key, court)

    def _says(self, put: Put, sealed: Sealed, table: str, day: str, upload: str, court: Court) -> None:
        """An object that is alone has the bytes of the files that landed; those of several lose but their own ends."""
        ledger = self._ledgers.of.get(upload)
        files = [file.size for file in ledger.files if (file.table, file.day) == (table, day)] if ledger else []
        alone = sum((made.table, made.day) == (table, day) for made in sealed.objects.values()) == 1
        if not files or (alone and not sum(files) - END_BYTES * (len(files) - 1) <= put.size <= sum(files)):
            message = f"it has {put.size} bytes, the files of the ledger for this table and day {sum(files)}"
            court.refuse("table-says", put.n, message, [put.key])

    def _late(self, upload: str, event: int, at: int, key: str, court: Court) -> None:
        version = self._visibility.version(upload)
        if version is not None and version.until is not None and at > version.until + LIFE:
            message = f"{upload} was retired {(at - version.until) // 1000} s before"
            court.refuse("table-late", event, message, [key], [version.event])

    def judge_flip(self, put: Put, upload: str, court: Court) -> None:
        """Whether an upload that an entry makes visible is whole in the tables and known to the catalogue."""
        sealed = self.sealed.get(upload)
        if sealed is None:
            court.refuse("flip-put", put.n, f"nothing says what {upload} has in the tables", [put.key])
            return
        missing = [key for key in sealed.objects if key not in self._lake.objects]
        if missing:
            message = f"of {upload}, {len(missing)} of {len(sealed.objects)} objects are not in the tables"
            court.refuse("flip-put", put.n, message, missing, [sealed.event])
        days = {(made.table, made.day) for made in sealed.objects.values()}
        unknown = sorted(f"{table} {day}" for table, day in days if day not in self._lake.days[table])
        if unknown:
            message = f"of {upload}, the catalogue lacks {', '.join(unknown[:5])}"
            court.refuse("flip-catalogued", put.n, message, [put.key], [sealed.event])


def rows_of(made: Iterable[SealedObject | Landed]) -> Counter[tuple[str, str]]:
    """Rows by table and day."""
    rows: Counter[tuple[str, str]] = Counter()
    for one in made:
        rows[one.table, one.day] += one.rows
    return rows
