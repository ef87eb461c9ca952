"""Which calls change a service's state, and how soon that has to be on disk."""

from enum import Enum
from typing import Any
from urllib.parse import parse_qs


class Effect(Enum):
    """What a call does to the state of its service."""

    NONE = 0
    # Soon, and at the end of an execution, see `saver.py`.
    LATER = 1
    # Before the caller hears that it is done.
    AT_ONCE = 2


READING = ("Get", "List", "Describe", "BatchGet", "Search", "Lookup", "Filter", "Test", "Validate", "Head", "Assume")
CHANGING = (
    *("Create", "Update", "Delete", "Put", "Tag", "Untag", "Register", "Deregister", "Add", "Remove", "Set"),
    *("BatchCreate", "BatchUpdate", "BatchDelete", "Attach", "Detach", "Enable", "Disable", "Import", "Reset"),
    *("Subscribe", "Unsubscribe", "Confirm", "Rotate", "Restore", "Split", "Merge", "Increase", "Decrease"),
)
# What flows through a service, and is kept by other means or need not be.
FLOWING = ("PutEvents", "PutRecord", "PutRecords", "PutMetricData", "PutLogEvents", "Publish", "PublishBatch")
# Whose state may be large, and is of no other service's concern.
UNHURRIED = ("cloudformation", "logs", "monitoring", "sqs")


def action_of(headers: dict[str, str], body: Any, query: dict[str, Any]) -> str:
    """The action of a request to a service that names it in a header or a form; else nothing."""
    _, _, target = headers.get("x-amz-target", "").rpartition(".")
    if target:
        return target
    named = query.get("Action")
    if not named and headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        named = parse_qs(bytes(body).decode(errors="replace")).get("Action")
    return str(named[0]) if named else ""


def effect(service: str, method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any]) -> Effect:
    if service == "s3":
        # Objects are kept as they are written; here it is about the buckets.
        is_bucket = "/" not in path.strip("/") and method in ("PUT", "DELETE") and "delete" not in query
        return Effect.AT_ONCE if is_bucket else Effect.NONE
    if service == "lambda":
        changes = method in ("PUT", "DELETE", "POST") and not path.endswith(("/invocations", "/invoke-async"))
        return Effect.AT_ONCE if changes else Effect.NONE
    action = action_of(headers, body, query)
    if action in FLOWING or action.startswith(READING):
        return Effect.NONE
    if service in UNHURRIED or not action.startswith(CHANGING):
        return Effect.LATER
    return Effect.AT_ONCE
