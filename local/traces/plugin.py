"""Traces of what happens, with CELLFLOW_TRACE=1: `<local directory>/trace.jsonl`, begun anew at each start."""

from pathlib import Path

from local import settings
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

    _trace = Trace(path())
    callers.install(_trace)
    stores.install(_trace)
    queries.install(_trace)


def shutdown() -> None:
    if _trace is not None:
        _trace.close()
