"""Athena runs SQL: over registered partitions, with execution parameters, a scan limit and measured statistics.

`ATHENA_ENGINE` says on what: `duckdb` (default) in this process, or `trino`, Athena's own engine, beside it.
"""

import contextlib
import json
import os
from typing import Any

from ministack.services import athena

from local import settings
from local.athena.executions import Engine, Executions, queries_at_once
from local.overriding import original, override
from local.responses import Response

_executions: Executions | None = None


def install() -> None:
    """Let MiniStack's Athena answer through our executions."""
    global _executions
    executions = _executions = Executions(_engine(), queries_at_once())

    @override(athena, "_start_query_execution")
    def start(data: dict[str, Any]) -> Response:
        return executions.start(data)

    @override(athena, "handle_request")
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        if headers.get("x-amz-target", "").endswith(".GetQueryExecution"):
            with contextlib.suppress(ValueError):
                await executions.wait_for(json.loads(body).get("QueryExecutionId"))
        return await original(handle_request)(method, path, headers, body, query)

    @override(athena, "_stop_query_execution")
    def stop(data: dict[str, Any]) -> Response:
        return executions.stop(data)

    @override(athena, "_get_query_results")
    def results(data: dict[str, Any]) -> Response:
        return executions.results(data)


def shutdown() -> None:
    """End running queries and the engine."""
    if _executions is not None:
        _executions.close()


def _engine() -> Engine:
    if settings.athena_engine() == "trino":
        from local.athena.trino_engine import TrinoEngine

        return TrinoEngine(settings.endpoint(), settings.local_dir() / "trino")
    from local.athena.duckdb_engine import DuckDbEngine

    spill = settings.local_dir() / "athena-spill"
    return DuckDbEngine(spill=spill, memory=settings.athena_memory(), threads=min(4, os.cpu_count() or 2))
