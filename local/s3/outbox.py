"""Events of objects that are kept until they were handed on: what AWS took note of, it tells.

An object's event is told after the answer to whoever wrote it. If the emulator is killed in between, it is told at the
next start; it may be told twice, as on AWS.
"""

import contextvars
import itertools
import time
from typing import Any

from ministack.services import s3

from local.keeping import place, registry
from local.overriding import original, override

KIND = "s3 event"

_number = itertools.count()
# What an emulator before this one did not hand on.
_left: list[tuple[str, str, str, dict[str, Any]]] = []
_names: list[str] = []
# Of the event that a thread is about to hand on.
_told: contextvars.ContextVar[str | None] = contextvars.ContextVar("told", default=None)


def install() -> None:
    registry.restoring.append(take)
    registry.going_on.append(tell)

    @override(s3, "_fire_s3_event_async")
    def fire_later(bucket: str, key: str, event: str, **about: Any) -> None:
        if bucket not in s3._bucket_notifications:
            return
        name = f"{time.time_ns():020}-{next(_number):06}"
        place.store().write({(KIND, name): (bucket, key, event, about)})
        token = _told.set(name)
        try:
            # Its thread gets a copy of this context.
            original(fire_later)(bucket, key, event, **about)
        finally:
            _told.reset(token)

    @override(s3, "_fire_s3_event")
    def fire(*arguments: Any, **about: Any) -> None:
        original(fire)(*arguments, **about)
        name = _told.get()
        if name is not None:
            place.store().write({(KIND, name): None})


def take() -> None:
    """Take up what was not handed on."""
    for name, event in place.store().read(KIND):
        _left.append(event)
        _names.append(name)


def tell() -> None:
    """Tell it now. What is told is written down again first: a kill in between makes it told twice, not never."""
    for bucket, key, event, about in _left:
        versions = s3._object_versions.get((bucket, key)) or []
        is_there = key in s3._buckets.get(bucket, {"objects": {}})["objects"] or bool(versions)
        # One of a write that was not acknowledged may name what is not there.
        if is_there or not event.startswith("s3:ObjectCreated"):
            s3._fire_s3_event_async(bucket, key, event, **about)
    place.store().write({(KIND, name): None for name in _names})
