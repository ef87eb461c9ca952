"""Choice rules of the JSONPath query language."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from local.step_functions.errors import StateError, runtime_error
from local.step_functions.paths import MISSING, find

Compare = Callable[[Any, Any], bool]

ORDER: dict[str, Compare] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}


def _timestamp(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


KINDS: dict[str, Callable[[Any], Any]] = {
    "String": _string,
    "Numeric": _number,
    "Boolean": _boolean,
    "Timestamp": _timestamp,
}

TESTS: dict[str, Callable[[Any], bool]] = {
    "IsNull": lambda value: value is None,
    "IsNumeric": lambda value: _number(value) is not None,
    "IsString": lambda value: isinstance(value, str),
    "IsBoolean": lambda value: isinstance(value, bool),
    "IsTimestamp": lambda value: _timestamp(value) is not None,
}


def _matches_pattern(value: Any, pattern: str) -> bool:
    if not isinstance(value, str):
        return False
    parts = re.split(r"(\\\*|\*)", pattern)
    translated = "".join({"*": ".*", r"\*": r"\*"}.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(translated, value, re.DOTALL) is not None


def _comparison(name: str) -> tuple[Callable[[Any], Any], Compare, bool]:
    by_path = name.endswith("Path")
    base = name.removesuffix("Path")
    for kind, read in KINDS.items():
        order = ORDER.get(base.removeprefix(kind)) if base.startswith(kind) else None
        if order is not None:
            return read, order, by_path
    raise runtime_error(f"Unknown comparison operator '{name}'")


def matches(rule: dict[str, Any], document: Any, context: dict[str, Any]) -> bool:
    """Whether a choice rule holds for the data."""
    if "And" in rule:
        return all(matches(inner, document, context) for inner in rule["And"])
    if "Or" in rule:
        return any(matches(inner, document, context) for inner in rule["Or"])
    if "Not" in rule:
        return not matches(rule["Not"], document, context)

    path = rule["Variable"]
    value = find(path, document, context)
    if "IsPresent" in rule:
        return bool((value is not MISSING) == rule["IsPresent"])
    if value is MISSING:
        raise runtime_error(f"Invalid path '{path}': The choice state's condition path references an invalid value.")
    for name, test in TESTS.items():
        if name in rule:
            return bool(test(value) == rule[name])
    if "StringMatches" in rule:
        return _matches_pattern(value, rule["StringMatches"])

    name = next(key for key in rule if key not in ("Variable", "Next", "Comment", "Assign"))
    read, order, by_path = _comparison(name)
    expected = find(rule[name], document, context) if by_path else rule[name]
    left, right = read(value), read(expected)
    return left is not None and right is not None and order(left, right)


def choose(state: dict[str, Any], document: Any, context: dict[str, Any]) -> str:
    """The name of the state that a Choice state leads to."""
    for rule in state["Choices"]:
        if matches(rule, document, context):
            return str(rule["Next"])
    if "Default" in state:
        return str(state["Default"])
    raise StateError("States.NoChoiceMatched", "No choice rule matched and no Default was given.")
