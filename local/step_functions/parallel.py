"""Parallel states, and Map states that iterate inside the execution."""

from typing import Any

from local.step_functions.crew import Job, run_crew
from local.step_functions.errors import StateError, Stopped, runtime_error
from local.step_functions.frames import Frame
from local.step_functions.interpreter import run_states
from local.step_functions.paths import fill, filtered, number, parameters, select
from local.step_functions.scope import Scope
from local.step_functions.strand import Strand

# As many iterations as AWS runs at once.
INLINE_CONCURRENCY = 40


def run_parallel(strand: Strand, _name: str, state: dict[str, Any], frame: Frame) -> list[Any]:
    """Run the branches that have not succeeded yet; gives what all of them returned."""
    branches = state["Branches"]
    if not frame.parts:
        document = filtered(state, "InputPath", frame.input, strand.context)
        given = parameters(state, "Parameters", document, strand.context)
        with strand.guard():
            strand.line.add("ParallelStateStarted")
            frame.parts = [Frame(branch["StartAt"], given) for branch in branches]

    def job(branch: dict[str, Any], part: Frame) -> Job:
        def run(scope: Scope) -> None:
            own = strand.fork(scope)
            try:
                _run_part(strand, own, branch["States"], part)
            finally:
                strand.line.last = own.line.last

        return run

    pending = [job(branch, part) for branch, part in zip(branches, frame.parts, strict=True) if not part.done]
    run_crew(strand.scope, pending, limit=len(branches))
    strand.line.add_aside("ParallelStateSucceeded")
    return [part.output for part in frame.parts]


def run_inline_map(strand: Strand, name: str, state: dict[str, Any], frame: Frame) -> list[Any]:
    """Run the iterations that have not succeeded yet; gives what all of them returned."""
    raw = frame.input
    processor = state.get("ItemProcessor") or state["Iterator"]
    document = filtered(state, "InputPath", raw, strand.context)
    items = map_items(strand, state, document)
    if len(frame.parts) != len(items) or not items:
        inputs = [item_input(strand, state, document, index, item) for index, item in enumerate(items)]
        with strand.guard():
            strand.line.add("MapStateStarted", mapStateStartedEventDetails={"length": len(items)})
            frame.parts = [Frame(processor["StartAt"], given) for given in inputs]

    def job(index: int, item: Any, part: Frame) -> Job:
        details = {"name": name, "index": index}

        def run(scope: Scope) -> None:
            own = strand.fork(scope, Map={"Item": {"Index": index, "Value": item}})
            if not part.entered:
                own.line.add("MapIterationStarted", mapIterationStartedEventDetails=details)
            try:
                _run_part(strand, own, processor["States"], part)
            except StateError:
                own.line.add_aside("MapIterationFailed", mapIterationFailedEventDetails=details)
                raise
            except Stopped:
                strand.add_for_stopped(own.line, "MapIterationAborted", mapIterationAbortedEventDetails=details)
                raise
            finally:
                strand.line.last = own.line.last
            own.line.add_aside("MapIterationSucceeded", mapIterationSucceededEventDetails=details)

        return run

    limit = int(number(state, "MaxConcurrency", raw, strand.context, 0) or INLINE_CONCURRENCY)
    pending = [
        job(i, item, part) for i, (item, part) in enumerate(zip(items, frame.parts, strict=True)) if not part.done
    ]
    run_crew(strand.scope, pending, limit=min(limit, INLINE_CONCURRENCY))
    strand.line.add_aside("MapStateSucceeded")
    return [part.output for part in frame.parts]


def map_items(strand: Strand, state: dict[str, Any], document: Any) -> list[Any]:
    items = select(state.get("ItemsPath", "$"), document, strand.context, "ItemsPath")
    if not isinstance(items, list):
        raise runtime_error(f'Reference path "{state.get("ItemsPath", "$")}" must point to array.')
    return items


def item_input(strand: Strand, state: dict[str, Any], document: Any, index: int, item: Any) -> Any:
    """What an iteration or a child gets: the item, or what `ItemSelector` makes of it."""
    selector = state.get("ItemSelector", state.get("Parameters"))
    if selector is None:
        return item
    return fill(selector, document, {**strand.context, "Map": {"Item": {"Index": index, "Value": item}}})


def _run_part(strand: Strand, own: Strand, states: dict[str, Any], part: Frame) -> None:
    try:
        run_states(own, states, part)
    except Stopped:
        kind = states[part.state]["Type"]
        if part.entered and kind in ("Task", "Wait", "Parallel", "Map"):
            strand.add_for_stopped(own.line, f"{kind}StateAborted")
        raise
