"""Whether an execution can be redriven, and if not why."""

from typing import Any

from local.step_functions.history import EVENT_LIMIT
from local.step_functions.values import seconds_since

PERIOD_DAYS = 14
REDRIVE_LIMIT = 1000


def redrive_status(record: dict[str, Any]) -> tuple[str, str | None]:
    """`redriveStatus` and `redriveStatusReason`."""
    status = record["status"]
    if status in ("RUNNING", "SUCCEEDED"):
        return "NOT_REDRIVABLE", f"Execution is {status} and cannot be redriven"
    if record.get("sync"):
        return "NOT_REDRIVABLE", "Execution is of an EXPRESS workflow and cannot be redriven"
    if seconds_since(record["stopDate"]) > PERIOD_DAYS * 86_400:
        return "NOT_REDRIVABLE", f"Execution has ended more than {PERIOD_DAYS} days ago and cannot be redriven"
    if len(record["events"]) >= EVENT_LIMIT - 1:
        return "NOT_REDRIVABLE", "Execution history event limit exceeded"
    if record["redriveCount"] >= REDRIVE_LIMIT:
        return "NOT_REDRIVABLE", f"Execution has been redriven {REDRIVE_LIMIT} times"
    if record.get("mapRunArn"):
        return "REDRIVABLE_BY_MAP_RUN", None
    return "REDRIVABLE", None
