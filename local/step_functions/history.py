"""The history of an execution: numbered events, each naming the one before it on its own line."""

import threading
from dataclasses import dataclass
from typing import Any

from local.step_functions import changes
from local.step_functions.errors import runtime_error
from local.step_functions.scope import Scope
from local.step_functions.values import now

EVENT_LIMIT = 25_000


class History:
    """Appends to the `events` of an execution's record; threads may share it."""

    def __init__(self, execution: dict[str, Any]) -> None:
        self._execution = execution
        self.events: list[dict[str, Any]] = execution["events"]
        self.lock = threading.RLock()

    def append(self, previous: int, kind: str, **details: Any) -> int:
        """Add an event; `details` are its `…EventDetails`. Gives its id."""
        with self.lock:
            event_id = len(self.events) + 1
            event = {"id": event_id, "previousEventId": previous, "type": kind, "timestamp": now()}
            event.update({name: value for name, value in details.items() if value is not None})
            self.events.append(event)
            changes.changed(self._execution)
            return event_id


@dataclass
class Line:
    """One line of events: that of the execution itself, of a branch, or of an iteration."""

    history: History
    scope: Scope
    last: int

    def add(self, kind: str, **details: Any) -> int:
        """Add an event after the line's last one, unless the line was called off."""
        with self.history.lock:
            self.scope.check()
            if len(self.history.events) >= EVENT_LIMIT - 1:
                raise runtime_error(f"The execution reached the maximum number of history events ({EVENT_LIMIT}).")
            self.last = self.history.append(self.last, kind, **details)
            return self.last

    def add_aside(self, kind: str, **details: Any) -> int:
        """Add an event that the next one of the line does not name, as AWS does where a state's inner work ends."""
        last = self.last
        try:
            return self.add(kind, **details)
        finally:
            self.last = last

    def fork(self, scope: Scope) -> "Line":
        return Line(self.history, scope, self.last)


def data(name: str, value: str) -> dict[str, Any]:
    """An input or output as event details hold it."""
    return {name: value, f"{name}Details": {"truncated": False}}
