"""Kinesis records: read by sequence number to the end of a shard, written within AWS's limits, throttled where told.

MiniStack's iterators hold positions in lists, which are other positions once records have expired.
"""

import bisect
import json
import random
import time
from typing import Any

from ministack.services import kinesis

from local import control, settings
from local.faults import rules
from local.kinesis import iterators
from local.kinesis.logs import StoredRecord
from local.kinesis.shards import (
    Shard,
    Stream,
    expire_records,
    find_shard,
    find_stream,
    is_open,
    next_sequence_number,
    no_stream,
)
from local.overriding import original, override
from local.responses import Response, error_response, json_response

RECORD_LIMIT = 1_048_576
ANSWER_LIMIT = 10 * 1_048_576


def install() -> None:
    override(kinesis, "_get_shard_iterator")(get_shard_iterator)
    override(kinesis, "_get_records")(get_records)
    override(kinesis, "_put_records")(put_records)
    if settings.faults_enabled():
        control.route("empty-stream")(empty_stream)


def empty_stream(_method: str, body: bytes) -> tuple[int, Any]:
    """Let a stream's records be gone, as after its retention: `{"stream": name}`."""
    gone = 0
    for shard in kinesis._streams[json.loads(body)["stream"]]["shards"].values():
        gone += len(shard["records"])
        shard["records"].clear()
    return 200, {"records": gone}


def get_shard_iterator(request: dict[str, Any]) -> Response:
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    shard_name: Any = request.get("ShardId")
    shard = stream["shards"].get(shard_name)
    if shard is None:
        message = f"Shard {shard_name} in stream {stream['StreamName']} does not exist"
        return error_response("ResourceNotFoundException", message, 400)
    start = _start(request, shard)
    if start is None:
        return error_response("InvalidArgumentException", f"Invalid iterator request: {request}", 400)
    return json_response({"ShardIterator": _iterator(stream, shard_name, start)})


def _start(request: dict[str, Any], shard: Shard) -> str | None:
    """The least sequence number that an iterator reads; a text of the same length as all of them, or an empty one."""
    number: str | None = request.get("StartingSequenceNumber")
    match request.get("ShardIteratorType"):
        case "TRIM_HORIZON":
            return ""
        case "LATEST":
            return next_sequence_number()
        case "AT_SEQUENCE_NUMBER" if number:
            return number
        case "AFTER_SEQUENCE_NUMBER" if number:
            return _after(number)
        case "AT_TIMESTAMP" if request.get("Timestamp") is not None:
            moment = float(request["Timestamp"])
            later = (r["SequenceNumber"] for r in shard["records"] if r["ApproximateArrivalTimestamp"] >= moment)
            return next(later, None) or next_sequence_number()
        case _:
            return None


def _after(number: str) -> str:
    return str(int(number) + 1).zfill(len(number))


def _iterator(stream: Stream, shard_name: str, start: str) -> str:
    return iterators.give(stream["StreamName"], stream["StreamARN"], shard_name, start)


def get_records(request: dict[str, Any]) -> Response:
    place = iterators.place_of(request.get("ShardIterator"))
    if place is None:
        return error_response("ExpiredIteratorException", "Iterator expired.", 400)
    shard_name = place.shard
    found = find_shard(place.stream, shard_name)
    if found is None:
        return error_response("ResourceNotFoundException", f"Shard {shard_name} does not exist", 400)
    stream, shard = found
    expire_records(stream)

    records = shard["records"]
    first = bisect.bisect_left(records, place.start, key=lambda record: record["SequenceNumber"])
    page = _page(records, first, min(int(request.get("Limit", 10_000)), 10_000))
    following = first + len(page)
    behind = time.time() - records[following]["ApproximateArrivalTimestamp"] if following < len(records) else 0
    encryption = stream.get("EncryptionType", "NONE")
    answer: dict[str, Any] = {
        "Records": [
            {**record, "Data": kinesis._ensure_base64(record["Data"]), "EncryptionType": encryption} for record in page
        ],
        "MillisBehindLatest": max(0, int(behind * 1000)),
    }
    if is_open(shard) or following < len(records):
        start = _after(page[-1]["SequenceNumber"]) if page else place.start
        answer["NextShardIterator"] = _iterator(stream, shard_name, start)
    else:
        answer["ChildShards"] = [
            _child(name, child) for name, child in stream["shards"].items() if shard_name in _parents(child)
        ]
    return json_response(answer)


def _page(records: list[StoredRecord], first: int, limit: int) -> list[StoredRecord]:
    """As many records as one answer holds; one that alone is larger still comes."""
    page: list[StoredRecord] = []
    size = 0
    for record in records[first : first + limit]:
        size += len(record["Data"]) * 3 // 4
        if page and size > ANSWER_LIMIT:
            break
        page.append(record)
    return page


def _parents(shard: Shard) -> list[str]:
    return [name for name in (shard["parent_shard_id"], shard["adjacent_parent_shard_id"]) if name]


def _child(name: str, shard: Shard) -> dict[str, Any]:
    key_range = {"StartingHashKey": shard["starting_hash_key"], "EndingHashKey": shard["ending_hash_key"]}
    return {"ShardId": name, "ParentShards": _parents(shard), "HashKeyRange": key_range}


def put_records(request: dict[str, Any]) -> Response:
    """PutRecords, with a record's limit counted over key and data, and with entries refused where a fault says so."""
    name, stream = find_stream(request)
    if stream is None:
        return no_stream(name)
    entries = request.get("Records", [])
    if not entries:
        return error_response("ValidationException", "Records must hold at least one entry", 400)
    if any(
        len(e.get("Data", "")) * 3 // 4 + len(e.get("PartitionKey", "").encode()) > RECORD_LIMIT + 2 for e in entries
    ):
        return error_response(
            "ValidationException", f"A record is larger than {RECORD_LIMIT} bytes with its partition key", 400
        )
    refused = _refused(stream["StreamName"], len(entries))
    accepted = [entry for index, entry in enumerate(entries) if index not in refused]
    if not refused:
        return original(put_records)(request)
    answer = {"FailedRecordCount": len(refused), "EncryptionType": stream.get("EncryptionType", "NONE")}
    results = iter(_put_accepted(request, accepted))
    throttled = {
        "ErrorCode": "ProvisionedThroughputExceededException",
        "ErrorMessage": f"Rate exceeded for shard in stream {name}.",
    }
    return json_response(
        {**answer, "Records": [throttled if i in refused else next(results) for i in range(len(entries))]}
    )


def _put_accepted(request: dict[str, Any], accepted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not accepted:
        return []
    _, _, body = original(put_records)({**request, "Records": accepted})
    results: list[dict[str, Any]] = json.loads(body)["Records"]
    return results


def _refused(stream: str, count: int) -> set[int]:
    rule = rules.check("kinesis", "PutRecords", stream, "throttle")
    return {index for index in range(count) if random.random() < rule.fraction} if rule else set()
