"""The emulator's own HTTP routes under `/_cellflow/`, beside the AWS endpoint."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[..., Awaitable[None]]
Route = Callable[[str, bytes], tuple[int, Any]]

_routes: dict[str, Route] = {}


def route(path: str) -> Callable[[Route], Route]:
    """Decorator: `handler(method, body)` answers `/_cellflow/<path>` with a status and what becomes JSON."""

    def register(handler: Route) -> Route:
        _routes[f"/_cellflow/{path}"] = handler
        return handler

    return register


def with_routes(app: Application) -> Application:
    """An ASGI application that answers the registered routes and leaves the rest to `app`."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        handler = _routes.get(scope.get("path", "")) if scope["type"] == "http" else None
        if handler is None:
            await app(scope, receive, send)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        try:
            status, answer = handler(scope["method"], body)
        except (ValueError, KeyError, TypeError) as error:
            status, answer = 400, {"error": f"{type(error).__name__}: {error}"}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    return application
