"""Task states: one call of a Lambda function or a service, with its events and its time limit."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions as sfn

from local import settings
from local.step_functions.errors import StateError
from local.step_functions.frames import Frame
from local.step_functions.paths import filtered, number, parameters
from local.step_functions.resources import Event, Resource
from local.step_functions.rights import require_call
from local.step_functions.scope import Scope
from local.step_functions.strand import Strand
from local.step_functions.timing import timing
from local.step_functions.values import check_size

logger = logging.getLogger("cellflow.states")

_slots: dict[str, AbstractContextManager[Any]] = {}
_slots_lock = threading.Lock()


def _slot(function: str | None) -> AbstractContextManager[Any]:
    """A place among the invocations of a function that run at once: more would only fill the memory with processes."""
    if function is None:
        return nullcontext()
    with _slots_lock:
        return _slots.setdefault(function, timing().places(settings.concurrency()))


def run_task(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> Any:
    """One attempt of a task; gives what the call answered."""
    raw = frame.input
    resource = Resource(state["Resource"])
    if resource.waits_for_token:
        strand.context["Task"] = {"Token": new_uuid()}
    document = filtered(state, "InputPath", raw, strand.context)
    payload = parameters(state, "Parameters", document, strand.context)
    timeout = number(state, "TimeoutSeconds", raw, strand.context, None)

    events = resource.events(payload, timeout)
    _add(strand, events.scheduled())
    _add(strand, events.started())
    _add(strand, events.submitted())
    try:
        result = _call(strand.scope, resource, payload, timeout, state, strand.context)
        text = check_size(name, result)
    except TimeoutError:
        _add(strand, events.timed_out())
        raise StateError("States.Timeout", "") from None
    except StateError as error:
        _add(strand, events.failed(error.error, error.cause))
        raise
    _add(strand, events.succeeded(text))
    return result


def _add(strand: Strand, event: Event | None) -> None:
    if event is not None:
        kind, details = event
        strand.line.add(kind, **details)


def _call(
    scope: Scope,
    resource: Resource,
    payload: Any,
    timeout: float | None,
    state: dict[str, Any],
    context: dict[str, Any],
) -> Any:
    """Call in a thread of its own: a call cannot be taken back, but nobody has to wait for one that was called off."""
    began, done = timing().event(), timing().event()
    results: list[Callable[[], Any]] = []

    def work() -> None:
        try:
            with _slot(resource.function(payload)):
                if scope.cancelled:
                    return
                began.set()
                results.append(_answer(_invoke(resource, payload, state, context)))
        except StateError as error:
            results.append(_raise(error))
        except Exception as error:
            logger.exception("a call of %s broke", resource.arn)
            results.append(_raise(_broken(resource, payload, error)))
        finally:
            began.set()
            done.set()

    timing().start(work)
    # The time limit counts from the call, not from the wait for a place.
    scope.wait_for(began, None)
    if not scope.wait_for(done, timeout):
        raise TimeoutError
    return results[0]()


def _broken(resource: Resource, payload: Any, error: Exception) -> StateError:
    """What a state sees of a defect of the emulator: what AWS says where a service itself fails."""
    if resource.function(payload):
        name = "Lambda.ServiceException"
    elif resource.service.startswith("aws-sdk:"):
        name = f"{resource.service.removeprefix('aws-sdk:').title()}.SdkClientException"
    else:
        name = "States.TaskFailed"
    return StateError(name, f"{type(error).__name__}: {error}")


def _invoke(resource: Resource, payload: Any, state: dict[str, Any], context: dict[str, Any]) -> Any:
    require_call(context, resource, payload)
    if resource.waits_for_token:
        return sfn._invoke_with_callback(resource.arn, payload, context["Task"]["Token"], state)
    return sfn._invoke_resource(resource.arn, payload)


def _answer(value: Any) -> Callable[[], Any]:
    return lambda: value


def _raise(error: StateError) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail
