"""A driver of the streaming job without Spark: batches and checkpoint are played, the rest is the job's own code."""

import itertools
import json
import random
import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest import mock

from botocore.exceptions import BotoCoreError, ClientError
from cellflow import batch as batch_module
from cellflow import batch_plan, ledger
from cellflow.batch import BatchLander, LedgerContended
from cellflow.batch_plan import BatchPlan, SeenRecord
from cellflow.grouping import cut, place
from cellflow.lake import Lake, landing_key
from cellflow.landing import Outcome
from cellflow.progress import Progress
from simulation.job.s3 import Bucket, Fate, Killed, SimulatedS3

TABLES = ("measurements", "hourly_quality")
DAY = "2026-01-01"
# A record has one.
GROUP_ROWS = 2
WAIT_SECONDS = 60

# What may end a driver, as it would end the job's run.
ENDS = (LedgerContended, ClientError, BotoCoreError)


class InOneThread:
    """In the place of the job's pools: calls follow each other, so that a schedule is the same each time."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def __enter__(self) -> "InOneThread":
        return self

    def __exit__(self, *_: object) -> None: ...

    def map(self, work: Callable, items: list) -> list:
        return [work(item) for item in items]

    def submit(self, work: Callable, *arguments: object) -> "Done":
        try:
            return Done(value=work(*arguments))
        except Exception as error:
            return Done(error=error)


@dataclass
class Done:
    value: object = None
    error: Exception | None = None

    def result(self) -> object:
        if self.error is not None:
            raise self.error
        return self.value


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Take pools, pauses and chance out of the job's modules; what they log is not read."""
    numbers = itertools.count(1)
    with ExitStack() as stack:
        for module in (batch_module, batch_plan, ledger):
            stack.enter_context(mock.patch.object(module, "ThreadPoolExecutor", InOneThread))
            stack.enter_context(mock.patch.object(module.logger, "disabled", True))
        stack.enter_context(mock.patch.object(ledger.time, "sleep", lambda _: None))
        # As many tokens as attempts, each once.
        stack.enter_context(mock.patch.object(batch_module.secrets, "token_hex", lambda _: f"{next(numbers):016x}"))
        yield


@dataclass
class Checkpoint:
    """Spark's log of a generation: where each batch ends in the stream, and which are done."""

    ends: dict[int, int] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)


class Driver:
    """Runs in a thread of its own, which stands still at each call until it gets its turn."""

    def __init__(
        self,
        name: str,
        bucket: Bucket,
        stream: list[SeenRecord],
        checkpoint: Checkpoint,
        tell: Callable[[str], None],
        rng: random.Random,
    ) -> None:
        self.name = name
        self.checkpoint = checkpoint
        self.stream = stream
        # What it waits for; None once it has ended.
        self.waits: str | None = "its start"
        self.writes = False
        self.idle = False
        self.failure: BaseException | None = None
        self.position = 0
        self.lander = BatchLander(Lake(SimulatedS3(bucket, self), "lake"), Progress())  # type: ignore[arg-type]
        self._tell = tell
        self._rng = rng
        self._tokens = 0
        self._fates: deque[Fate | None] = deque()
        self._resume = threading.Semaphore(0)
        self._parked = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()
        self._await_parked()

    def step(self, fate: Fate) -> None:
        """Let it make the call that it waits for, and go on to the next."""
        self._go(fate)

    def kill(self) -> None:
        """End it before the call that it waits for."""
        if self.waits is not None:
            self.tell("is killed")
            self._go(None)

    def turn(self, label: str, writes: bool) -> Fate:
        self.waits, self.writes = label, writes
        self._parked.release()
        self._resume.acquire()
        fate = self._fates.popleft()
        if fate is None:
            raise Killed
        return fate

    def tell(self, what: str) -> None:
        self._tell(f"{self.name:10} {what}")

    def ids(self, upload: str) -> set[int]:
        """Records of an upload that it takes for landed."""
        kept = self.lander._ledger._kept.get(upload)
        ranges = kept.ids.to_ranges() if kept else {}
        return {n for pairs in ranges.values() for first, last in pairs for n in range(first, last + 1)}

    def _go(self, fate: Fate | None) -> None:
        self._fates.append(fate)
        self._resume.release()
        self._await_parked()

    def _await_parked(self) -> None:
        if not self._parked.acquire(timeout=WAIT_SECONDS):
            raise TimeoutError(f"driver {self.name} made no call within {WAIT_SECONDS} s")

    def _run(self) -> None:
        try:
            self.turn("its start", writes=False)
            self._play()
        except Killed:
            pass
        except ENDS as error:
            self.tell(f"ends: {type(error).__name__}: {error}")
        except BaseException as error:
            self.failure = error
        finally:
            self.waits = None
            self._parked.release()

    def _play(self) -> None:
        """As Spark does: a batch is written down in the checkpoint, landed, and marked as done."""
        ends, done = self.checkpoint.ends, self.checkpoint.done
        batch = max(ends, default=0)
        if ends and batch not in done:
            self.position = ends.get(batch - 1, 0)
        else:
            self.position = ends.get(batch, 0)
            batch += 1
        while True:
            if batch not in ends:
                end = self._look()
                # The look and the write are two: another driver may write the same batch in between.
                self.turn(f"checkpoint: batch {batch} ends at {end}", writes=False)
                self.tell(f"checkpoint: batch {batch} ends at {end}")
                ends[batch] = end
            elif batch in done:
                self.tell(f"ends: batch {batch} is done by another")
                return
            end = ends[batch]
            self.tell(f"lands batch {batch}: {self.position} to {end}")
            self.lander.land_seen(self.stream[self.position : end], batch, self._land)
            self.turn(f"checkpoint: batch {batch} is done", writes=False)
            if batch in done:
                self.tell(f"ends: batch {batch} is done by another")
                return
            self.tell(f"checkpoint: batch {batch} is done")
            done.add(batch)
            self.position = end
            batch += 1

    def _look(self) -> int:
        while True:
            self.idle = self.position >= len(self.stream)
            self.turn("look at the stream", writes=False)
            if self.position < len(self.stream):
                self.idle = False
                return self._rng.randint(self.position + 1, len(self.stream))

    def _land(self, plan: BatchPlan, token: str) -> list[Outcome]:
        """In the place of Spark and Parquet: an object a group, which holds the ids of its records for each table."""
        outcomes: list[Outcome] = []
        for upload in plan.uploads:
            cuts = cut(upload, GROUP_ROWS)
            groups: dict[int, list[str]] = {}
            for record_id, header in upload.wanted.items():
                groups.setdefault(bisect_right(cuts, place(header)), []).append(str(record_id))
            for group, ids in sorted(groups.items()):
                body = json.dumps(ids).encode()
                key = landing_key(upload.upload, f"{token}-{group}-0-0")
                self.lander._lake.put(key, body * len(TABLES))
                for number, table in enumerate(TABLES):
                    made = {"key": key, "table": table, "day": DAY, "offset": number * len(body)}
                    size = {"rows": len(ids), "bytes": len(body)}
                    outcomes.append({"upload": upload.upload, "id": None, "reason": None, **made, **size})
                nothing = dict.fromkeys(("key", "table", "day", "offset", "rows", "bytes"))
                outcomes += [{"upload": upload.upload, "id": id, "reason": None, **nothing} for id in ids]
        return outcomes
