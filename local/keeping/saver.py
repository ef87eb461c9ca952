"""Writes what changed: some of it before a call is answered, the rest twice a second, all of it in its order.

In one transaction stand what executions came to and the state of the services as it was after that: an execution that
is found again beyond a step finds what that step did in this process.
"""

import logging
import threading
import time
from functools import cache
from typing import Any

from ministack import app

from local.keeping import place, registry, services

logger = logging.getLogger("cellflow")

TICK_SECONDS = 0.5
# All services are looked at now and then, whatever is known of calls.
ALL_SECONDS = 20.0
# A stack under review is one that waits for its change set.
REVIEWED = "REVIEW_IN_PROGRESS"


class Saver:
    """One for the process; its thread runs until `close`."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._touched: set[str] = set()
        self._looked_at_all = time.monotonic()
        self._is_deploying = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def touch(self, *names: str) -> None:
        """The state of these services changed; it is written soon."""
        self._touched.update(names)

    def save(self, *names: str) -> None:
        """Write the state of these services now."""
        with self._lock:
            changes = services.changes(names)
            if changes:
                place.store().write(changes)
                services.written(changes)

    def flush(self, *, of_all: bool = False) -> None:
        """Write what is known to have changed, or whatever has."""
        with self._lock:
            # First what came after, then what it rests on: the other way it could rest on what is not there.
            own = [source() for source in registry.sources]
            touched, self._touched = self._touched, set()
            found = services.changes(services.names() if of_all else [n for n in services.names() if n in touched])
            merged: dict[tuple[str, str], Any] = dict(found)
            for changes, _done in own:
                merged.update(changes)
            if merged:
                try:
                    place.store().write(merged)
                except BaseException:
                    self._touched |= touched
                    raise
            services.written(found)
            for _changes, done in own:
                done()

    def flush_own(self) -> None:
        """Write what executions came to, which does not rest on anything of a service: one has begun."""
        with self._lock:
            own = [source() for source in registry.sources]
            merged = {place: value for changes, _done in own for place, value in changes.items()}
            if merged:
                place.store().write(merged)
            for _changes, done in own:
                done()

    def close(self) -> None:
        """Write everything for the last time."""
        self._ended.set()
        self._thread.join(10)
        self.flush(of_all=True)

    def _run(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            try:
                self.flush(of_all=self._all_are_due())
                for tidy in registry.tidying:
                    tidy()
            except Exception:
                logger.exception("what changed could not be written")

    def _all_are_due(self) -> bool:
        """While a stack changes, any service may, and behind the back of its calls."""
        was_deploying, self._is_deploying = self._is_deploying, _deploys()
        due = was_deploying or self._is_deploying or time.monotonic() - self._looked_at_all > ALL_SECONDS
        if due:
            self._looked_at_all = time.monotonic()
        return due


@cache
def saver() -> Saver:
    """The one of this process."""
    return Saver()


def _deploys() -> bool:
    from ministack.services import cloudformation

    states = [stack.get("StackStatus", "") for stack in list(cloudformation._stacks._data.values())]
    return any(state.endswith("IN_PROGRESS") and state != REVIEWED for state in states)


def names_of(service: str) -> list[str]:
    """The names under which a service's state is kept."""
    config = app.SERVICE_REGISTRY.get(service, {})
    module = config.get("module", service)
    return [config.get("state_key", module), *config.get("sub_modules", ())]
