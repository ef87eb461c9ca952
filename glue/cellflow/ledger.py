"""The ledger: what has landed, a log of numbered pages an upload under `landings/`. Writing a page is the commit.

A batch is planned against a listing of the upload's pages and committed as the number that follows them, where there is
no such page yet. So of two drivers that planned against the same pages one is refused, and plans again.
"""

import logging
import random
import re
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypedDict

from botocore.exceptions import BotoCoreError, ClientError

import contract
from cellflow.lake import Lake, ledger_key, ledger_prefix, now
from cellflow.record_ids import Ranges, RecordIds
from cellflow.records import RecordId

VERSION = 3
# Uploads whose ledger is kept in memory between batches.
KEPT_UPLOADS = 2_000
READERS = 16
# Times that a page is written, or a log listed, before what stands against it is an error.
TRIES = 5
# After the first try, in seconds.
PAUSE = 0.2

# Pages by other names are those of version 0.1: they count as landed, and have no number.
NUMBERED = re.compile(r"(\d{8})\.json")

logger = logging.getLogger(__name__)


class LedgerGap(Exception):
    """The ledger of an upload lacks a page, also when it is listed again: nobody can know what has landed."""


class LedgerObject(TypedDict):
    """Rows of a table and day that a batch left under `landing/`: a whole file of Parquet, within an object of many."""

    key: str
    table: str
    day: str
    # Where in the object it begins.
    offset: int
    rows: int
    bytes: int


class SetAside(TypedDict):
    """A record that could not be landed, and why."""

    id: str
    reason: str


class LedgerPage(TypedDict):
    """What one page of the ledger says."""

    v: int
    upload: str
    n: int
    token: str
    at: str
    # The version of the columns that its objects have.
    columns: int
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
    """What the ledger says of an upload: of the pages that were listed and read, or written and found to be there."""

    keys: set[str] = field(default_factory=set)
    ids: RecordIds = field(default_factory=RecordIds)

    @property
    def next(self) -> int:
        """The number that follows these pages."""
        return 1 + max(numbers_of(self.keys), default=0)

    def add(self, key: str, records: Ranges) -> None:
        self.keys.add(key)
        self.ids.add_ranges(records)


class Ledger:
    """Knows of the uploads of the batch at hand only; what was read or written once is listed again, not read again."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: OrderedDict[str, Landed] = OrderedDict()

    def landed(self, upload: str) -> Landed:
        """What has landed of an upload by now.

        :raises LedgerGap: where a page is missing among the numbers
        """
        listed = self._list(upload)
        landed = self._kept.get(upload) or Landed()
        if not landed.keys.issubset(listed):
            # Somebody took pages away; the ledger is the truth, whatever it said before.
            landed = Landed()
        new = [key for key in listed if key not in landed.keys]
        if len(new) > 1:
            with ThreadPoolExecutor(min(READERS, len(new))) as pool:
                pages = list(pool.map(self._read, new))
        else:
            pages = [self._read(key) for key in new]
        for key, page in zip(new, pages, strict=True):
            landed.add(key, page["records"])
        self._keep(upload, landed)
        return landed

    def commit(self, upload: str, number: int, token: str, entry: Entry) -> bool:
        """Write a page as this number, which follows the pages that it was planned against.

        :param token: of one driver and one attempt at a batch, by which a page that was written is known as one's own
        :returns: False where the number is another's: the upload is to be planned again
        :raises ClientError, BotoCoreError: where the page could not be written, and was not there after the last try
        """
        records = RecordIds()
        records.add((record.chunk, record.n) for record in entry.records)
        page: LedgerPage = {
            "v": VERSION,
            "upload": upload,
            "n": number,
            "token": token,
            "at": now(),
            "columns": contract.VERSION,
            "rows": entry.rows,
            "objects": entry.objects,
            "records": records.to_ranges(),
            "setAside": entry.set_aside,
        }
        key = ledger_key(upload, number)
        if not self._write(key, page):
            return False
        landed = self._kept.get(upload)
        if landed:
            landed.add(key, page["records"])
        return True

    def _write(self, key: str, page: LedgerPage) -> bool:
        for tries in range(1, TRIES + 1):
            try:
                self._lake.put_new_json(key, page)
                return True
            except (ClientError, BotoCoreError) as error:
                # Refused (412), at the same moment as another's (409), or without an answer: it may have been written
                # all the same, by this call or by one that the client made again. What is there tells.
                found = self._lake.find_json(key)
                if found is not None:
                    return bool(found.get("token") == page["token"])
                if tries == TRIES:
                    raise
                logger.warning("Page %s is not there yet, and is written again: %s", key, error)
                pause(tries)
        raise AssertionError("unreachable")

    def _list(self, upload: str) -> list[str]:
        """The keys of the pages. A long listing is not of one moment: it may show a page and lack the one before."""
        missing = 0
        for tries in range(1, TRIES + 1):
            keys = self._lake.keys(ledger_prefix(upload))
            numbers = set(numbers_of(keys))
            missing = next(number for number in range(1, len(numbers) + 2) if number not in numbers)
            if missing == len(numbers) + 1:
                return keys
            if tries < TRIES:
                pause(tries)
        raise LedgerGap(f"The ledger of upload {upload} lacks page {missing}, and has later ones")

    def _keep(self, upload: str, landed: Landed) -> None:
        self._kept[upload] = landed
        self._kept.move_to_end(upload)
        while len(self._kept) > KEPT_UPLOADS:
            self._kept.popitem(last=False)

    def _read(self, key: str) -> LedgerPage:
        page: LedgerPage = self._lake.read_json(key)
        return page


def numbers_of(keys: Iterable[str]) -> list[int]:
    """The numbers of pages that have one."""
    found = (NUMBERED.fullmatch(key.rpartition("/")[2]) for key in keys)
    return [int(match[1]) for match in found if match]


def pause(tries: int) -> None:
    """Longer after each try, and scattered: two that got in each other's way do not meet again."""
    time.sleep(PAUSE * 2 ** (tries - 1) * random.uniform(0.5, 1))
