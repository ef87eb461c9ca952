"""A query on its way, and what it gives: the same for both engines."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from local.athena.errors import QueryCancelled, ScanLimitExceeded


@dataclass(frozen=True)
class Query:
    """What StartQueryExecution was asked."""

    sql: str
    database: str
    parameters: Sequence[str] = ()
    scan_limit: int | None = None


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
        """Tell how the engine's work is interrupted."""
        self._stop = stop

    def cancel(self) -> None:
        self.cancelled.set()
        stop = self._stop
        if stop is not None:
            stop()
