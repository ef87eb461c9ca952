"""Step Functions with AWS's history, timeouts, abortion and redrive: our interpreter instead of MiniStack's."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions as sfn

from local.overriding import original, override
from local.step_functions import api, changes, executions, publishing, status_events
from local.step_functions.runners import RUNNERS


def install() -> None:
    publishing.install()
    replacements: dict[str, Callable[..., Any]] = {
        "_start_execution": api.start_execution,
        "_run_execution": api.run_execution,
        "_stop_execution": api.stop_execution,
        "_describe_execution": api.describe_execution,
        "_list_executions": api.list_executions,
    }
    for name, action in replacements.items():
        override(sfn, name)(action)

    @override(sfn, "_emit_execution_status_event")
    def emit_execution_status_event(record: dict[str, Any]) -> None:
        # Called for a record that was just made: the moment to give it what our interpreter needs.
        machine = sfn._state_machines.get(record["stateMachineArn"])
        if "_live" not in record and machine is not None and '"JSONata"' not in machine["definition"]:
            executions.prepare(record, machine, RUNNERS)
        record.setdefault("redriveCount", 0)
        changes.settled(record)
        status_events.emit(record)

    @override(sfn, "handle_request")
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return sfn._finalize_response(api.redrive_execution(json.loads(body or b"{}")))
        return await original(handle_request)(method, path, headers, body, query)
