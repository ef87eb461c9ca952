"""Pass, Wait, Succeed and Fail states."""

from datetime import datetime
from typing import Any

from ministack.services import stepfunctions as sfn

from local.step_functions.errors import StateError, runtime_error
from local.step_functions.paths import filtered, parameters, placed, select
from local.step_functions.strand import Strand
from local.step_functions.timing import timing


def run_pass(strand: Strand, state: dict[str, Any], raw: Any) -> Any:
    document = filtered(state, "InputPath", raw, strand.context)
    result = state["Result"] if "Result" in state else parameters(state, "Parameters", document, strand.context)
    return filtered(state, "OutputPath", placed(state, raw, result), strand.context)


def run_wait(strand: Strand, state: dict[str, Any], raw: Any) -> Any:
    document = filtered(state, "InputPath", raw, strand.context)
    strand.scope.sleep(_wait_seconds(strand, state, document))
    return filtered(state, "OutputPath", document, strand.context)


def _wait_seconds(strand: Strand, state: dict[str, Any], document: Any) -> float:
    if "Seconds" in state or "SecondsPath" in state:
        path = state.get("SecondsPath")
        seconds = select(path, document, strand.context, "SecondsPath") if path else state["Seconds"]
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0:
            raise runtime_error(f"The SecondsPath parameter does not reference a positive integer: {seconds}")
        return float(seconds) * float(sfn._SFN_WAIT_SCALE)
    path = state.get("TimestampPath")
    stamp = select(path, document, strand.context, "TimestampPath") if path else state["Timestamp"]
    try:
        moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        raise runtime_error(
            f"The TimestampPath parameter does not reference a valid ISO-8601 timestamp: {stamp}"
        ) from None
    return (moment - timing().now()).total_seconds()


def run_succeed(strand: Strand, state: dict[str, Any], raw: Any) -> Any:
    return filtered(state, "OutputPath", filtered(state, "InputPath", raw, strand.context), strand.context)


def fail(strand: Strand, state: dict[str, Any], raw: Any) -> StateError:
    """What a Fail state ends with; AWS leaves out what the state does not give."""

    def text(field: str) -> str:
        path = state.get(f"{field}Path")
        return state.get(field, "") if path is None else str(select(path, raw, strand.context, f"{field}Path"))

    return StateError(text("Error"), text("Cause"))
