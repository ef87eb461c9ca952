"""Kinesis shards that split and merge as AWS's do: the parent closes, and stays readable for the retention period."""

import json
import time
from collections.abc import Callable
from typing import Any, TypedDict

from ministack.services import kinesis

from local.kinesis.logs import Log, StoredRecord
from local.overriding import original, override
from local.responses import Response, error_response, json_response

ON_DEMAND_SHARDS = 4


class MiniStackShard(TypedDict):
    """A shard as MiniStack makes it."""

    records: list[StoredRecord]
    starting_hash_key: str
    ending_hash_key: str
    starting_sequence_number: str
    parent_shard_id: str | None
    adjacent_parent_shard_id: str | None


class Shard(MiniStackShard, total=False):
    """With what is kept here besides: when it was opened by a split or merge, and that it was closed by one."""

    opened_at: float
    closed_at: float
    ending_sequence_number: str


class MiniStackStream(TypedDict):
    """What is read here of a stream as MiniStack makes it."""

    StreamName: str
    StreamARN: str
    CreationTimestamp: float
    RetentionPeriodHours: float
    shards: dict[str, Shard]


class Stream(MiniStackStream, total=False):
    EncryptionType: str
    # The number of the next new shard.
    next_shard: int


def install() -> None:
    replacements: dict[str, Callable[..., Any]] = {
        "_route_to_shard": route_to_shard,
        "_expire_records": expire_records,
        "_split_shard": split_shard,
        "_merge_shards": merge_shards,
        "_update_shard_count": update_shard_count,
        "_shard_out": shard_out,
        "_list_shards": list_shards,
        "_describe_stream_summary": describe_stream_summary,
        "_create_stream": create_stream,
    }
    for name, function in replacements.items():
        override(kinesis, name)(function)


def next_sequence_number() -> str:
    number: str = kinesis._next_sequence_number()
    return number


def is_open(shard: Shard) -> bool:
    return "ending_sequence_number" not in shard


def open_shards(stream: Stream) -> list[str]:
    return [name for name, shard in stream["shards"].items() if is_open(shard)]


def find_stream(request: dict[str, Any]) -> tuple[str | None, Stream | None]:
    """The name that a request gives, and the stream of that name."""
    found: tuple[str | None, Stream | None] = kinesis._resolve_stream(request)
    return found


def find_shard(stream_name: str, name: str) -> tuple[Stream, Shard] | None:
    """A stream with one of its shards; None where either is gone."""
    stream: Stream | None = kinesis._streams.get(stream_name)
    shard = stream["shards"].get(name) if stream else None
    return (stream, shard) if stream and shard else None


def no_stream(name: str | None) -> Response:
    return error_response("ResourceNotFoundException", f"Stream {name} under account 000000000000 not found.", 400)


def route_to_shard(hash_key: int, stream: Stream) -> str:
    for name, shard in stream["shards"].items():
        if is_open(shard) and int(shard["starting_hash_key"]) <= hash_key <= int(shard["ending_hash_key"]):
            return name
    raise LookupError(f"no open shard for hash key {hash_key}")


def expire_records(stream: Stream) -> None:
    """Let go of records, and of closed shards, older than the retention period."""
    cutoff = time.time() - stream["RetentionPeriodHours"] * 3600
    for name, shard in list(stream["shards"].items()):
        records = shard["records"]
        if records and records[0]["ApproximateArrivalTimestamp"] < cutoff:
            if isinstance(records, Log):
                records.keep_from(cutoff)
            else:
                shard["records"] = [record for record in records if record["ApproximateArrivalTimestamp"] >= cutoff]
        if not is_open(shard) and shard["closed_at"] < cutoff:
            del stream["shards"][name]
            if isinstance(records, Log):
                records.remove_files()


def close(shard: Shard) -> None:
    shard["ending_sequence_number"] = next_sequence_number()
    shard["closed_at"] = time.time()


def add_shard(stream: Stream, start: int, end: int, parent: str | None, adjacent: str | None) -> str:
    """A new open shard; its number is higher than any that the stream ever had."""
    number = max(stream.get("next_shard", 0), kinesis._max_shard_index(stream) + 1)
    stream["next_shard"] = number + 1
    name = f"shardId-{number:012d}"
    stream["shards"][name] = {
        "records": [],
        "starting_hash_key": str(start),
        "ending_hash_key": str(end),
        "starting_sequence_number": next_sequence_number(),
        "parent_shard_id": parent,
        "adjacent_parent_shard_id": adjacent,
        "opened_at": time.time(),
    }
    return name


def find_open(stream: Stream, name: str | None) -> Shard | Response:
    shard = stream["shards"].get(name or "")
    if shard is None:
        message = f"Could not find shard {name} in stream {stream['StreamName']}"
        return error_response("ResourceNotFoundException", message, 400)
    if not is_open(shard):
        message = (
            f"Shard {name} in stream {stream['StreamName']} has already been merged or split, and thus is not eligible"
        )
        return error_response("InvalidArgumentException", f"{message} for merging or splitting.", 400)
    return shard


# AWS reshards on-demand streams by itself, and refuses these calls for them. They are allowed here for every stream:
# that is how a test plays AWS.


def split_shard(request: dict[str, Any]) -> Response:
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    parent = request.get("ShardToSplit")
    shard = find_open(stream, parent)
    if isinstance(shard, tuple):
        return shard
    middle = int(request["NewStartingHashKey"])
    start, end = int(shard["starting_hash_key"]), int(shard["ending_hash_key"])
    if not start < middle < end:
        message = (
            f"NewStartingHashKey {middle} used in SplitShard() on shard {parent} is not both greater than one plus its "
        )
        return error_response(
            "InvalidArgumentException", f"{message}StartingHashKey and less than its EndingHashKey.", 400
        )
    close(shard)
    add_shard(stream, start, middle - 1, parent, None)
    add_shard(stream, middle, end, parent, None)
    return json_response({})


def merge_shards(request: dict[str, Any]) -> Response:
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    names = (request.get("ShardToMerge"), request.get("AdjacentShardToMerge"))
    shards: list[Shard] = []
    for one in names:
        shard = find_open(stream, one)
        if isinstance(shard, tuple):
            return shard
        shards.append(shard)
    ranges = sorted((int(shard["starting_hash_key"]), int(shard["ending_hash_key"])) for shard in shards)
    if ranges[0][1] + 1 != ranges[1][0]:
        message = f"Shards {names[0]} and {names[1]} in stream {name} are not an adjacent pair eligible for merging"
        return error_response("InvalidArgumentException", message, 400)
    for shard in shards:
        close(shard)
    add_shard(stream, ranges[0][0], ranges[1][1], *names)
    return json_response({})


def update_shard_count(request: dict[str, Any]) -> Response:
    """Close all open shards for new ones of equal ranges, each child of the shard that held the start of its range."""
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    current, target = open_shards(stream), int(request["TargetShardCount"])
    if not len(current) / 2 <= target <= len(current) * 2:
        message = f"TargetShardCount {target} is not between half and double of the {len(current)} open shards"
        return error_response("InvalidArgumentException", message, 400)
    ranges = [(int(start), int(end)) for start, end in kinesis._compute_hash_ranges(target)]
    parents = [[parent for parent in current if _overlap(stream["shards"][parent], bounds)] for bounds in ranges]
    for shard_name in current:
        close(stream["shards"][shard_name])
    for (start, end), held in zip(ranges, parents, strict=True):
        add_shard(stream, start, end, held[0], held[1] if len(held) > 1 else None)
    answer = {"StreamName": stream["StreamName"], "CurrentShardCount": len(current), "TargetShardCount": target}
    return json_response({**answer, "StreamARN": stream["StreamARN"]})


def _overlap(shard: Shard, bounds: tuple[int, int]) -> bool:
    return int(shard["starting_hash_key"]) <= bounds[1] and bounds[0] <= int(shard["ending_hash_key"])


def shard_out(name: str, shard: Shard) -> dict[str, Any]:
    shown = original(shard_out)(name, shard)
    if not is_open(shard):
        shown["SequenceNumberRange"]["EndingSequenceNumber"] = shard["ending_sequence_number"]
    return shown


def list_shards(request: dict[str, Any]) -> Response:
    """All shards within the retention period, or those that the filter names."""
    shard_filter = request.get("ShardFilter")
    if not shard_filter or request.get("NextToken"):
        return original(list_shards)(request)
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    expire_records(stream)
    trim = time.time() - stream["RetentionPeriodHours"] * 3600
    chosen = {
        shard_name: shard
        for shard_name, shard in stream["shards"].items()
        if _passes(shard_filter, shard_name, shard, stream, trim)
    }
    return json_response(
        {"Shards": [kinesis._shard_out(shard_name, chosen[shard_name]) for shard_name in sorted(chosen)]}
    )


def _passes(shard_filter: dict[str, Any], name: str, shard: Shard, stream: Stream, trim: float) -> bool:
    opened = shard.get("opened_at", stream["CreationTimestamp"])
    closed = shard.get("closed_at", float("inf"))
    moment = max(float(shard_filter.get("Timestamp", 0)), trim)
    match shard_filter["Type"]:
        case "AFTER_SHARD_ID":
            return name > str(shard_filter["ShardId"])
        case "AT_LATEST":
            return is_open(shard)
        case "AT_TRIM_HORIZON":
            return shard["parent_shard_id"] is None or opened <= trim
        case "AT_TIMESTAMP":
            return opened <= moment <= closed
        case "FROM_TIMESTAMP":
            return closed >= moment
        case _:
            return True


def describe_stream_summary(request: dict[str, Any]) -> Response:
    status, headers, body = original(describe_stream_summary)(request)
    _, stream = find_stream(request)
    if status != 200 or stream is None:
        return status, headers, body
    answer = json.loads(body)
    answer["StreamDescriptionSummary"]["OpenShardCount"] = len(open_shards(stream))
    return json_response(answer)


def create_stream(request: dict[str, Any]) -> Response:
    """An on-demand stream starts with four shards."""
    if request.get("StreamModeDetails", {}).get("StreamMode") == "ON_DEMAND":
        request = {**request, "ShardCount": ON_DEMAND_SHARDS}
    return original(create_stream)(request)
