"""How much is measured, and what is said meanwhile."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Value = TypeVar("Value")


@dataclass
class Scale:
    """A quick run measures the same things at sizes that take some minutes in all."""

    quick: bool
    began: float = field(default_factory=time.monotonic)

    def of(self, full: Value, quick: Value) -> Value:
        return quick if self.quick else full

    def tell(self, text: str) -> None:
        """A line of progress, with the seconds since the run began."""
        print(f"  {time.monotonic() - self.began:7.1f} s  {text}", flush=True)


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def in_turns(runs: int, subjects: dict[str, Callable[[], Value]]) -> dict[str, list[Value]]:
    """Each subject once, then each again: what else the machine does meets all of them alike."""
    found: dict[str, list[Value]] = {name: [] for name in subjects}
    for _ in range(runs):
        for name, act in subjects.items():
            found[name].append(act())
    return found
