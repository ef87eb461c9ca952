"""Writes to the lake bucket and to the catalogue, with what came of them."""

import json
import re
from typing import Any

from ministack.services import glue, s3

from local.overriding import original, override
from local.traces import recording
from local.traces.callers import caller
from local.traces.recording import Trace

Answer = tuple[int, dict[str, str], Any]

# Objects that hold no value of a row: they are written down whole.
SAID = ("claims/", "landings/", "merges/", "sealed/", "visibility/")
TABLES = ("measurements/", "hourly_quality/")
TRACED = (*SAID, *TABLES, "landing/")

_LAKE = re.compile(r"^cellflow-lake-")
_KEY = re.compile(r"<Key>([^<]*)</Key>")
_ETAG = re.compile(r"<ETag>(?:&quot;|\")?([^<&\"]*)")


def is_traced(bucket: str, key: str) -> bool:
    return key.startswith(TRACED) and _LAKE.match(bucket) is not None


def install(trace: Trace) -> None:
    @override(s3, "_put_object")
    def put_object(bucket_name: str, key: str, body: bytes, headers: dict[str, str]) -> Answer:
        if not is_traced(bucket_name, key):
            return original(put_object)(bucket_name, key, body, headers)
        with recording.order:
            answer = original(put_object)(bucket_name, key, body, headers)
            trace.note(
                "put",
                by=caller(headers),
                key=key,
                condition=_condition(headers),
                status=answer[0],
                etag=_header(answer, "etag"),
                size=len(body),
                body=body.decode(errors="replace") if key.startswith(SAID) else None,
            )
        return answer

    @override(s3, "_complete_multipart_upload")
    def complete(bucket_name: str, key: str, body: bytes, query: dict[str, Any], headers: dict[str, str]) -> Answer:
        if not is_traced(bucket_name, key):
            return original(complete)(bucket_name, key, body, query, headers)
        with recording.order:
            answer = original(complete)(bucket_name, key, body, query, headers)
            trace.note(
                "put",
                by=caller(headers),
                key=key,
                status=answer[0],
                etag=_completed(answer),
                size=s3._buckets[bucket_name]["objects"][key]["size"] if answer[0] < 300 else 0,
            )
        return answer

    @override(s3, "_delete_object")
    def delete_object(bucket_name: str, key: str, headers: dict[str, str] | None = None, *rest: Any) -> Answer:
        if not is_traced(bucket_name, key):
            return original(delete_object)(bucket_name, key, headers, *rest)
        with recording.order:
            answer = original(delete_object)(bucket_name, key, headers, *rest)
            trace.note("delete", by=caller(headers), keys=[key] if answer[0] < 300 else [], status=answer[0])
        return answer

    @override(s3, "_delete_objects")
    def delete_objects(bucket_name: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        keys = [key for key in _KEY.findall(body.decode(errors="replace")) if is_traced(bucket_name, key)]
        if not keys:
            return original(delete_objects)(bucket_name, body, headers)
        with recording.order:
            answer = original(delete_objects)(bucket_name, body, headers)
            kept = _kept(answer)
            deleted = [key for key in keys if key not in kept]
            trace.note("delete", by=caller(headers), keys=deleted if answer[0] < 300 else [], status=answer[0])
        return answer

    for name in ("_create_partition", "_batch_create_partition", "_delete_partition"):
        _trace_partitions(trace, name)


def _trace_partitions(trace: Trace, name: str) -> None:
    """Write down what a call of the catalogue changed, by comparing before and after."""

    @override(glue, name)
    def call(data: dict[str, Any]) -> Answer:
        table = data.get("TableName")
        place = f"{data.get('DatabaseName')}/{table}"
        with recording.order:
            before = _values(place)
            answer = original(call)(data)
            after = _values(place)
            if added := sorted(after - before):
                trace.note("partitions", table=table, database=data.get("DatabaseName"), added=added)
            if removed := sorted(before - after):
                trace.note("partitions", table=table, database=data.get("DatabaseName"), removed=removed)
        return answer


def _values(place: str) -> set[str]:
    """Days that a table has; a day is the only key of a partition."""
    return {str(entry["Values"][0]) for entry in glue._partitions.get(place, []) if entry.get("Values")}


def _condition(headers: dict[str, str]) -> str | None:
    if headers.get("if-none-match") == "*":
        return "absent"
    match = headers.get("if-match")
    return None if match is None else match.strip('"')


def _header(answer: Answer, name: str) -> str | None:
    found = next((value for key, value in answer[1].items() if key.lower() == name), None)
    return None if found is None else found.strip('"')


def _text(answer: Answer) -> str:
    body = answer[2]
    return body.decode(errors="replace") if isinstance(body, bytes) else json.dumps(body)


def _completed(answer: Answer) -> str | None:
    found = _ETAG.search(_text(answer)) if answer[0] < 300 else None
    return found.group(1) if found else None


def _kept(answer: Answer) -> set[str]:
    """Keys that a DeleteObjects names as errors."""
    return {key for part in _text(answer).split("<Error>")[1:] for key in _KEY.findall(part.partition("</Error>")[0])}
