"""Requests that come in over HTTP: to S3 by what S3 bills them as, to others by their action.

A test or bench that calls itself `tester` is not part of what is deployed: its requests are not counted.
"""

import re
from typing import Any
from urllib.parse import parse_qs

from local.control import Application, Receive, Scope, Send
from local.metering import meter

_APP = re.compile(r"\bapp/tester\b")
_TARGET = re.compile(r"^(\w+?)(?:_\d+)?\.(\w+)$")


def s3_request(method: str, path: str, query: dict[str, Any], headers: dict[str, str]) -> str:
    """The kind of a request to S3: `PUT`, `COPY`, `POST`, `LIST` cost alike, `GET` and `HEAD` less, `DELETE` none."""
    is_object = "/" in path.strip("/")
    if method == "PUT" and "x-amz-copy-source" in headers:
        return "COPY"
    if method == "GET" and not is_object and "location" not in query:
        return "LIST"
    # Taking many away at once is billed as one that takes away.
    return "DELETE" if method == "POST" and "delete" in query else method


def caller(headers: dict[str, str]) -> str | None:
    """Functions speak through the SDK of JavaScript, the job through that of Python; None for what is not counted."""
    agent = headers.get("user-agent", "")
    if _APP.search(agent):
        return None
    if "aws-sdk-js" in agent:
        return "functions"
    return "job" if "boto" in agent.lower() else "others"


def with_counts(app: Application) -> Application:
    """An ASGI application that counts what it hands on to `app`."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found = _kind(scope) if scope["type"] == "http" else None
        if found is None:
            await app(scope, receive, send)
            return
        kind, name, by = found

        async def counting(message: dict[str, Any]) -> None:
            meter.count(kind, name, f"bytesOut.{by}", len(message.get("body", b"")))
            await send(message)

        meter.count(kind, name, f"requests.{by}")
        await app(scope, receive, counting)

    return application


def _kind(scope: Scope) -> tuple[str, str, str] | None:
    headers = {name.decode().lower(): value.decode(errors="replace") for name, value in scope["headers"]}
    by = caller(headers)
    if by is None or scope["path"].startswith("/_"):
        return None
    target = _TARGET.match(headers.get("x-amz-target", ""))
    if target:
        return "api", f"{target.group(1)}.{target.group(2)}", by
    if "/s3/aws4_request" in headers.get("authorization", ""):
        query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
        return "s3", s3_request(scope["method"], scope["path"], query, headers), by
    return None
