"""The S3 client of a driver: each call waits for its turn, and may go wrong."""

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from botocore.exceptions import ClientError, ReadTimeoutError

# The client's own attempts at a call; deployed it makes more.
ATTEMPTS = 3
PAGE = 2


class Fate(Enum):
    """What becomes of an attempt at a call."""

    ANSWERED = "answered"
    # No effect, and an answer that says so.
    REFUSED = "refused with 503"
    CONFLICT = "refused with 409"
    # No effect, and no answer.
    LOST = "lost"
    # Its effect, and no answer.
    UNANSWERED = "not answered"
    # No answer, and its effect after whoever made it has given it up.
    LATE = "given up"


class Killed(BaseException):
    """The driver's process ends at this call."""


class Turns(Protocol):
    """Who makes calls."""

    def turn(self, label: str, writes: bool) -> Fate: ...

    def tell(self, what: str) -> None: ...


@dataclass
class Bucket:
    """The objects that all drivers share, and the writes that are on their way still."""

    objects: dict[str, bytes] = field(default_factory=dict)
    late: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    # Counts changes, so that whoever looks knows whether to look again.
    changes: int = 0

    def put(self, key: str, body: bytes, only_new: bool) -> None:
        if only_new and key in self.objects:
            raise failure("PreconditionFailed", 412, "PutObject")
        self.objects[key] = body
        self.changes += 1

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise failure("NoSuchKey", 404, "GetObject")
        return self.objects[key]


class SimulatedS3:
    """What the job uses of boto3's client."""

    def __init__(self, bucket: Bucket, turns: Turns) -> None:
        self._bucket = bucket
        self._turns = turns

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str | None = None, **_: Any) -> dict:
        only_new = IfNoneMatch == "*"
        label = f"PutObject {Key}{' if absent' if only_new else ''}"
        self._call(label, lambda: self._bucket.put(Key, Body, only_new), writes=True, conditional=only_new)
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict:
        return {"Body": io.BytesIO(self._call(f"GetObject {Key}", lambda: self._bucket.get(Key)))}

    def get_paginator(self, _: str) -> "SimulatedS3":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict]:
        """A page at a time: what is written meanwhile may show in a later page, and not in an earlier one."""
        after = ""
        while True:
            keys = self._call(f"ListObjectsV2 {Prefix}", lambda after=after: self._page(Prefix, after))
            yield {"Contents": [{"Key": key} for key in keys]}
            if len(keys) < PAGE:
                return
            after = keys[-1]

    def _page(self, prefix: str, after: str) -> list[str]:
        return sorted(key for key in self._bucket.objects if key.startswith(prefix) and key > after)[:PAGE]

    def _call(self, label: str, effect: Callable[[], Any], writes: bool = False, conditional: bool = False) -> Any:
        for attempt in range(1, ATTEMPTS + 1):
            fate = self._turns.turn(label, writes)
            if fate is Fate.CONFLICT and not conditional:
                fate = Fate.REFUSED
            if fate is Fate.ANSWERED:
                return self._apply(label, effect)
            self._turns.tell(f"{label}: {fate.value}")
            if fate is Fate.CONFLICT:
                raise failure("ConditionalRequestConflict", 409, "PutObject")
            if fate is Fate.UNANSWERED:
                quietly(effect)
            if fate is Fate.LATE:
                self._bucket.late.append((label, effect))
            if attempt == ATTEMPTS:
                if fate is Fate.REFUSED:
                    raise failure("SlowDown", 503, label.split()[0])
                raise ReadTimeoutError(endpoint_url="s3")
        raise AssertionError("unreachable")

    def _apply(self, label: str, effect: Callable[[], Any]) -> Any:
        try:
            answer = effect()
        except ClientError as error:
            self._turns.tell(f"{label}: {error.response['Error']['Code']}")
            raise
        self._turns.tell(label)
        return answer


def quietly(effect: Callable[[], object]) -> None:
    with contextlib.suppress(ClientError):
        effect()


def failure(code: str, status: int, operation: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)
