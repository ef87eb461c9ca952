"""Queries that ran when the emulator ended: they have no answer, and say so."""

import time

from ministack.services import athena

from local.keeping import registry


def install() -> None:
    registry.restoring.append(end)


def end() -> None:
    for execution in athena._executions._data.values():
        status = execution["Status"]
        if status["State"] in ("QUEUED", "RUNNING"):
            status.update(
                State="FAILED",
                StateChangeReason="GENERIC_INTERNAL_ERROR: the emulator ended while the query ran",
                CompletionDateTime=time.time(),
            )
