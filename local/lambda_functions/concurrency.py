"""The account's limit of Lambda invocations at once, as a rule of `local/faults` sets it.

A call from outside is refused with 429, that of a state machine with `Lambda.TooManyRequestsException`. An event that
came asynchronously waits: on AWS it stays in Lambda's queue for up to six hours, and that costs it no attempt.
"""

import contextvars
import json
import threading
import time
from typing import Any

from ministack.services import lambda_svc
from ministack.services import stepfunctions as sfn

from local.faults import rules
from local.overriding import original, override
from local.step_functions.errors import StateError

QUEUE_PAUSE_SECONDS = 0.2

_lock = threading.Lock()


def install() -> None:
    @override(lambda_svc, "_acquire_execution_slot")
    def acquire_execution_slot(func: dict[str, Any], config: dict[str, Any]) -> Any:
        with _lock:
            running, _ = lambda_svc.executions_in_flight()
            if rules.is_full("lambda", "Invoke", config.get("FunctionName", ""), running):
                return None, "account"
            return original(acquire_execution_slot)(func, config)

    @override(lambda_svc, "_execute_function")
    def execute_function(func: dict[str, Any], event: Any) -> dict[str, Any]:
        while True:
            result: dict[str, Any] = original(execute_function)(func, event)
            if not (result.get("throttle") and _queued.get()):
                return result
            time.sleep(QUEUE_PAUSE_SECONDS)

    @override(lambda_svc, "invoke_async_with_retry")
    def invoke_async_with_retry(func: dict[str, Any], event: Any) -> None:
        # Its thread begins with this context.
        context = contextvars.copy_context()
        context.run(_queued.set, True)
        context.run(original(invoke_async_with_retry), func, event)

    @override(sfn, "_call_lambda")
    def call_lambda(reference: str, event: Any) -> Any:
        try:
            return original(call_lambda)(reference, event)
        except StateError as error:
            raise _throttled(error) from None


_queued: contextvars.ContextVar[bool] = contextvars.ContextVar("queued", default=False)


def _throttled(error: StateError) -> StateError:
    """A refusal by the name that AWS gives it; any other error as it is."""
    if error.error != "Lambda.Unknown" or '"TooManyRequestsException"' not in error.cause:
        return error
    reason = json.loads(error.cause).get("Reason", "")
    return StateError(
        "Lambda.TooManyRequestsException",
        f"Rate Exceeded. (Service: Lambda, Status Code: 429, Reason: {reason})",
    )
