"""What an execution did, from its history and from what was asked of functions and services, in a form to compare."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


def parsed(value: Any) -> Any:
    """JSON texts read, also those within others: a state's data are texts in a history, and so is an error's cause."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return parsed(json.loads(value))
        except ValueError:
            return value
    if isinstance(value, dict):
        return {key: parsed(inner) for key, inner in value.items()}
    return [parsed(inner) for inner in value] if isinstance(value, list) else value


def fixed(value: Any) -> str:
    return json.dumps(parsed(value), sort_keys=True, ensure_ascii=False)


def collections(machine: dict[str, Any], name: str = "the execution") -> Iterator[tuple[str, dict[str, Any]]]:
    """The machine and those in its Parallel and Map states, by name: each is one line of states, or several alike."""
    yield name, machine["States"]
    for state, definition in machine["States"].items():
        for number, branch in enumerate(definition.get("Branches", [])):
            yield from collections(branch, f"branch {number} of {state}")
        if "ItemProcessor" in definition:
            yield from collections(definition["ItemProcessor"], f"items of {state}")


@dataclass
class Trace:
    """One execution; each fact is a line of text, under what it is a fact about.

    Where items run side by side, and in what was asked, order means nothing and is left out.
    """

    status: str
    error: str | None
    paths: dict[str, list[str]]
    facts: dict[str, list[str]]


def trace_of(
    machine: dict[str, Any], described: dict[str, Any], events: list[Event], asked: Iterable[tuple[str, Any]]
) -> Trace:
    """Reads a history; the children of distributed maps have their own, and show in what was asked."""
    entered = [details for event in events if (details := event.get("stateEnteredEventDetails"))]
    left = [details for event in events if (details := event.get("stateExitedEventDetails"))]
    paths = {}
    for collection, states in collections(machine):
        path = [str(details["name"]) for details in entered if details["name"] in states]
        paths[collection] = sorted(path) if collection.startswith("items") else path
    ended = ("status", "output", "error", "cause")
    facts = {
        "path": [f"{collection}: {' → '.join(path)}" for collection, path in paths.items()],
        "into a state": [f"{details['name']}: {fixed(details['input'])}" for details in entered],
        "out of a state": [f"{details['name']}: {fixed(details['output'])}" for details in left],
        "asked": [f"{state}: {fixed(payload)}" for state, payload in asked],
        "failure": list(failures(events)),
        "end": [f"{name}: {fixed(described[name])}" for name in ended if described.get(name) is not None],
    }
    return Trace(described["status"], described.get("error"), paths, facts)


def failures(events: list[Event]) -> Iterator[str]:
    """Each event that tells of an error, but for the execution's own, which is in its end."""
    for event in events:
        if event["type"].startswith("Execution") or not event["type"].endswith(("Failed", "TimedOut")):
            continue
        details = next((value for name, value in event.items() if name.endswith("EventDetails")), {})
        yield f"{event['type']}: {details.get('error', '')} {fixed(details.get('cause', ''))}"


def differences(ours: Trace, theirs: Trace, explained: Callable[[str], str]) -> list[str]:
    """What only one of the two has, in words; `explained` takes out of a line what is known to differ."""
    found = []
    for about, mine in ours.facts.items():
        left, right = (Counter(map(explained, lines)) for lines in (mine, theirs.facts[about]))
        found += [f"{about}, on the laptop edition only: {line}" for line in (left - right).elements()]
        found += [f"{about}, on moto only: {line}" for line in (right - left).elements()]
    return found
