"""Retriers and catchers."""

import random
from typing import Any

from local.step_functions.errors import TERMINAL, StateError

LONGEST_DELAY = 31_622_400


def error_matches(names: list[str], error: str) -> bool:
    """Whether an `ErrorEquals` list names an error."""
    if error in names:
        return True
    if error in TERMINAL:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")


class Retries:
    """Counts the attempts that the retriers of one state allow; a redrive starts with new counts."""

    def __init__(self, state: dict[str, Any]) -> None:
        self._retriers: list[dict[str, Any]] = state.get("Retry", [])
        self._used = [0] * len(self._retriers)

    @property
    def count(self) -> int:
        return sum(self._used)

    def delay(self, error: StateError) -> float | None:
        """Seconds to wait before the next attempt; None when there is none."""
        for index, retrier in enumerate(self._retriers):
            if not error_matches(retrier["ErrorEquals"], error.error):
                continue
            used = self._used[index]
            if used >= retrier.get("MaxAttempts", 3):
                return None
            self._used[index] += 1
            longest = retrier.get("MaxDelaySeconds", LONGEST_DELAY)
            delay = min(retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** used, longest)
            return random.uniform(0, delay) if retrier.get("JitterStrategy") == "FULL" else delay
        return None


def catcher(state: dict[str, Any], error: StateError) -> dict[str, Any] | None:
    """The first catcher that names an error."""
    catchers: list[dict[str, Any]] = state.get("Catch", [])
    for candidate in catchers:
        if error_matches(candidate["ErrorEquals"], error.error):
            return candidate
    return None
