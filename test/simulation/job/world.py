"""Drivers on one stream, one checkpoint and one ledger, and what has to hold whatever becomes of them."""

import json
import random
from dataclasses import dataclass, field

from cellflow.batch_plan import SeenRecord
from cellflow.lake import ledger_key, ledger_prefix
from simulation.job.driver import TABLES, Checkpoint, Driver
from simulation.job.s3 import Bucket, Fate

UPLOADS = ("a" * 16, "b" * 16)


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


@dataclass
class World:
    """One run. Records are numbered from 0 in each upload."""

    rng: random.Random
    records: dict[str, int]
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bucket = Bucket()
        self.stream: list[SeenRecord] = []
        self.generations = [Checkpoint()]
        self.drivers: list[Driver] = []
        # Copies of each record in a table, by upload, once it is sealed.
        self.sealed: dict[str, dict[str, list[str]]] = {}
        self._checked = -1

    @property
    def alive(self) -> list[Driver]:
        return [driver for driver in self.drivers if driver.waits is not None]

    def tell(self, what: str) -> None:
        self.log.append(what)

    # What may happen.

    def publish(self, upload: str, n: int) -> None:
        header = json.dumps({"v": 1, "id": f"{upload}/0/{n}", "upload": upload, "rows": 1})
        self.stream.append(SeenRecord("s", str(len(self.stream)), f"{upload}/0/{n}", header))
        self.tell(f"{'stream':10} {upload[0]}/{n} is published")

    def land_as_version_0_1(self, upload: str, n: int) -> None:
        """A page of the job as it was before, by its name of then."""
        objects = []
        for table in TABLES:
            key = f"landing/{upload}/{table}/day=2026-01-01/1f2e3d4c-{n}-0.parquet"
            body = self.bucket.objects[key] = json.dumps([f"{upload}/0/{n}"]).encode()
            objects.append({"key": key, "table": table, "day": "2026-01-01", "rows": 1, "bytes": len(body)})
        page = {"v": 1, "upload": upload, "query": "1f2e3d4c", "batch": n, "at": "", "rows": 1}
        page |= {"objects": objects, "records": {"0": [[n, n]]}, "setAside": []}
        self.bucket.objects[f"{ledger_prefix(upload)}1f2e3d4c-{n}.json"] = json.dumps(page).encode()
        self.tell(f"{'stream':10} {upload[0]}/{n} landed with version 0.1")

    def start(self, fresh: bool) -> None:
        """A driver starts, beside others or not; with the newest checkpoint, or a fresh one where that is spoiled."""
        if fresh:
            self.generations.append(Checkpoint())
        name = f"driver {len(self.drivers) + 1}"
        self.tell(f"{name:10} starts with checkpoint {len(self.generations)}")
        driver = Driver(name, self.bucket, self.stream, self.generations[-1], self.tell, self.rng)
        self.drivers.append(driver)

    def step(self, driver: Driver, fate: Fate = Fate.ANSWERED) -> None:
        driver.step(fate)
        if driver.failure is not None:
            raise Broken("NoDefect", f"{driver.name} ended with {driver.failure!r}") from driver.failure

    def arrive(self) -> None:
        """A write that was given up arrives."""
        label, effect = self.bucket.late.pop(self.rng.randrange(len(self.bucket.late)))
        try:
            effect()
            self.tell(f"{'late':10} {label}")
        except Exception as error:
            self.tell(f"{'late':10} {label}: {error}")

    def republish(self) -> None:
        """Awaiting the landing: what is missing is published again."""
        for upload in self.records:
            for n in sorted(self.missing(upload)):
                self.publish(upload, n)

    def seal(self, upload: str) -> None:
        """What is whole in the ledger is copied into the tables: all that its pages name."""
        if upload in self.sealed or self.missing(upload):
            return
        tables: dict[str, list[str]] = {table: [] for table in TABLES}
        for page in self.pages(upload).values():
            for made in page["objects"]:
                tables[made["table"]] += self.held(made)
        self.sealed[upload] = tables
        self.tell(f"{'seal':10} {upload[0]} is sealed")

    def end(self) -> None:
        for driver in self.drivers:
            driver.kill()

    # What is there.

    def pages(self, upload: str) -> dict[str, dict]:
        prefix = ledger_prefix(upload)
        return {key: json.loads(body) for key, body in self.bucket.objects.items() if key.startswith(prefix)}

    def held(self, made: dict) -> list[str]:
        """Records in what a page names; pages of version 0.1 name whole objects."""
        start = made.get("offset", 0)
        return json.loads(self.bucket.objects.get(made["key"], b"[]")[start : start + made["bytes"]] or b"[]")

    def landed(self, upload: str) -> set[int]:
        return {n for page in self.pages(upload).values() for n in numbers(page)}

    def missing(self, upload: str) -> set[int]:
        return set(range(self.records[upload])) - self.landed(upload)

    # What has to hold.

    def check(self) -> None:
        """The invariants of the model; of what changed since the last look."""
        if self.bucket.changes != self._checked:
            self._checked = self.bucket.changes
            for upload in self.records:
                self._check_ledger(upload)
        for driver in self.alive:
            for upload in self.records:
                strangers = driver.ids(upload) - self.landed(upload)
                if strangers:
                    raise Broken("CacheSound", f"{driver.name} takes {upload[0]}/{strangers} for landed")
        for upload, tables in self.sealed.items():
            for table, ids in tables.items():
                self._check_table(upload, table, ids)

    def _check_ledger(self, upload: str) -> None:
        pages = self.pages(upload)
        seen: set[int] = set()
        for key, page in pages.items():
            doubled = seen & set(numbers(page))
            if doubled:
                raise Broken("LedgerOnce", f"{upload[0]}/{doubled} is in the ledger twice, again in {key}")
            seen |= set(numbers(page))
            self._check_objects(key, page)
        numbered = sum(1 for page in pages.values() if page["v"] != 1)
        if any(ledger_key(upload, number) not in pages for number in range(1, numbered + 1)):
            raise Broken("Contiguous", f"the pages of {upload[0]} are {sorted(pages)}")

    def _check_objects(self, key: str, page: dict) -> None:
        named = {f"{page['upload']}/0/{n}" for n in numbers(page)}
        for table in TABLES:
            held: list[str] = []
            for made in page["objects"]:
                if made["table"] == table:
                    held += self.held(made)
            if sorted(held) != sorted(named):
                raise Broken(
                    "ObjectsAsLedger", f"{key} names {sorted(named)}, its objects of {table} hold {sorted(held)}"
                )

    def _check_table(self, upload: str, table: str, ids: list[str]) -> None:
        expected = {f"{upload}/0/{n}" for n in range(self.records[upload])}
        if len(ids) != len(set(ids)):
            raise Broken("NoDouble", f"{table} holds {sorted(ids)}")
        if set(ids) != expected:
            raise Broken("NoLoss", f"{table} of {upload[0]} lacks {sorted(expected - set(ids))}")


def numbers(page: dict) -> list[int]:
    """Records that a page names."""
    pairs = [pair for ranges in page["records"].values() for pair in ranges]
    return [n for first, last in pairs for n in range(first, last + 1)]
