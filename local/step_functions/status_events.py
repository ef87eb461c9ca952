"""The event "Step Functions Execution Status Change" on EventBridge's default bus."""

import json
import logging
from datetime import datetime
from typing import Any

from ministack.services import eventbridge

from local.step_functions.redrivability import redrive_status

logger = logging.getLogger("cellflow.states")

# Longer inputs and outputs are left out of the event.
PAYLOAD_LIMIT = 248 * 1024


def _milliseconds(moment: str | None) -> int | None:
    return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp() * 1000) if moment else None


def _payload(record: dict[str, Any], name: str) -> dict[str, Any]:
    value = record.get(name)
    included = value is not None and len(value) <= PAYLOAD_LIMIT
    return {name: value if included else None, f"{name}Details": None if value is None else {"included": included}}


def detail(record: dict[str, Any]) -> dict[str, Any]:
    redrive, reason = redrive_status(record)
    return {
        "executionArn": record["executionArn"],
        "stateMachineArn": record["stateMachineArn"],
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "name": record["name"],
        "status": record["status"],
        "startDate": _milliseconds(record["startDate"]),
        "stopDate": _milliseconds(record.get("stopDate")),
        **_payload(record, "input"),
        **_payload(record, "output"),
        "error": record.get("error"),
        "cause": record.get("cause"),
        "redriveCount": record["redriveCount"],
        "redriveDate": _milliseconds(record.get("redriveDate")),
        "redriveStatus": redrive,
        "redriveStatusReason": reason,
    }


def emit(record: dict[str, Any]) -> None:
    """Publish an execution's status; as on AWS, what goes wrong with that is no matter of the execution."""
    if record.get("sync"):
        return
    entry = {
        "Source": "aws.states",
        "DetailType": "Step Functions Execution Status Change",
        "Detail": json.dumps(detail(record)),
        "Resources": [record["executionArn"]],
    }
    try:
        eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
    except Exception:
        logger.exception("status event of %s", record["executionArn"])
