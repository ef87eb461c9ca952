"""The events of a trace, as `local/traces` writes them down."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Put:
    """An object was written, or its writing refused. `condition` is `absent`, an ETag, or none."""

    n: int
    at: int
    by: str | None
    key: str
    condition: str | None
    status: int
    etag: str
    size: int
    body: str


@dataclass(frozen=True)
class Delete:
    """Objects were deleted, those among them that were not there."""

    n: int
    at: int
    by: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Partitions:
    """The catalogue got days of a table, or lost some."""

    n: int
    at: int
    table: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Begin:
    """A query was submitted; `clock` is its `current_timestamp`, in milliseconds since 1970."""

    n: int
    at: int
    query: str
    clock: int


@dataclass(frozen=True)
class Listing:
    """A query listed a folder, of a table only some days."""

    n: int
    at: int
    query: str
    folder: str
    days: tuple[str, ...]
    ruled_out: tuple[str, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class End:
    """A query ended; `missing` are objects that it had listed and did not find."""

    n: int
    at: int
    query: str
    state: str
    read: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Invoke:
    """A function was called; `grace` is how long it keeps what is retired, in milliseconds, where it deletes."""

    n: int
    at: int
    function: str
    request: str
    # What it is about, where its event says so.
    upload: str | None
    grace: int | None


@dataclass(frozen=True)
class Given:
    """A test says how long what is retired is kept from now on, in milliseconds: it sweeps by itself."""

    n: int
    at: int
    grace: int


@dataclass(frozen=True)
class Answer:
    """A function answered, or its process ended."""

    n: int
    at: int
    function: str
    request: str


Event: TypeAlias = Put | Delete | Partitions | Begin | Listing | End | Invoke | Given | Answer

DEFAULT_GRACE_MINUTES = 180


class UnreadableTrace(Exception):
    """A line is no event of a trace."""


def read_events(lines: Iterable[str]) -> list[Event]:
    """The events of a trace in their order.

    :raises UnreadableTrace: where a line is none, but for a last one that was cut off
    """
    events: list[Event] = []
    listed: dict[int, tuple[str, ...]] = {}
    text = list(lines)
    for number, line in enumerate(text):
        try:
            raw = json.loads(line)
            event = _event(raw, listed)
        except (ValueError, KeyError, TypeError) as error:
            if number == len(text) - 1 and not line.endswith("\n"):
                break
            raise UnreadableTrace(f"line {number + 1} is no event: {error!r}") from error
        if event is not None:
            events.append(event)
    return events


def _event(raw: dict[str, Any], listed: dict[int, tuple[str, ...]]) -> Event | None:
    n, at, by = raw["n"], raw["at"], raw.get("by")
    match raw["kind"]:
        case "start":
            return None
        case "put":
            status, etag, size = raw["status"], raw.get("etag", ""), raw["size"]
            return Put(n, at, by, raw["key"], raw.get("condition"), status, etag, size, raw.get("body", ""))
        case "delete":
            return Delete(n, at, by, tuple(raw["keys"]))
        case "partitions":
            return Partitions(n, at, raw["table"], tuple(raw.get("added", ())), tuple(raw.get("removed", ())))
        case "begin":
            return Begin(n, at, raw["query"], raw["clock"])
        case "list":
            # Many queries find the same: then it is written down with the first of them.
            keys = listed[n] = tuple(raw["keys"]) if "keys" in raw else listed[raw["asIn"]]
            days, ruled_out = tuple(raw.get("days", ())), tuple(raw.get("ruledOut", ()))
            return Listing(n, at, raw["query"], raw["folder"], days, ruled_out, keys)
        case "end":
            return End(n, at, raw["query"], raw["state"], tuple(raw["read"]), tuple(raw.get("missing", ())))
        case "invoke":
            settings = raw.get("settings")
            minutes = None if settings is None else settings.get("sweepGraceMinutes", DEFAULT_GRACE_MINUTES)
            grace = None if minutes is None else minutes * 60_000
            return Invoke(n, at, raw["function"], raw["request"], raw.get("upload"), grace)
        case "given":
            return Given(n, at, raw["grace"])
        case "answer":
            return Answer(n, at, raw["function"], raw["request"])
        case kind:
            raise ValueError(f"an event of kind {kind!r}")
