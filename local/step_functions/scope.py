"""Calling off work: a tree of scopes, as executions hold branches, iterations and children."""

import threading
from collections.abc import Callable

from local.step_functions.errors import Stopped
from local.step_functions.timing import Event, timing


class Scope:
    """Work that can be called off, with all work below it."""

    def __init__(self, parent: "Scope | None" = None) -> None:
        self._lock = threading.Lock()
        self._ended = timing().event()
        self._listeners: list[Callable[[], None]] = []
        self._parent = parent
        if parent is not None:
            parent.on_cancel(self.cancel)

    @property
    def cancelled(self) -> bool:
        return self._ended.is_set()

    def cancel(self) -> None:
        with self._lock:
            if self._ended.is_set():
                return
            self._ended.set()
            listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def close(self) -> None:
        """The work is done: the parent need not tell this scope any more."""
        if self._parent is not None:
            self._parent.forget(self.cancel)

    def check(self) -> None:
        if self._ended.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Wait, and leave at once when called off."""
        if seconds > 0:
            self._ended.wait(seconds)
        self.check()

    def wait_for(self, done: Event, timeout: float | None) -> bool:
        """Wait until something is done; False after the time. Leaves at once when called off."""
        self.on_cancel(done.set)
        try:
            finished = done.wait(timeout)
        finally:
            self.forget(done.set)
        self.check()
        return finished

    def on_cancel(self, listener: Callable[[], None]) -> None:
        with self._lock:
            if not self._ended.is_set():
                self._listeners.append(listener)
                return
        listener()

    def forget(self, listener: Callable[[], None]) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
