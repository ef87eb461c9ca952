"""Actions of the Step Functions API that MiniStack lacks or answers differently from AWS."""

import json
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import stepfunctions as sfn

from local.overriding import original
from local.responses import Response, error_response, json_response
from local.step_functions import executions
from local.step_functions.redrivability import redrive_status
from local.step_functions.runners import RUNNERS


def _no_execution(arn: str | None) -> Response:
    return error_response("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", 400)


def redrive_execution(request: dict[str, Any]) -> Response:
    arn = request.get("executionArn")
    record = sfn._executions.get(arn)
    if record is None:
        return _no_execution(arn)
    live = record.get("_live")
    token = request.get("clientToken")
    if live is not None and token and token == live.redrive_token:
        return json_response({"redriveDate": record["redriveDate"]})
    status, reason = redrive_status(record) if live is not None else ("NOT_REDRIVABLE", "Execution cannot be redriven")
    if status == "REDRIVABLE_BY_MAP_RUN":
        reason = "Execution is a child of a Map Run and is redriven with its parent execution"
    if status != "REDRIVABLE":
        return error_response(
            "ExecutionNotRedrivable", f"The RedriveExecution request is not valid: {reason}. '{arn}'", 400
        )
    live.redrive_token = token
    executions.redrive_record(record)
    executions.run_in_background(record)
    return json_response({"redriveDate": record["redriveDate"]})


def stop_execution(request: dict[str, Any]) -> Response:
    arn = request.get("executionArn")
    record = sfn._executions.get(arn)
    if record is None:
        return _no_execution(arn)
    if "_live" not in record:
        return original(stop_execution)(request)
    executions.end_from_outside(record, "ABORTED", error=request.get("error"), cause=request.get("cause"))
    # AWS answers the same for an execution that has ended.
    return json_response({"stopDate": record["stopDate"]})


def describe_execution(request: dict[str, Any]) -> Response:
    status, headers, body = original(describe_execution)(request)
    record = sfn._executions.get(request.get("executionArn"))
    if status != 200 or record is None or "_live" not in record:
        return status, headers, body
    redrive, reason = redrive_status(record)
    answer = {**json.loads(body), **_redrive_fields(record), "redriveStatus": redrive, "redriveStatusReason": reason}
    return json_response({name: value for name, value in answer.items() if value is not None})


def list_executions(request: dict[str, Any]) -> Response:
    status, headers, body = original(list_executions)(request)
    if status != 200:
        return status, headers, body
    answer = json.loads(body)
    wanted = {"REDRIVEN": True, "NOT_REDRIVEN": False}.get(request.get("redriveFilter", ""))
    shown = []
    for item in answer["executions"]:
        fields = _redrive_fields(sfn._executions[item["executionArn"]])
        if wanted is None or (fields["redriveCount"] > 0) == wanted:
            shown.append({name: value for name, value in {**item, **fields}.items() if value is not None})
    return json_response({**answer, "executions": shown})


def _redrive_fields(record: dict[str, Any]) -> dict[str, Any]:
    return {"redriveCount": record.get("redriveCount", 0), "redriveDate": record.get("redriveDate")}


def start_execution(request: dict[str, Any]) -> Response:
    """As on AWS, a second call with the same name and input answers with the execution that runs."""
    try:
        json.loads(request.get("input", "{}"))
    except ValueError as error:
        return error_response("InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'", 400)
    machine = sfn._state_machines.get(sfn._resolve_state_machine_arn(request.get("stateMachineArn", "")) or "")
    if machine is not None and request.get("name"):
        arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{machine['name']}:{request['name']}"
        record = sfn._executions.get(arn)
        if record is not None and record["status"] == "RUNNING" and record["input"] == request.get("input", "{}"):
            return json_response({"executionArn": arn, "startDate": record["startDate"]})
    return original(start_execution)(request)


def run_execution(arn: str) -> None:
    """Run a started execution to its end: here for StartSyncExecution, in its thread for the others."""
    record = sfn._executions.get(arn)
    machine = sfn._state_machines.get(record["stateMachineArn"]) if record else None
    if record is None or machine is None or '"JSONata"' in machine["definition"]:
        original(run_execution)(arn)
        return
    if "_live" not in record:
        executions.prepare(record, machine, RUNNERS)
    executions.run_here(record)
