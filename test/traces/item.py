"""The trace of a whole session of tests as a test of its own."""

import time
from pathlib import Path
from typing import Any, ClassVar

import pytest

from traces.checker import check
from traces.events import Event, read_events
from traces.rules import Refusal

MOST_SHOWN = 40


class TraceRefused(Exception):
    """The rules forbid what took effect."""

    def __init__(self, refusals: list[Refusal]) -> None:
        shown = [str(refusal) for refusal in refusals[:MOST_SHOWN]]
        rest = [f"and {len(refusals) - MOST_SHOWN} more"] if len(refusals) > MOST_SHOWN else []
        super().__init__("\n".join([f"{len(refusals)} events are refused:", *shown, *rest]))


class TraceOfSession(pytest.Item):
    """Runs last, while the edition is up still; what has not ended by then is judged as far as it went."""

    # What was judged, for the session's summary.
    judged: ClassVar[list[str]] = []

    def __init__(self, *, trace: Path, **options: Any) -> None:
        super().__init__(**options)
        self._trace = trace

    def runtest(self) -> None:
        started = time.monotonic()
        with self._trace.open() as lines:
            events: list[Event] = read_events(lines)
        refusals = check(events)
        seconds = time.monotonic() - started
        self.judged.append(f"{len(events)} events of the trace judged in {seconds:.1f} s, {len(refusals)} refused")
        if refusals:
            raise TraceRefused(refusals)
        if not events:
            raise ValueError(f"{self._trace} holds no event: nothing was recorded")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_rest: Any) -> str:
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self._trace, None, self.name
