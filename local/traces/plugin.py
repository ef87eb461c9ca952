"""Traces of what happens, with CELLFLOW_TRACE=1: `<local directory>/trace.jsonl`, begun anew at each start.

`POST /_cellflow/trace` writes down what a test says of itself.
"""

import json
from pathlib import Path
from typing import Any

from local import control, settings
from local.traces.recording import Trace

_trace: Trace | None = None


def path() -> Path:
    return settings.local_dir() / "trace.jsonl"


def install() -> None:
    global _trace
    if not settings.trace_enabled():
        return
    # Only now: an edition that records nothing is not touched.
    from local.traces import callers, queries, stores

    trace = _trace = Trace(path())

    @control.route("trace")
    def given(_method: str, body: bytes) -> tuple[int, Any]:
        return 201, {"n": trace.note("given", **json.loads(body))}

    callers.install(trace)
    stores.install(trace)
    queries.install(trace)


def shutdown() -> None:
    if _trace is not None:
        _trace.close()
