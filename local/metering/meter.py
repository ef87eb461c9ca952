"""Counts of what is billed, by kind. A count is cheap, so that what is measured is not slowed by it."""

import threading
from collections import Counter
from typing import Any

_counts: Counter[tuple[str, str, str]] = Counter()
_lock = threading.Lock()


def count(kind: str, name: str, unit: str, amount: float = 1) -> None:
    """`count("lambda", "plan-upload", "gbSeconds", 0.2)`."""
    with _lock:
        _counts[kind, name, unit] += amount  # type: ignore[assignment]


def counted() -> dict[str, dict[str, dict[str, float]]]:
    """All counts since the last `forget`: by kind, name, unit."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    with _lock:
        for (kind, name, unit), amount in sorted(_counts.items()):
            found.setdefault(kind, {}).setdefault(name, {})[unit] = amount
    return found


def forget() -> dict[str, Any]:
    """Begin anew; gives what there was."""
    found = counted()
    with _lock:
        _counts.clear()
    return found
