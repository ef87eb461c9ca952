"""One line of control through states: an execution itself, a branch of a Parallel state, an iteration of a Map."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local.step_functions import changes
from local.step_functions.frames import Frame
from local.step_functions.history import Line
from local.step_functions.scope import Scope
from local.step_functions.values import now

# One attempt at a state: gets its name, its definition and its frame, and gives its result.
Runner = Callable[["Strand", str, dict[str, Any], Frame], Any]


@dataclass
class Strand:
    """What runs on one line has its own events, its own context object, and can be called off by itself."""

    execution: dict[str, Any]
    line: Line
    context: dict[str, Any]
    # For each kind of state that is retried and caught, what runs it; handed in, so that a kind may run states itself.
    runners: Mapping[str, Runner]

    @property
    def scope(self) -> Scope:
        return self.line.scope

    def fork(self, scope: Scope, **context: Any) -> "Strand":
        return Strand(self.execution, self.line.fork(scope), {**self.context, **context}, self.runners)

    def enter(self, state: str) -> None:
        self.context["State"] = {"EnteredTime": now(), "Name": state, "RetryCount": 0}
        self.context.pop("Task", None)

    def count_retry(self, count: int) -> None:
        self.context["State"] = {**self.context["State"], "RetryCount": count}

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Change what a redrive will read, unless this strand was called off."""
        with self.line.history.lock:
            self.scope.check()
            yield
            changes.changed(self.execution)

    def add_for_stopped(self, line: Line, kind: str, **details: Any) -> None:
        """Note the end of a line that was called off because of a sibling; nothing when this strand ended too."""
        with self.line.history.lock:
            if not self.scope.cancelled:
                line.last = line.history.append(line.last, kind, **details)
