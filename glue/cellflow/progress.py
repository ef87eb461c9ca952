"""What the job is doing, told by Spark's own events and shared with the heartbeat and the idle stop."""

import threading
import time
from typing import TypedDict

from pyspark.sql.streaming.listener import (
    QueryIdleEvent,
    QueryProgressEvent,
    QueryStartedEvent,
    QueryTerminatedEvent,
    StreamingQueryListener,
)

from cellflow.lake import seconds_of


class Snapshot(TypedDict):
    """What the heartbeat tells of the job."""

    query: str | None
    batch: int | None
    caughtUpAt: str | None
    active: bool


class Progress:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.changed = threading.Event()
        self.query: str | None = None
        self.batch: int | None = None
        self.active = False
        self.triggers = 0
        self.caught_up_at: str | None = None
        self._last_record = time.time()
        self._last_idle = 0.0

    def begin(self, query: str, batch: int) -> None:
        with self._lock:
            self.query, self.batch, self.active = query, batch, True

    def end(self, records: int) -> None:
        with self._lock:
            self.active = False
            self.triggers += 1
            if records:
                self._last_record = time.time()
                self.changed.set()

    def caught_up(self, at: str) -> None:
        """A look at the stream that began at this time read every shard to its tip and found nothing new.

        A look begins only when the batch before it is committed, so that all that was read is committed too.
        """
        moment = seconds_of(at)
        with self._lock:
            self.triggers += 1
            if self._last_idle < self._last_record <= moment:
                self.changed.set()
            self._last_idle = moment
            self.caught_up_at = at

    def idle_seconds(self) -> float:
        """How long the stream has been known to hold nothing new: not the time that reading it failed."""
        with self._lock:
            return 0.0 if self.active else max(0.0, self._last_idle - self._last_record)

    def snapshot(self) -> Snapshot:
        with self._lock:
            return {
                "query": self.query,
                "batch": self.batch,
                "caughtUpAt": self.caught_up_at,
                "active": self.active,
            }


class ProgressListener(StreamingQueryListener):
    """The source comes back empty only from the tip of every shard, and then Spark calls the query idle."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def onQueryStarted(self, event: QueryStartedEvent) -> None:
        pass

    def onQueryProgress(self, event: QueryProgressEvent) -> None:
        pass

    def onQueryIdle(self, event: QueryIdleEvent) -> None:
        self._progress.caught_up(event.timestamp)

    def onQueryTerminated(self, event: QueryTerminatedEvent) -> None:
        pass
