"""Injected faults (see `rules.py`), with CELLFLOW_FAULTS=1: `GET`, `POST`, `DELETE /_cellflow/faults`."""

import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app
from ministack.services import s3

from local import control, settings
from local.faults import rules
from local.responses import Response, error_response

Handler = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]
# How soon a call that is held goes on once it may.
LOOK_SECONDS = 0.02


def install() -> None:
    if not settings.faults_enabled():
        return
    for service, handler in app.SERVICE_HANDLERS.items():
        app.SERVICE_HANDLERS[service] = with_faults(service, handler)
    control.route("faults")(answer)


def answer(method: str, body: bytes) -> tuple[int, Any]:
    """Add a rule, or a list of them; show all; clear all."""
    if method == "POST":
        given = json.loads(body)
        added = [rules.add(**rule) for rule in (given if isinstance(given, list) else [given])]
        return 201, [dataclasses.asdict(rule) for rule in added]
    if method == "DELETE":
        rules.clear()
        return 200, []
    return 200, [dataclasses.asdict(rule) for rule in rules.standing()]


def with_faults(service: str, handler: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Any:
        if not rules.standing():
            return await handler(method, path, headers, body, query)
        operation, name = describe(service, method, path, headers, body, query)
        if slow := rules.check(service, operation, name, "delay"):
            await asyncio.sleep(slow.milliseconds / 1000)
        if held := rules.check(service, operation, name, "hold"):
            await released(held)
        if refused := rules.check(service, operation, name, "error"):
            return error(service, refused)
        answer = await handler(method, path, headers, body, query)
        if lost := rules.check(service, operation, name, "error-after"):
            return error(service, lost)
        return answer

    return handle


async def released(held: rules.Rule) -> None:
    until = time.monotonic() + held.milliseconds / 1000
    while rules.is_standing(held) and time.monotonic() < until:
        await asyncio.sleep(LOOK_SECONDS)


def describe(
    service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
) -> tuple[str, str]:
    """The operation of a request and the name of what it is about."""
    if service == "s3":
        return s3_operation(method, path, headers, query), path.lstrip("/")
    _, _, operation = headers.get("x-amz-target", "").partition(".")
    operation = operation or str((query.get("Action") or [""])[0])
    try:
        # The state machine's own calls come as text.
        request = json.loads(body) if body[:1] in (b"{", "{") else {}
    except ValueError:
        request = {}
    names = ("StreamName", "StreamARN", "Name", "JobName", "stateMachineArn", "executionArn", "WorkGroup")
    name = next((str(request[key]) for key in names if request.get(key)), "")
    return operation, name.rpartition("stream/")[2] if ":stream/" in name else name


S3_OPERATIONS = {
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "PUT": "PutObject",
    "DELETE": "DeleteObject",
    "POST": "PostObject",
}


def s3_operation(method: str, path: str, headers: dict[str, str], query: dict[str, Any]) -> str:
    """Name of an S3 operation on objects; others are called by their method and `Bucket`."""
    if "/" not in path.strip("/"):
        if method == "GET" and "list-type" in query:
            return "ListObjectsV2"
        return "DeleteObjects" if "delete" in query else f"{method.title()}Bucket"
    if "uploadId" in query:
        return {"PUT": "UploadPart", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload"}.get(
            method, "ListParts"
        )
    if "uploads" in query:
        return "CreateMultipartUpload"
    if method == "PUT" and "x-amz-copy-source" in headers:
        return "CopyObject"
    return S3_OPERATIONS.get(method, method)


def error(service: str, rule: rules.Rule) -> Response:
    if service == "s3":
        response: Response = s3._error(rule.code, rule.message, rule.status)
        return response
    return error_response(rule.code, rule.message, rule.status)
