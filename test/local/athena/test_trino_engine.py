"""What the engine does where Trino cannot run a query yet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.athena import trino_engine
from local.athena.errors import QueryFailed
from local.athena.query import Progress, Query
from local.athena.trino_engine import TrinoEngine
from local.trino.client import Page, TrinoError


class Server:
    """Fails so many queries for want of nodes, then answers."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    def client(self) -> "Server":
        return self

    def pages(self, *_arguments: Any, **_options: Any) -> Iterator[Page]:
        yield Page(None, [], 0)
        self.failures -= 1
        if self.failures >= 0:
            raise TrinoError("NO_NODES_AVAILABLE", "No nodes available to run query")
        yield Page([{"name": "n", "type": "integer", "typeSignature": {"rawType": "integer"}}], [[1]], 7)


def engine_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> TrinoEngine:
    monkeypatch.setattr(trino_engine, "TrinoServer", lambda *_arguments: server)
    monkeypatch.setattr(trino_engine, "NODE_PAUSE", 0.01)
    return TrinoEngine("http://127.0.0.1:1", Path("."))


def run(engine: TrinoEngine) -> bytes:
    return engine.run(Query("select 1 as n", "d"), object(), Progress()).csv  # type: ignore[arg-type]


def test_a_query_that_found_no_node_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(3)

    assert run(engine_on(server, monkeypatch)) == b'"n"\n"1"\n'
    assert server.failures == -1


def test_it_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trino_engine, "NODE_SECONDS", 0.1)

    with pytest.raises(QueryFailed, match="NO_NODES_AVAILABLE: No nodes available to run query"):
        run(engine_on(Server(10_000), monkeypatch))
