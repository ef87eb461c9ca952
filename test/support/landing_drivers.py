"""Drivers of the job without Spark, on one S3 in memory: a call at a time, in an order on demand."""

import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from cellflow.batch import BatchLander
from cellflow.batch_plan import BatchPlan, SeenRecord
from cellflow.grouping import cut, place
from cellflow.lake import Lake
from cellflow.landing import Outcome, land_group
from cellflow.landing_objects import GroupObjects
from cellflow.progress import Progress

from support.kinesis_records import record, rows
from support.landed import LandedUpload
from support.memory_s3 import MemoryS3

ROWS = 3
# So that two records are two groups.
GROUP_ROWS = ROWS
WAIT_SECONDS = 20


class Crash(Exception):
    """Stands for the end of a driver's process at this call."""


class Stream:
    """Records in their order; row n of an upload has the latitude n / 1e5."""

    def __init__(self) -> None:
        self.payloads: list[bytes] = []
        self.seen: list[SeenRecord] = []

    def put(self, upload: str, n: int) -> None:
        payload = record(upload, 0, n, rows(ROWS, ROWS * n))
        header = payload.split(b"\n")[0].decode()
        self.seen.append(SeenRecord("s", str(len(self.payloads)), f"{upload}/0/{n}", header))
        self.payloads.append(payload)


class Driver:
    """One driver: its own client, ledger and caches; `calls` counts its calls to S3."""

    def __init__(self, objects: dict[str, bytes], stream: Stream, turn: Callable[[], None] = lambda: None) -> None:
        self.s3 = MemoryS3()
        self.s3.objects = objects
        self.calls = 0
        # Calls that are answered by an error though they were applied, and the call at which the driver dies, from 1.
        self.unanswered: dict[int, Exception] = {}
        self.dies_at: int | None = None
        self._stream = stream
        self._turn = turn
        self._lock = threading.Lock()
        self._lander = BatchLander(Lake(self.s3, "lake"), Progress())
        self._number = threading.local()
        self.s3.before, self.s3.after = self._before, self._after

    def land(self, batches: Iterable[slice]) -> None:
        for batch, part in enumerate(batches):
            self._lander.land_seen(self._stream.seen[part], batch, self._land)

    def _land(self, plan: BatchPlan, token: str) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for upload in plan.uploads:
            cuts = cut(upload, GROUP_ROWS)
            groups: dict[int, list[bytes]] = {}
            for record_id, header in upload.wanted.items():
                group = groups.setdefault(bisect_right(cuts, place(header)), [])
                group += [self._stream.payloads[int(at.partition(":")[2])] for at in upload.positions[record_id]]
            for number, payloads in groups.items():
                objects = GroupObjects(self._lander._lake, upload.upload, f"{token}-{number}-0")
                outcomes += land_group(upload.upload, iter(payloads), objects)
        return outcomes

    def _before(self, operation: str, key: str) -> None:
        self._turn()
        with self._lock:
            self.calls += 1
            self._number.value = self.calls
            if self.dies_at is not None and self.calls >= self.dies_at:
                raise Crash(f"{operation} {key}")

    def _after(self, operation: str, key: str) -> None:
        if self._number.value in self.unanswered:
            raise self.unanswered[self._number.value]


class Turns:
    """Lets calls through in an order: so many of one driver, then so many of another; who has ended is passed over."""

    def __init__(self, order: Iterable[tuple[str, int]]) -> None:
        self._left = [list(part) for part in order]
        self._ended: set[str] = set()
        self._changed = threading.Condition()

    def take(self, name: str) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._now() in (name, None), WAIT_SECONDS):
                raise TimeoutError(f"driver {name} waited {WAIT_SECONDS} s for its turn")
            if self._left:
                self._left[0][1] -= 1
            self._changed.notify_all()

    def end(self, name: str) -> None:
        with self._changed:
            self._ended.add(name)
            self._changed.notify_all()

    def _now(self) -> str | None:
        while self._left and (self._left[0][1] <= 0 or self._left[0][0] in self._ended):
            self._left.pop(0)
        return str(self._left[0][0]) if self._left else None


def together(turns: Turns, works: dict[str, Callable[[], None]]) -> dict[str, Exception]:
    """Run each driver's work in a thread of its own; what ended them, where something did."""
    failures: dict[str, Exception] = {}

    def run(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            failures[name] = error
        finally:
            turns.end(name)

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in works.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
        if thread.is_alive():
            raise TimeoutError(f"a driver did not end within {WAIT_SECONDS} s")
    return failures


def assert_landed_once(objects: dict[str, bytes], records: dict[str, int], **more: Any) -> None:
    """Each record of each upload is in the ledger once, and its rows are in the objects that the ledger names."""
    s3 = MemoryS3()
    s3.objects = objects
    for upload, count in records.items():
        LandedUpload(s3, "lake", upload, **more).assert_exact([n / 1e5 for n in range(ROWS * count)], ids=count)
