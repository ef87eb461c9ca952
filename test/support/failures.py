"""What a failed test tells of the executions that failed meanwhile: an assertion knows only that one did."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from support.laptop import Laptop

MOST_TOLD = 10


def _executions(edition: Laptop, **of: str) -> Iterator[dict[str, Any]]:
    pages = edition.states.get_paginator("list_executions").paginate(statusFilter="FAILED", **of)
    for page in pages:
        yield from page["executions"]


def _children(edition: Laptop, execution: str) -> Iterator[dict[str, Any]]:
    for run in edition.states.list_map_runs(executionArn=execution)["mapRuns"]:
        yield from _executions(edition, mapRunArn=run["mapRunArn"])


def _told(edition: Laptop, execution: str) -> str:
    """Error and cause of each try that failed, and those of the execution itself, after its last state."""
    tries = [
        f"{event['type']}: {detail['error']}: {detail.get('cause', '')[:600]}"
        for event in edition.history(execution)
        for detail in event.values()
        if isinstance(detail, dict) and detail.get("error")
    ]
    return "\n  ".join([f"{execution}, in {edition.states_entered(execution)[-1:]}", *tries])


def failed_executions(edition: Laptop, since: datetime) -> str:
    """Executions that ended badly since then, and the children of their maps that did."""
    machine = edition.outputs["StateMachineArn"]
    ended = [one for one in _executions(edition, stateMachineArn=machine) if one["stopDate"] >= since]
    told = []
    for one in ended[:MOST_TOLD]:
        arns = [one["executionArn"], *(child["executionArn"] for child in _children(edition, one["executionArn"]))]
        told += [_told(edition, arn) for arn in arns[:MOST_TOLD]]
    return "\n".join(told)
