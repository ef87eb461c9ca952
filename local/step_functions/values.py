"""JSON values, and the limits that Step Functions puts on them."""

import json
from datetime import datetime
from typing import Any

from local.step_functions.errors import StateError
from local.step_functions.timing import timing

PAYLOAD_LIMIT = 262_144


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def check_size(state: str, value: Any) -> str:
    """The JSON of what a state returned, refused over 256 KiB."""
    text = to_json(value)
    if len(text) > PAYLOAD_LIMIT // 4 and len(text.encode()) > PAYLOAD_LIMIT:
        what = f"The state/task '{state}' returned a result with a size exceeding"
        raise StateError("States.DataLimitExceeded", f"{what} the maximum number of bytes service limit.")
    return text


def now() -> str:
    return timing().now().isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_since(moment: str) -> float:
    then = datetime.fromisoformat(moment.replace("Z", "+00:00"))
    return (timing().now() - then).total_seconds()
