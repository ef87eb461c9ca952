"""The time that executions see, and what runs side by side in it: the machine's own clock and threads.

A test may put a simulation in their place, in which hours pass at once: whatever is called with `current` set sees it.
"""

import contextvars
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime, timezone
from typing import Any, Protocol

Work = Callable[[], object]


class Event(Protocol):
    """As `threading.Event`."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...

    def clear(self) -> None: ...

    def wait(self, timeout: float | None = None) -> bool: ...


class Timing(Protocol):
    """A clock, and the work that it passes for."""

    def now(self) -> datetime: ...

    def event(self) -> Event: ...

    def start(self, work: Work) -> Work:
        """Begin work beside that of the caller, in the caller's context; gives what waits for its end."""

    def after(self, seconds: float, work: Work) -> Work:
        """Begin work later; gives what calls it off."""

    def places(self, count: int) -> AbstractContextManager[Any]:
        """What so many may be in at once; others wait before it."""


class RealTiming:
    """This machine's clock and threads."""

    def now(self) -> datetime:
        return datetime.now(timezone.utc)

    def event(self) -> Event:
        return threading.Event()

    def start(self, work: Work) -> Work:
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        return thread.join

    def after(self, seconds: float, work: Work) -> Work:
        timer = threading.Timer(seconds, contextvars.copy_context().run, args=(work,))
        timer.daemon = True
        timer.start()
        return timer.cancel

    def places(self, count: int) -> AbstractContextManager[Any]:
        return threading.Semaphore(count)


current: ContextVar[Timing] = ContextVar("timing", default=RealTiming())  # noqa: B039


def timing() -> Timing:
    return current.get()
