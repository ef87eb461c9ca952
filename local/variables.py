"""Values of environment variables: the rules that they keep, and what a person is told whose variable breaks one."""

import json
import math
import os
import re
from collections.abc import Sequence
from typing import Any

LAST_PORT = 65_535
# As DuckDB reads it.
MEMORY = re.compile(r"\d+(\.\d+)? *([KMGT]B|[KMGT]iB)", re.IGNORECASE)


class UnusableVariable(Exception):
    """A variable holds what it must not, in words for the person at the terminal."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name} is {os.environ[name]!r}, which is not {rule}: set it to one, or unset it.")


def whole_number(name: str, default: int) -> int:
    """A whole number from 1. As everywhere here, a variable that is empty counts as one that is not set."""
    if not (held := os.environ.get(name)):
        return default
    if (number := _whole(held)) is None:
        raise UnusableVariable(name, "a whole number from 1")
    return number


def port(name: str, default: int) -> int:
    if not (held := os.environ.get(name)):
        return default
    if (number := _port(held)) is None:
        raise UnusableVariable(name, f"a whole number from 1 to {LAST_PORT}")
    return number


def host_and_port(name: str, default_host: str) -> tuple[str, int] | None:
    """From `host:port`, or a port alone; None where the variable is not set."""
    if not (held := os.environ.get(name)):
        return None
    host, _, last = held.rpartition(":")
    if (number := _port(last)) is None:
        raise UnusableVariable(name, f"`host:port` with a port from 1 to {LAST_PORT}")
    return host or default_host, number


def above_zero(name: str, default: float) -> float:
    if not (held := os.environ.get(name)):
        return default
    try:
        number = float(held)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise UnusableVariable(name, "a number above 0")
    return number


def one_of(name: str, choices: Sequence[str]) -> str:
    """One of several words, the first where the variable is not set."""
    held = os.environ.get(name) or choices[0]
    if held not in choices:
        raise UnusableVariable(name, f"one of {', '.join(choices)}")
    return held


def memory(name: str, default: str) -> str:
    """An amount with its unit."""
    held = os.environ.get(name) or default
    if MEMORY.fullmatch(held) is None:
        raise UnusableVariable(name, f"an amount of memory such as {default}")
    return held


def json_object(name: str, *parts: str) -> dict[str, Any]:
    """An object of JSON, an empty one where the variable is not set; such parts, where it has them, are objects too."""
    try:
        found = json.loads(os.environ.get(name) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UnusableVariable(name, "an object of JSON")
    for part in parts:
        if not isinstance(found.get(part, {}), dict):
            raise UnusableVariable(name, f"an object of JSON whose `{part}` is one, too")
    return found


def _whole(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if number >= 1 else None


def _port(text: str) -> int | None:
    number = _whole(text)
    return number if number is not None and number <= LAST_PORT else None
