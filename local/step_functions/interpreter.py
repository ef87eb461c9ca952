"""Walking through states, from where a frame stands to the end."""

from typing import Any

from ministack.services import stepfunctions as sfn

from local.step_functions import choice, simple_states
from local.step_functions.errors import StateError, runtime_error
from local.step_functions.frames import Frame
from local.step_functions.history import data
from local.step_functions.paths import fill, filtered, placed
from local.step_functions.retry import Retries, catcher
from local.step_functions.strand import Strand
from local.step_functions.values import check_size, to_json


def run_states(strand: Strand, states: dict[str, Any], frame: Frame) -> Any:
    """Run from the frame's state on; gives the output of the last state, which the frame holds too."""
    while not frame.done:
        name = frame.state
        state = states.get(name)
        if state is None:
            raise runtime_error(f"State '{name}' is not defined")
        kind = state["Type"]
        strand.enter(name)
        if not frame.entered:
            with strand.guard():
                entered = {"name": name, **data("input", to_json(frame.input))}
                frame.entered = strand.line.add(f"{kind}StateEntered", stateEnteredEventDetails=entered)
        try:
            output, following = _run_state(strand, name, state, frame)
            text = check_size(name, output)
        except StateError as error:
            if error.error == "States.DataLimitExceeded":
                # What succeeded inside the state runs again too.
                with strand.guard():
                    frame.reset_parts()
            raise _located(error, name, frame.entered) from None
        with strand.guard():
            exited = {"name": name, **data("output", text)}
            strand.line.add(f"{kind}StateExited", stateExitedEventDetails=exited)
            if following is None:
                frame.finish(output)
            else:
                frame.advance(following, output)
    return frame.output


def _located(error: StateError, name: str, entered: int) -> StateError:
    """The error, with the state named where it is the definition that does not fit the data."""
    where = "An error occurred while executing the state"
    if error.error != "States.Runtime" or error.cause.startswith(where):
        return error
    return StateError(error.error, f"{where} '{name}' (entered at the event id #{entered}). {error.cause}")


def _run_state(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> tuple[Any, str | None]:
    raw = frame.input
    following = None if state.get("End") else state.get("Next")
    match state["Type"]:
        case "Pass":
            return simple_states.run_pass(strand, state, raw), following
        case "Wait":
            return simple_states.run_wait(strand, state, raw), following
        case "Succeed":
            return simple_states.run_succeed(strand, state, raw), None
        case "Fail":
            raise simple_states.fail(strand, state, raw)
        case "Choice":
            document = filtered(state, "InputPath", raw, strand.context)
            chosen = choice.choose(state, document, strand.context)
            return filtered(state, "OutputPath", document, strand.context), chosen
        case kind if kind in strand.runners:
            return _run_with_retries(strand, name, state, frame)
        case other:
            raise runtime_error(f"Unknown state type '{other}'")


def _run_with_retries(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> tuple[Any, str | None]:
    raw = frame.input
    retries = Retries(state)
    while True:
        try:
            result = fill_result(strand, state, strand.runners[state["Type"]](strand, name, state, frame))
            output = filtered(state, "OutputPath", placed(state, raw, result), strand.context)
            return output, None if state.get("End") else state.get("Next")
        except StateError as error:
            delay = retries.delay(error)
            if delay is not None:
                strand.scope.sleep(delay * sfn._SFN_WAIT_SCALE)
                with strand.guard():
                    frame.reset_parts()
                strand.count_retry(retries.count)
                continue
            if state["Type"] != "Task":
                strand.line.add(f"{state['Type']}StateFailed")
            caught = catcher(state, error)
            if caught is None:
                raise
            return placed(caught, raw, {"Error": error.error, "Cause": error.cause}), caught["Next"]


def fill_result(strand: Strand, state: dict[str, Any], result: Any) -> Any:
    """`ResultSelector` applied."""
    return fill(state["ResultSelector"], result, strand.context) if "ResultSelector" in state else result
