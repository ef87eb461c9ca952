"""Prints the trace that TLC found so that a person can read it: each action, and the fields that it changed."""

import re
from collections.abc import Iterator
from typing import Any

STATE = re.compile(
    r"^State (\d+): <(.*?)(?: line \d+.*)?>$|^State (\d+): (Stuttering)$|^Back to state (\d+): <(\w+).*$", re.MULTILINE
)
VARIABLE = re.compile(r"^/\\ (\w+) = (.*?)(?=^/\\ |\Z)", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(r"\s*(<<|>>|\|->|:>|@@|\.\.|[\[\](){},]|\"[^\"]*\"|-?\w+)")
CLOSING = {"<<": ">>", "{": "}"}
# The modules' time that never comes.
NEVER = "99"
# What a function knew is gone with it.
AT_REST = {"idle", "ended"}


def readable(output: str) -> list[str]:
    """The lines of a trace; none where TLC printed no trace."""
    lines: list[str] = []
    before: dict[str, Any] = {}
    # With a temporal property the way back into the loop is told without the state.
    for number, action, state in steps(output):
        if lines and state:
            changes = [change for name in state for change in differences(name, before[name], state[name])]
        else:
            changes = []
        lines.append(f"{number:>3}  {action:<22} {'  '.join(changes)}".rstrip())
        before = state or before
    return lines


def steps(output: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    found = list(STATE.finditer(output))
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(output)
        # After the last state TLC prints its statistics.
        text = output[match.end() : end].split("\n\n")[0]
        number = match[1] or match[3] or match[5]
        action = match[2] or match[4] or f"back to {match[6]}"
        state = {name: Reader(value).value() for name, value in VARIABLE.findall(text + "\n")}
        yield number, "begins so" if "Initial predicate" in action else action, state


class Reader:
    """Reads a value as TLC prints it: functions and records as dictionaries, sequences as lists, sets as tuples."""

    def __init__(self, text: str) -> None:
        self._tokens = TOKEN.findall(text)
        self._at = 0

    def value(self) -> Any:
        token = self._next()
        if token in CLOSING:
            items = self._items(CLOSING[token])
            return items if token == "<<" else tuple(items)
        if token == "[":
            return self._fields("]", "|->")
        if token == "(":
            return self._fields(")", ":>")
        if self._peek() == "..":
            self._next()
            return tuple(str(number) for number in range(int(token), int(self._next()) + 1))
        return token.strip('"')

    def _items(self, closing: str) -> list[Any]:
        items = []
        while self._peek() != closing:
            items.append(self.value())
            if self._peek() == ",":
                self._next()
        self._next()
        return items

    def _fields(self, closing: str, arrow: str) -> dict[str, Any]:
        fields = {}
        while self._peek() != closing:
            name = shown(self.value())
            assert self._next() == arrow
            fields[name] = self.value()
            if self._peek() in (",", "@@"):
                self._next()
        self._next()
        return fields

    def _peek(self) -> str:
        return str(self._tokens[self._at]) if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token


def shown(value: Any) -> str:
    if isinstance(value, dict):
        return "[" + ", ".join(f"{name}: {shown(field)}" for name, field in value.items()) + "]"
    if isinstance(value, list):
        return "<" + ", ".join(map(shown, value)) + ">"
    if isinstance(value, tuple):
        return "{" + ", ".join(map(shown, value)) + "}"
    return "never" if value == NEVER else str(value)


def differences(path: str, before: Any, after: Any) -> Iterator[str]:
    """What changed, each with its path: `lambda.1.pc=copy`. Of a sequence that grew, what was added."""
    if before == after:
        return
    if isinstance(before, list) and isinstance(after, list) and len(before) <= len(after):
        for place, value in enumerate(after, start=1):
            if place > len(before):
                yield f"{path}.{place}={shown(value)}"
            else:
                yield from differences(f"{path}.{place}", before[place - 1], value)
    elif isinstance(after, dict) and after.get("pc") in AT_REST:
        yield f"{path}.pc={after['pc']}"
    elif isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        for name in after:
            yield from differences(f"{path}.{name}", before[name], after[name])
    else:
        yield f"{path}={shown(after)}"
