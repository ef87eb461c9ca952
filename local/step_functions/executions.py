"""The life of an execution: it starts, runs, ends in one of four ways, and may be redriven."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions as sfn

from local.step_functions import changes, status_events
from local.step_functions.errors import StateError, Stopped
from local.step_functions.frames import Frame
from local.step_functions.history import History, Line, data
from local.step_functions.interpreter import run_states
from local.step_functions.map_runs import MapRun
from local.step_functions.scope import Scope
from local.step_functions.strand import Runner, Strand
from local.step_functions.timing import Work, timing
from local.step_functions.values import now, to_json

logger = logging.getLogger("cellflow.states")


@dataclass
class Live:
    """What an execution's record holds beside the fields that the API shows."""

    definition: dict[str, Any]
    frame: Frame
    history: History
    machine: dict[str, str]
    runners: Mapping[str, Runner]
    scope: Scope | None = None
    redrive_token: str | None = None
    # It ran when the emulator ended, and runs on where it stood.
    goes_on: bool = False


def _live(record: dict[str, Any]) -> Live:
    live: Live = record["_live"]
    return live


def prepare(record: dict[str, Any], machine: dict[str, Any], runners: Mapping[str, Runner]) -> None:
    """Give a started execution's record what the interpreter needs; the definition stays the one it started with."""
    definition = json.loads(machine["definition"])
    frame = Frame(definition["StartAt"], json.loads(record["input"]))
    described = {"Id": record["stateMachineArn"], "Name": machine["name"]}
    record.update(redriveCount=0, _role=machine["roleArn"])
    record["events"][0]["previousEventId"] = 0
    record["_live"] = Live(definition, frame, History(record), described, runners)


def new_child(parent: dict[str, Any], run: MapRun, index: int, processor: dict[str, Any], given: Any) -> dict[str, Any]:
    """The execution of one item of a Map Run."""
    name = new_uuid()
    record: dict[str, Any] = {
        "executionArn": run.child_prefix + name,
        "stateMachineArn": run.machine_arn,
        "mapRunArn": run.arn,
        "name": name,
        "status": "RUNNING",
        "startDate": now(),
        "stopDate": None,
        "input": to_json(given),
        "inputDetails": {"included": True},
        "output": None,
        "outputDetails": {"included": True},
        "events": [],
        "redriveCount": 0,
        "_role": parent["_role"],
        "_index": index,
    }
    live = Live(
        processor,
        Frame(processor["StartAt"], given),
        History(record),
        {"Id": run.machine_arn, "Name": _live(parent).machine["Name"]},
        _live(parent).runners,
    )
    record["_live"] = live
    details = {**data("input", record["input"]), "roleArn": record["_role"]}
    live.history.append(0, "ExecutionStarted", executionStartedEventDetails=details)
    sfn._executions[record["executionArn"]] = record
    status_events.emit(record)
    return record


def run_here(record: dict[str, Any], parent: Scope | None = None) -> None:
    """Run an execution, from its start or from where it stands, until it ends."""
    live = _live(record)
    with live.history.lock:
        if record["status"] != "RUNNING":
            return
        live.scope = scope = Scope(parent)
        # As on AWS, the first state of an execution names no event before it.
        line = Line(live.history, scope, len(live.history.events) if record["redriveCount"] or live.goes_on else 0)
    call_off = _time_limit(record, live)
    try:
        strand = Strand(record, line, _context(record), live.runners)
        output = run_states(strand, live.definition["States"], live.frame)
        _end(record, scope, line.last, "SUCCEEDED", output=to_json(output))
    except Stopped:
        # Whoever called it off has written how it ended; only the parent of a child leaves that to the child.
        _end(record, None, line.last, "ABORTED")
    except StateError as error:
        _end(record, scope, line.last, "FAILED", error=error.error, cause=error.cause)
    except Exception as error:
        logger.exception("execution %s", record["executionArn"])
        _end(record, scope, line.last, "FAILED", error="States.Runtime", cause=f"{type(error).__name__}: {error}")
    finally:
        if call_off is not None:
            call_off()
        scope.close()


def run_in_background(record: dict[str, Any]) -> None:
    timing().start(lambda: run_here(record))


def _context(record: dict[str, Any]) -> dict[str, Any]:
    live = _live(record)
    execution = {
        "Id": record["executionArn"],
        "Input": json.loads(record["input"]),
        "Name": record["name"],
        "RoleArn": record["_role"],
        "StartTime": record["startDate"],
        "RedriveCount": record["redriveCount"],
    }
    if "redriveDate" in record:
        execution["RedriveTime"] = record["redriveDate"]
    return {"Execution": execution, "StateMachine": live.machine}


def _time_limit(record: dict[str, Any], live: Live) -> Work | None:
    """Watches the definition's `TimeoutSeconds`, until it is called off; a redrive gets the whole time again."""
    seconds = live.definition.get("TimeoutSeconds")
    if seconds is None:
        return None
    return timing().after(seconds, lambda: end_from_outside(record, "TIMED_OUT"))


def end_from_outside(record: dict[str, Any], status: str, error: str | None = None, cause: str | None = None) -> bool:
    """End an execution while it runs (`ABORTED`, `TIMED_OUT`); False when it had ended already."""
    live = _live(record)
    with live.history.lock:
        if record["status"] != "RUNNING":
            return False
        if live.scope is not None:
            live.scope.cancel()
        _write_end(record, len(live.history.events), status, error=error, cause=cause)
    changes.settled(record)
    status_events.emit(record)
    return True


def _end(record: dict[str, Any], scope: Scope | None, previous: int, status: str, **outcome: str) -> None:
    with _live(record).history.lock:
        if changes.is_frozen():
            # It runs on when the emulator does.
            return
        if record["status"] != "RUNNING" or (scope is not None and scope.cancelled):
            return
        if scope is None and "mapRunArn" not in record:
            return
        _write_end(record, previous, status, **outcome)
    changes.settled(record)
    status_events.emit(record)


EVENTS = {
    "SUCCEEDED": ("ExecutionSucceeded", "executionSucceededEventDetails"),
    "FAILED": ("ExecutionFailed", "executionFailedEventDetails"),
    "TIMED_OUT": ("ExecutionTimedOut", "executionTimedOutEventDetails"),
    "ABORTED": ("ExecutionAborted", "executionAbortedEventDetails"),
}


def _write_end(record: dict[str, Any], previous: int, status: str, **outcome: str | None) -> None:
    given = {name: value for name, value in outcome.items() if value is not None}
    kind, details = EVENTS[status]
    shown = data("output", given["output"]) if "output" in given else given
    _live(record).history.append(previous, kind, **{details: shown})
    record.update(status=status, stopDate=now(), **given)
    changes.changed(record)


def redrive_record(record: dict[str, Any]) -> None:
    """Set an ended execution running again, where it stands."""
    live = _live(record)
    with live.history.lock:
        record["status"] = "RUNNING"
        record["stopDate"] = None
        record["redriveCount"] += 1
        record["redriveDate"] = now()
        live.goes_on = False
        for name in ("error", "cause"):
            record.pop(name, None)
        details = {"redriveCount": record["redriveCount"]}
        live.history.append(len(live.history.events), "ExecutionRedriven", executionRedrivenEventDetails=details)
    status_events.emit(record)
