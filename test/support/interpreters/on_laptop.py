"""Runs a state machine on the laptop edition's interpreter, in this process, over the stores of MiniStack.

Functions and services are asked of the script where MiniStack would call them; what the interpreter makes of the
answer, or of the error, is its own doing.
"""

import contextvars
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from support.interpreters.script import Fails, Stage
from support.interpreters.trace import Trace, trace_of
from support.laptop import until

# Read by MiniStack when it is imported.
os.environ.setdefault("MINISTACK_REGION", "eu-west-1")

from ministack import app
from ministack.services import lambda_svc, s3
from ministack.services import stepfunctions as sfn

from local.step_functions import plugin, tasks

_asking: contextvars.ContextVar[str] = contextvars.ContextVar("asking")
_installed: list[bool] = []


def run(
    machine: dict[str, Any], given: Any, stage: Stage, objects: Mapping[tuple[str, str], bytes], seconds: float = 30
) -> Trace:
    """One execution to its end, with the seconds of waits and retries left out."""
    if not _installed:
        plugin.install()
        _installed.append(True)
    sfn.reset()
    for bucket in {bucket for bucket, _ in objects}:
        s3._buckets.pop(bucket, None)
        checked(s3._create_bucket(bucket, b"", {}))
    for (bucket, key), body in objects.items():
        checked(s3._put_object(bucket, key, body, {"content-length": str(len(body))}))
    with played_by(stage):
        made = checked(
            sfn._create_state_machine(
                {
                    "name": "cellflow-upload",
                    "definition": json.dumps(machine),
                    "roleArn": "arn:aws:iam::000000000000:role/machine",
                }
            )
        )
        request = {"stateMachineArn": made["stateMachineArn"], "name": "one", "input": json.dumps(given)}
        arn = checked(sfn._start_execution(request))["executionArn"]
        record = sfn._executions[arn]
        until("the execution on the laptop edition to end", lambda: record["status"] != "RUNNING", seconds, 0.01)
        return trace_of(machine, record, record["events"], stage.asked)


def checked(answer: tuple[int, Any, Any]) -> Any:
    """The body of an answer, which has to be a success."""
    status, _headers, body = answer
    assert status < 300, body
    return json.loads(body) if body[:1] in (b"{", "{") else body


@contextmanager
def played_by(stage: Stage) -> Iterator[None]:
    """Functions and services answer by the script; nothing waits."""
    invoke_really = tasks._invoke

    def invoke(resource: Any, payload: Any, state: dict[str, Any], context: dict[str, Any]) -> Any:
        _asking.set(context["State"]["Name"])
        return invoke_really(resource, payload, state, context)

    def execute(_function: Any, event: Any) -> dict[str, Any]:
        answer = stage.play(_asking.get(), event)
        if isinstance(answer, Fails):
            return {"error": True, "body": {**answer.body(), "trace": []}}
        return {"body": json.loads(json.dumps(answer))}

    def call(_handler: Any, _method: str, _path: str, _headers: Any, body: str, _query: Any) -> tuple[int, Any, bytes]:
        answer = stage.play(_asking.get(), json.loads(body))
        if isinstance(answer, Fails):
            return 400, {}, json.dumps({"__type": answer.error, "message": answer.message}).encode()
        return 200, {}, json.dumps(answer).encode()

    with (
        patch.object(tasks, "_invoke", invoke),
        patch.object(lambda_svc, "_get_func_record_for_ref", lambda ref: ({"at": ref}, {"at": ref}, ref)),
        patch.object(lambda_svc, "_execution_record_for_config", lambda function, _config: function),
        patch.object(lambda_svc, "_execute_function_with_config_scope", execute),
        patch.object(app, "call_service_handler_sync", call),
        patch.object(sfn, "_SFN_WAIT_SCALE", 0),
    ):
        yield
