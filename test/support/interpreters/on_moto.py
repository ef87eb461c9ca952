"""Runs a state machine on moto's interpreter, which came from LocalStack.

Its S3 is moto's own, so item readers run as they are. Functions and services are asked of the script where moto would
call them; what moto makes of the answer, or of the error, is its own doing.
"""

import functools
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from support.interpreters.script import Fails, Stage
from support.interpreters.trace import Trace, trace_of
from support.laptop import until

# Read by moto when it is imported: the account of the laptop edition, so that ARNs are the same.
os.environ["MOTO_ACCOUNT_ID"] = "000000000000"

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils as functions
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk as sdk,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

REGION = "eu-west-1"
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
# How services are called in the names of errors; moto lacks Glue.
ERROR_NAMES = {**sdk._SERVICE_ERROR_NAMES, "glue": "Glue"}

# The definition, read once for all executions: what counts in it, moto keeps beside it.
_read = functools.cache(AmazonStateLanguageParser.parse)

_asking = threading.local()


def run(
    machine: dict[str, Any], given: Any, stage: Stage, objects: Mapping[tuple[str, str], bytes], seconds: float = 30
) -> Trace:
    """One execution to its end, with the seconds of waits and retries left out."""
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}}))
        stack.enter_context(played_by(stage))
        s3, states = boto3.client("s3", region_name=REGION), boto3.client("stepfunctions", region_name=REGION)
        for bucket in {bucket for bucket, _ in objects}:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for (bucket, key), body in objects.items():
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        made = states.create_state_machine(
            name="cellflow-upload", definition=json.dumps(machine), roleArn="arn:aws:iam::000000000000:role/machine"
        )
        started = states.start_execution(stateMachineArn=made["stateMachineArn"], name="one", input=json.dumps(given))
        arn = started["executionArn"]

        def ended() -> dict[str, Any] | None:
            described = states.describe_execution(executionArn=arn)
            return described if described["status"] in ENDED else None

        described = until("the execution on moto to end", ended, seconds, 0.01)
        events = states.get_execution_history(executionArn=arn)["events"]
        return trace_of(machine, described, events, stage.asked)


@contextmanager
def played_by(stage: Stage) -> Iterator[None]:
    """Functions and services answer by the script; nothing waits."""

    def invoke(parameters: dict[str, Any], **_: Any) -> dict[str, Any]:
        answer = stage.play(_asking.state, json.loads(parameters["Payload"]))
        if isinstance(answer, Fails):
            return {"FunctionError": "Unhandled", "Payload": {**answer.body(), "trace": []}, "StatusCode": 200}
        return {"Payload": json.loads(json.dumps(answer)), "StatusCode": 200}

    with (
        patch.object(AmazonStateLanguageParser, "parse", _read),
        patch.object(
            functions, "execute_lambda_function_integration", noting(functions.execute_lambda_function_integration)
        ),
        patch.object(functions, "_invoke_lambda_function", invoke),
        patch.object(
            sdk.StateTaskServiceAwsSdk, "_eval_service_task", noting(sdk.StateTaskServiceAwsSdk._eval_service_task)
        ),
        patch.object(sdk, "boto_client_for", lambda **_: Service(stage)),
        patch.object(sdk, "_SERVICE_ERROR_NAMES", ERROR_NAMES),
        patch.object(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None)),
        patch.object(WaitFunction, "_wait_interval", lambda *_, **__: None),
    ):
        yield


def noting(call: Callable[..., None]) -> Callable[..., None]:
    """A call of a task, with the name of its state noted for who answers in the same thread."""

    def noted(*arguments: Any, **named: Any) -> None:
        _asking.state = named["env"].states.context_object.context_object_data["State"]["Name"]
        call(*arguments, **named)

    return noted


class Service:
    """The client of any service, whose every operation answers by the script."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**parameters: Any) -> Any:
            answer = self._stage.play(_asking.state, parameters)
            if isinstance(answer, Fails):
                about = {"HTTPStatusCode": 400, "RequestId": "one"}
                response = {"Error": {"Code": answer.error, "Message": answer.message}, "ResponseMetadata": about}
                raise type(answer.error, (ClientError,), {})(response, operation)
            return dict(answer)

        return call
