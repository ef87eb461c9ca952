"""Streams that are kept: what is known of them as any service's state, their records in files (`logs.py`)."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ministack.services import kinesis

from local.keeping import place, registry, services
from local.kinesis.logs import Data, Log
from local.kinesis.shards import Stream, find_stream
from local.overriding import original, override
from local.responses import Response


def install() -> None:
    registry.restoring.append(restore)
    services.show("kinesis", "streams", without_records)

    @override(kinesis, "_ensure_base64")
    def ensure_base64(value: Any) -> str:
        text: str = value.base64() if isinstance(value, Data) else original(ensure_base64)(value)
        return text

    @override(kinesis, "_put_record")
    def put_record(request: dict[str, Any]) -> Response:
        open_logs(find_stream(request)[1])
        answer: Response = original(put_record)(request)
        return answer

    @override(kinesis, "_put_records")
    def put_records(request: dict[str, Any]) -> Response:
        open_logs(find_stream(request)[1])
        answer: Response = original(put_records)(request)
        return answer


def records() -> Path:
    return place.folder() / "records"


def folder_of(stream: Stream) -> Path:
    """One of the same name that is made later is another."""
    return records() / f"{quote(stream['StreamARN'], safe='')} {stream['CreationTimestamp']}"


def open_logs(stream: Stream | None) -> None:
    """Let a stream's records be on disk: those that it has, and those to come."""
    if stream is None:
        return
    for name, shard in stream["shards"].items():
        if not isinstance(shard["records"], Log):
            log = Log(folder_of(stream) / name)
            log.extend(shard["records"])
            shard["records"] = log


def without_records(stream: Stream) -> Any:
    """What is known of a stream, as it is kept."""
    return {**stream, "shards": {name: {**shard, "records": []} for name, shard in list(stream["shards"].items())}}


def restore() -> None:
    """Give the streams their records, and take away those of streams and shards that are gone."""
    used = set()
    for stream in kinesis._streams._data.values():
        open_logs(stream)
        used |= {folder_of(stream) / name for name in stream["shards"]}
    for folder in records().glob("*/*"):
        if folder not in used:
            shutil.rmtree(folder, ignore_errors=True)
