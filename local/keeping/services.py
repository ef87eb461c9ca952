"""The state of MiniStack's services as it is kept: entry by entry of what each service says is its state.

MiniStack asks its services for their state (`get_state`) when it ends, and gives it back when it starts
(`load_persisted_state`). Here the same is asked while it runs, and what differs from the last time is written.
"""

import hashlib
import logging
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ministack import app
from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

from local.keeping import place
from local.keeping.store import Packed, pack

logger = logging.getLogger("cellflow")

PREFIX = "state of "
SCOPED = {"account": AccountScopedDict, "region": AccountRegionScopedDict}

# What is kept elsewhere, or is worth nothing after a restart.
LEFT_OUT = {"stepfunctions": {"executions", "map_runs"}, "kinesis": {"shard_iterators"}}
# Of what a part of a state is kept otherwise: the entry as it is kept here.
Shown = Callable[[Any], Any]
_shown: dict[tuple[str, str], Shown] = {}
# Those with much state, of which the copies that `get_state` makes would cost more than all the rest. They are asked by
# a `get_state` that copies nothing: an entry is packed in one step of the interpreter.
WITHOUT_COPIES = {
    *("athena", "cloudwatch", "cloudwatch_logs", "eventbridge", "glue", "kinesis", "secretsmanager", "sns", "sqs"),
    "stepfunctions",
}

Place = tuple[str, str]

_written: dict[Place, bytes] = {}


def show(service: str, part: str, shown: Shown) -> None:
    """Keep an entry of a part of a service's state in another form."""
    _shown[service, part] = shown


def names() -> list[str]:
    """Services that were used so far and have a state."""
    return [name for name, module in app._state_map.items() if _module(module) is not None]


def _module(name: str) -> Any:
    module = sys.modules.get(f"ministack.services.{name}")
    return module if hasattr(module, "get_state") else None


def _state(name: str) -> dict[str, Any]:
    module = _module(app._state_map[name])
    get_state: Callable[[], dict[str, Any] | None] = module.get_state
    if name in WITHOUT_COPIES:
        copies = types.SimpleNamespace(deepcopy=lambda value: value, copy=lambda value: value)
        get_state = types.FunctionType(get_state.__code__, {**module.__dict__, "copy": copies})
    return get_state() or {}


def _entries(name: str) -> Iterator[tuple[str, Packed]]:
    """The entries of a service's state: the name of each, and what it says."""
    for part, held in _state(name).items():
        if part in LEFT_OUT.get(name, ()):
            continue
        scope = next((scope for scope, kind in SCOPED.items() if type(held) is kind), None)
        if scope is None:
            yield part, pack((part, None, None, held))
        else:
            shown = _shown.get((name, part))
            for key in list(held._data):
                value = held._data.get(key)
                if value is not None:
                    value = shown(value) if shown else value
                    yield f"{part} {key!r}", pack((part, scope, key, value))


def changes(services: Iterable[str]) -> dict[Place, Packed | None]:
    """What differs from what was written, of these services."""
    found: dict[Place, Packed | None] = {}
    for name in services:
        try:
            found.update(_changes_of(name))
        except Exception:
            # The next look will do.
            logger.warning("the state of %s could not be read", name, exc_info=True)
    return found


def _changes_of(name: str, looks: int = 5) -> dict[Place, Packed | None]:
    try:
        return _differences(PREFIX + name, _entries(name))
    except RuntimeError:
        # It changed while it was looked at.
        if looks == 1:
            raise
        return _changes_of(name, looks - 1)


def _differences(kind: str, entries: Iterable[tuple[str, Packed]]) -> dict[Place, Packed | None]:
    found: dict[Place, Packed | None] = {}
    seen = set()
    for key, value in entries:
        seen.add(key)
        digest = hashlib.blake2b(value, digest_size=16).digest()
        if _written.get((kind, key)) != digest:
            found[kind, key] = value
    gone: dict[Place, Packed | None] = {(of, key): None for of, key in _written if of == kind and key not in seen}
    return found | gone


def written(of: dict[Place, Packed | None]) -> None:
    """These are on disk now."""
    for entry, value in of.items():
        if value is None:
            _written.pop(entry, None)
        else:
            _written[entry] = hashlib.blake2b(value, digest_size=16).digest()


def restore() -> None:
    """Give each service its state back."""
    kinds = place.store().kinds()
    for name, module in app._state_map.items():
        if PREFIX + name not in kinds:
            continue
        state: dict[str, Any] = {}
        for key, (part, scope, scoped, value) in place.store().read(PREFIX + name):
            _written[PREFIX + name, key] = hashlib.blake2b(pack((part, scope, scoped, value)), digest_size=16).digest()
            if scope is None:
                state[part] = value
            else:
                state.setdefault(part, SCOPED[scope]())._data[scoped] = value
        app._get_module(module).load_persisted_state(state)
