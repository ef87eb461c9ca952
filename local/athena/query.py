"""A query on its way, and what it gives: the same for both engines."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from local.athena import clock
from local.athena.errors import QueryCancelled, ScanLimitExceeded

AGAIN_SECONDS = 0.1


@dataclass(frozen=True)
class Query:
    """What StartQueryExecution was asked."""

    sql: str
    database: str
    parameters: Sequence[str] = ()
    scan_limit: int | None = None
    # When it was submitted, which is what its `current_timestamp` says however long it was queued.
    submitted: datetime = field(default_factory=clock.now)


@dataclass(frozen=True)
class Column:
    """A column of a result: its label and its type, named as Athena names it."""

    name: str
    type: str


@dataclass(frozen=True)
class Result:
    columns: list[Column]
    csv: bytes
    rows: int


@dataclass
class Progress:
    """Bytes that a running query has read so far, and the way to stop it."""

    scan_limit: int | None = None
    scanned: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: Callable[[], None] | None = None
    # Held while the engine is interrupted, so that what it does next is not.
    _stopping: threading.Lock = field(default_factory=threading.Lock)

    def read(self, count: int) -> None:
        """Count bytes as scanned; raises when the query has to end."""
        with self._lock:
            self.scanned += count
        self.check()

    def is_over_limit(self) -> bool:
        return self.scan_limit is not None and self.scanned > self.scan_limit

    def check(self) -> None:
        if self.cancelled.is_set():
            raise QueryCancelled("Query was cancelled by user")
        if self.is_over_limit():
            raise ScanLimitExceeded

    def on_cancel(self, stop: Callable[[], None] | None) -> None:
        """Tell how the engine's work is interrupted, or that it is over."""
        with self._stopping:
            self._stop = stop
        if self.cancelled.is_set():
            self._interrupt()

    def cancel(self) -> None:
        if not self.cancelled.is_set():
            self.cancelled.set()
            self._interrupt()

    def _interrupt(self) -> None:
        """An engine forgets an interruption that comes just before it begins: it gets them until it has ended."""
        with self._stopping:
            if self._stop is None:
                return
            self._stop()
        again = threading.Timer(AGAIN_SECONDS, self._interrupt)
        again.daemon = True
        again.start()
