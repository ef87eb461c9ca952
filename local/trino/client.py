"""Trino's statement protocol: a query is posted, then its pages are followed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import urllib3

REQUEST_SECONDS = 60


@dataclass
class Page:
    """One answer: rows that have come, and what the query has read so far."""

    columns: list[dict[str, Any]] | None
    rows: list[list[Any]]
    scanned: int


class TrinoError(Exception):
    """A query that failed, by Trino's own name for it."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass
class TrinoClient:
    """Speaks with one server."""

    url: str
    catalog: str
    session: dict[str, str] = field(default_factory=dict)
    _pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=8))

    def pages(
        self,
        sql: str,
        schema: str,
        session: dict[str, str] | None = None,
        on_start: Callable[[Callable[[], None]], None] | None = None,
    ) -> Iterator[Page]:
        """The pages of a query's answer. `on_start` gets the way to cancel it."""
        settings = {**self.session, **(session or {})}
        headers = {
            "X-Trino-User": "cellflow",
            "X-Trino-Source": "cellflow",
            "X-Trino-Catalog": self.catalog,
            "X-Trino-Schema": schema,
            "X-Trino-Time-Zone": "UTC",
            # No capabilities: timestamps come with milliseconds, as Athena writes them.
        }
        if settings:
            headers["X-Trino-Session"] = ",".join(f"{name}={value}" for name, value in settings.items())
        answer = self._call("POST", f"{self.url}/v1/statement", headers, sql.encode())
        current = answer.get("nextUri")

        def cancel() -> None:
            if current:
                self._pool.request("DELETE", current, timeout=REQUEST_SECONDS, retries=False)

        if on_start is not None:
            on_start(cancel)
        while True:
            error = answer.get("error")
            if error:
                raise TrinoError(error.get("errorName", "GENERIC_INTERNAL_ERROR"), error.get("message", ""))
            yield Page(
                answer.get("columns"),
                answer.get("data") or [],
                answer.get("stats", {}).get("physicalInputBytes", 0),
            )
            current = answer.get("nextUri")
            if not current:
                return
            answer = self._call("GET", current, headers)

    def _call(self, method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
        # 503 asks to come again.
        retries = urllib3.Retry(total=20, status_forcelist=[502, 503, 504], backoff_factor=0.05, allowed_methods=None)
        reply = self._pool.request(method, url, headers=headers, body=body, timeout=REQUEST_SECONDS, retries=retries)
        if reply.status >= 300:
            raise TrinoError(
                "GENERIC_INTERNAL_ERROR", f"HTTP {reply.status}: {reply.data[:500].decode(errors='replace')}"
            )
        answer: dict[str, Any] = json.loads(reply.data)
        return answer
