"""What readers may see of a key, as time goes by: told by whoever uploads and withdraws, before and after they do."""

import csv
import io
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from support.laptop import Upload


class Facts(NamedTuple):
    """What both tables hold of one upload's day: counts, and sums that are exact."""

    rows: int = 0
    # Thousandths of degrees of longitude, tenths of km/h.
    longitude: int = 0
    speed: int = 0
    counted_rows: int = 0
    counted_speed: int = 0


# By upload and day.
Rows = dict[tuple[str, str], Facts]
# First and last day that a query asks for; None: all that there are.
Span = tuple[str, str] | None


def facts_of(body: bytes) -> dict[str, Facts]:
    """The facts of a file as `files.clean_csv` makes them, by day. Reckoned from its text alone."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in csv.DictReader(io.StringIO(body.decode())):
        sums = found[row["date"]]
        sums[0] += 1
        sums[1] += round(float(row["long"]) * 1_000)
        sums[2] += round(float(row["speed"]) * 10)
    return {day: Facts(rows, longitude, speed, rows, speed) for day, (rows, longitude, speed) in found.items()}


@dataclass
class State:
    """A version of a key, or that there is none."""

    name: str
    rows: Rows
    # Seconds since 1970. From when it may be seen: nobody can see what was not sent yet.
    possible: float
    # From when on a query that begins must see it, or a later state.
    certain: float | None = None

    def within(self, span: Span) -> Rows:
        """Its rows of the days that a query asked for."""
        return {key: facts for key, facts in self.rows.items() if span is None or span[0] <= key[1] <= span[1]}


@dataclass
class History:
    """The states of one key, in their order."""

    key: str
    states: list[State] = field(default_factory=lambda: [State("nothing yet", {}, 0.0, 0.0)])


class Histories:
    """The keys of a run of readers. Authors of several threads tell of theirs."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._histories: dict[str, History] = {}
        self._days: set[str] = set()

    def version(self, upload: Upload, body: bytes, sent: float) -> State:
        """A version that was sent at that time, and may be seen from then on."""
        rows = {(upload.id, day): facts for day, facts in facts_of(body).items()}
        with self._lock:
            self._days.update(day for _upload, day in rows)
        return self._add(upload.key, State(upload.id, rows, sent))

    def withdrawal(self, key: str) -> State:
        """A withdrawal that is about to be asked for."""
        return self._add(key, State("nothing after a withdrawal", {}, self._now()))

    def settle(self, state: State, moment: float | None = None) -> None:
        """From that moment on, or from now, queries that begin see the state or a later one."""
        state.certain = self._now() if moment is None else moment

    def of(self) -> list[History]:
        with self._lock:
            return [History(history.key, list(history.states)) for history in self._histories.values()]

    @property
    def days(self) -> frozenset[str]:
        """All days of all versions: nobody else has rows there."""
        with self._lock:
            return frozenset(self._days)

    def _add(self, key: str, state: State) -> State:
        with self._lock:
            self._histories.setdefault(key, History(key)).states.append(state)
        return state


def merged(parts: Iterable[tuple[tuple[str, str], Facts]]) -> Rows:
    """Lines of an answer, added up: one may have the one table's part, another the other's."""
    rows: Rows = {}
    for key, facts in parts:
        known = rows.get(key, Facts())
        rows[key] = Facts(*(one + other for one, other in zip(known, facts, strict=True)))
    return rows
