"""Distributed Map states: each item becomes an execution of its own, a child of a Map Run."""

from typing import Any

from ministack.services import stepfunctions as sfn

from local import settings
from local.step_functions import executions
from local.step_functions.crew import Job, run_crew
from local.step_functions.errors import StateError, Stopped, runtime_error
from local.step_functions.frames import Frame
from local.step_functions.map_runs import MapRun
from local.step_functions.parallel import item_input, map_items, run_inline_map
from local.step_functions.paths import fill, filtered, number
from local.step_functions.rights import require_children, require_map_run
from local.step_functions.scope import Scope
from local.step_functions.strand import Strand
from local.step_functions.values import check_size

REDRIVE_LIMIT = 1000
UNSUPPORTED = ("ItemBatcher", "ResultWriter")
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


def run_map(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> list[Any]:
    """A Map state of either mode."""
    run = run_distributed_map if is_distributed(state) else run_inline_map
    return run(strand, name, state, frame)


def is_distributed(state: dict[str, Any]) -> bool:
    processor = state.get("ItemProcessor") or state.get("Iterator") or {}
    return bool(processor.get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED")


def run_distributed_map(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> list[Any]:
    """Run the children that have not succeeded yet; gives what those that succeeded returned."""
    if unsupported := [field for field in UNSUPPORTED if field in state]:
        raise runtime_error(f"The laptop edition has no {unsupported[0]}")
    goes_on = frame.map_run is not None and strand.execution["_live"].goes_on
    if goes_on:
        run: MapRun = sfn._map_runs[frame.map_run]["_run"]
    else:
        run = _redrive(strand, frame) if frame.map_run else _start(strand, state, frame)
    try:
        _run_children(strand, state, run, int(run.record["maxConcurrency"]), goes_on)
        if run.exceeded():
            raise StateError(
                "States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded"
            )
        outputs = run.outputs()
        check_size(name, outputs)
    except StateError as error:
        run.end("FAILED")
        strand.line.add("MapRunFailed", mapRunFailedEventDetails={"error": error.error, "cause": error.cause})
        raise
    except Stopped:
        run.end("ABORTED")
        raise
    run.end("SUCCEEDED")
    strand.line.add("MapRunSucceeded")
    strand.line.add_aside("MapStateSucceeded")
    return outputs


def _start(strand: Strand, state: dict[str, Any], frame: Frame) -> MapRun:
    raw = frame.input
    document = filtered(state, "InputPath", raw, strand.context)
    reader = state.get("ItemReader")
    items = None if reader else map_items(strand, state, document)
    limits = {
        "maxConcurrency": int(number(state, "MaxConcurrency", raw, strand.context, 0) or 0),
        "toleratedFailurePercentage": number(state, "ToleratedFailurePercentage", raw, strand.context, 0),
        "toleratedFailureCount": number(state, "ToleratedFailureCount", raw, strand.context, 0),
    }
    run = MapRun(strand.execution, state.get("Label"), limits)
    with strand.guard():
        strand.line.add("MapStateStarted", mapStateStartedEventDetails={"length": len(items or [])})
        strand.line.add("MapRunStarted", mapRunStartedEventDetails={"mapRunArn": run.arn})
    try:
        require_children(strand.context, is_redrive=False)
        if items is None:
            items = _read(strand, reader, document)
        run.expect([item_input(strand, state, document, index, item) for index, item in enumerate(items)])
    except StateError as error:
        run.end("FAILED")
        strand.line.add("MapRunFailed", mapRunFailedEventDetails={"error": error.error, "cause": error.cause})
        raise
    # Only now: a redrive of a Map Run that could not read its items starts a new one.
    with strand.guard():
        frame.map_run = run.arn
    return run


def _read(strand: Strand, reader: Any, document: Any) -> list[Any]:
    place = fill(reader.get("Parameters", {}), document, strand.context)
    require_map_run(strand.context, reader, place)
    try:
        items = sfn._read_map_items(reader, document, strand.context)
    except StateError:
        raise
    except Exception as error:
        raise StateError("States.ItemReaderFailed", f"{type(error).__name__}: {error}") from error
    if not isinstance(items, list):
        raise StateError("States.ItemReaderFailed", "Attempting to map over non-iterable node.")
    return items


def _redrive(strand: Strand, frame: Frame) -> MapRun:
    run: MapRun = sfn._map_runs[frame.map_run]["_run"]
    if run.record["redriveCount"] >= REDRIVE_LIMIT:
        raise runtime_error(f"The Map Run {run.arn} has been redriven {REDRIVE_LIMIT} times")
    require_children(strand.context, is_redrive=True)
    # Children of the attempt before may still be leaving.
    strand.scope.wait_for(run.idle, None)
    with strand.guard():
        run.redrive()
        details = {"mapRunArn": run.arn, "redriveCount": run.record["redriveCount"]}
        strand.line.add("MapRunRedriven", mapRunRedrivenEventDetails=details)
    return run


def _run_children(strand: Strand, state: dict[str, Any], run: MapRun, limit: int, goes_on: bool) -> None:
    processor = state.get("ItemProcessor") or state["Iterator"]
    threshold = Scope(strand.scope)

    def job(index: int) -> Job:
        def start(scope: Scope) -> None:
            child = run.children[index]
            if child is None:
                child = executions.new_child(strand.execution, run, index, processor, run.inputs[index])
                run.children[index] = child
                run.child_started()
            elif child["status"] != "RUNNING":
                executions.redrive_record(child)
                run.child_redriven()
            executions.run_here(child, scope)
            run.child_ended(child["status"])
            if run.exceeded():
                threshold.cancel()

        return start

    # Where the run goes on, what has ended stays as it is: it takes a redrive to run that again.
    ended = ENDED if goes_on else ("SUCCEEDED",)
    unsuccessful = [i for i, child in enumerate(run.children) if child is None or child["status"] not in ended]
    run.idle.clear()
    try:
        run_crew(threshold, map(job, unsuccessful), limit=min(limit or settings.concurrency(), settings.concurrency()))
    except Stopped:
        # Over the threshold the Map Run stops its children and fails; otherwise the execution itself was called off.
        strand.scope.check()
    finally:
        run.idle.set()
        threshold.close()
