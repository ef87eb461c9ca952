"""The ledger: what has landed, one object an upload and batch under `landings/`. Writing it is the commit."""

import json
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from cellflow.record_ids import RecordIds
from cellflow.records import RecordId

VERSION = 1
# Uploads whose ledger is kept in memory between batches.
KEPT_UPLOADS = 2_000
READERS = 16


@dataclass
class Entry:
    """One upload's part of one batch."""

    objects: list[dict] = field(default_factory=list)
    records: list[RecordId] = field(default_factory=list)
    set_aside: list[dict] = field(default_factory=list)

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

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._kept: OrderedDict[str, Landed] = OrderedDict()

    def landed(self, upload: str) -> Landed:
        landed = self._kept.get(upload) or Landed()
        new = [key for key in self._list(upload) if key not in landed.keys]
        if len(new) > 1:
            with ThreadPoolExecutor(min(READERS, len(new))) as pool:
                bodies = list(pool.map(self._read, new))
        else:
            bodies = [self._read(key) for key in new]
        for key, body in zip(new, bodies, strict=True):
            landed.keys.add(key)
            landed.ids.add_ranges(body["records"])
        self._keep(upload, landed)
        return landed

    def set_aside_in(self, upload: str, query: str, batch: int) -> set[str]:
        """The ids that this very batch set aside, where it has been committed already."""
        return {entry["id"] for entry in self._read(ledger_key(upload, query, batch))["setAside"]}

    def commit(self, upload: str, query: str, batch: int, entry: Entry) -> None:
        key = ledger_key(upload, query, batch)
        records = RecordIds()
        records.add((record.chunk, record.n) for record in entry.records)
        body = {
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
        self._s3.put_object(
            Bucket=self._bucket, Key=key, Body=json.dumps(body).encode(), ContentType="application/json"
        )
        landed = self._kept.get(upload)
        if landed:
            landed.keys.add(key)
            landed.ids.add_ranges(body["records"])

    def _keep(self, upload: str, landed: Landed) -> None:
        self._kept[upload] = landed
        self._kept.move_to_end(upload)
        while len(self._kept) > KEPT_UPLOADS:
            self._kept.popitem(last=False)

    def _list(self, upload: str) -> Iterable[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"landings/{upload}/")
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def _read(self, key: str) -> dict:
        return json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())


def ledger_key(upload: str, query: str, batch: int) -> str:
    return f"landings/{upload}/{query}-{batch}.json"


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
