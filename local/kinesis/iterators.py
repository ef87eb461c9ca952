"""Iterators that say themselves where they stand: there is none to be kept, looked for or let expire.

MiniStack keeps each in a table, and looks through all of it at every call. A reader gets one with each answer.
"""

import base64
import json
import time
from typing import NamedTuple

from ministack.services import kinesis


class Place(NamedTuple):
    """Where an iterator stands: the least sequence number that it reads, and when it was given, in seconds."""

    stream: str
    stream_arn: str
    shard: str
    start: str
    given_at: float


def give(stream: str, stream_arn: str, shard: str, start: str) -> str:
    place = Place(stream, stream_arn, shard, start, time.time())
    return base64.b64encode(json.dumps(place).encode()).decode("ascii")


def place_of(iterator: str | None) -> Place | None:
    """None of one that has expired, and of what is no iterator."""
    try:
        place = Place(*json.loads(base64.b64decode(iterator or "", validate=True)))
        return None if time.time() - place.given_at > kinesis.ITERATOR_EXPIRY_SECONDS else place
    except (ValueError, TypeError):
        return None
