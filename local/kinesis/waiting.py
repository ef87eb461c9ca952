"""Reads of a shard that has nothing new wait a little for what comes.

A reader that looks again and again costs a tenth of a processor while nothing happens, and learns late of what does.
"""

import asyncio
import json
from typing import Any

from ministack import app

from local.kinesis import iterators
from local.kinesis.shards import find_shard, is_open

# How long a read is held back.
LOOK_SECONDS = 0.8
CHANGES = ("PutRecord", "PutRecords", "SplitShard", "MergeShards", "UpdateShardCount", "DeleteStream")

_changed = asyncio.Event()


def install() -> None:
    """Around all that handles a call, faults too: whoever waited finds what there is at the end of the wait."""
    handler = app.SERVICE_HANDLERS["kinesis"]

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        if action == "GetRecords" and is_at_tip(body):
            await change()
        answer = await handler(method, path, headers, body, query)
        if action in CHANGES:
            tell_change()
        return answer

    app.SERVICE_HANDLERS["kinesis"] = handle


def is_at_tip(body: bytes) -> bool:
    """Whether a read would find nothing, and its shard may get more."""
    try:
        place = iterators.place_of(json.loads(body).get("ShardIterator"))
    except (ValueError, AttributeError):
        return False
    found = find_shard(place.stream, place.shard) if place else None
    if place is None or found is None:
        return False
    _, shard = found
    records = shard["records"]
    return is_open(shard) and (not records or records[-1]["SequenceNumber"] < place.start)


async def change() -> None:
    """Until a stream changes, but not for long. Any change ends all waits: a reader waits for all shards together."""
    try:
        await asyncio.wait_for(_changed.wait(), LOOK_SECONDS)
    except TimeoutError:
        return


def tell_change() -> None:
    global _changed
    _changed.set()
    _changed = asyncio.Event()
