"""The ledger: what has landed, one object an upload and batch under `landings/`. Writing it is the commit."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypedDict

from cellflow.lake import Lake, ledger_key, ledger_prefix, now
from cellflow.record_ids import Ranges, RecordIds
from cellflow.records import RecordId

VERSION = 1
# Uploads whose ledger is kept in memory between batches.
KEPT_UPLOADS = 2_000
READERS = 16


class LedgerObject(TypedDict):
    """An object of Parquet that a batch left under `landing/`."""

    key: str
    table: str
    day: str
    rows: int
    bytes: int


class SetAside(TypedDict):
    """A record that could not be landed, and why."""

    id: str
    reason: str


class LedgerPage(TypedDict):
    """What one object of the ledger says."""

    v: int
    upload: str
    query: str
    batch: int
    at: str
    rows: int
    objects: list[LedgerObject]
    records: Ranges
    setAside: list[SetAside]


@dataclass
class Entry:
    """One upload's part of one batch."""

    objects: list[LedgerObject] = field(default_factory=list)
    records: list[RecordId] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(made["rows"] for made in self.objects if made["table"] == "measurements")


@dataclass
class Landed:
    """What the ledger says of an upload."""

    keys: set[str] = field(default_factory=set)
    ids: RecordIds = field(default_factory=RecordIds)


class Ledger:
    """Knows of the uploads of the batch at hand only; what was read or written once is listed again, not read again."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: OrderedDict[str, Landed] = OrderedDict()

    def landed(self, upload: str) -> Landed:
        landed = self._kept.get(upload) or Landed()
        new = [key for key in self._lake.keys(ledger_prefix(upload)) if key not in landed.keys]
        if len(new) > 1:
            with ThreadPoolExecutor(min(READERS, len(new))) as pool:
                pages = list(pool.map(self._read, new))
        else:
            pages = [self._read(key) for key in new]
        for key, page in zip(new, pages, strict=True):
            landed.keys.add(key)
            landed.ids.add_ranges(page["records"])
        self._keep(upload, landed)
        return landed

    def set_aside_in(self, upload: str, query: str, batch: int) -> set[str]:
        """The ids that this very batch set aside, where it has been committed already."""
        return {entry["id"] for entry in self._read(ledger_key(upload, query, batch))["setAside"]}

    def commit(self, upload: str, query: str, batch: int, entry: Entry) -> None:
        key = ledger_key(upload, query, batch)
        records = RecordIds()
        records.add((record.chunk, record.n) for record in entry.records)
        page: LedgerPage = {
            "v": VERSION,
            "upload": upload,
            "query": query,
            "batch": batch,
            "at": now(),
            "rows": entry.rows,
            "objects": entry.objects,
            "records": records.to_ranges(),
            "setAside": entry.set_aside,
        }
        self._lake.put_json(key, page)
        landed = self._kept.get(upload)
        if landed:
            landed.keys.add(key)
            landed.ids.add_ranges(page["records"])

    def _keep(self, upload: str, landed: Landed) -> None:
        self._kept[upload] = landed
        self._kept.move_to_end(upload)
        while len(self._kept) > KEPT_UPLOADS:
            self._kept.popitem(last=False)

    def _read(self, key: str) -> LedgerPage:
        page: LedgerPage = self._lake.read_json(key)
        return page
