"""Executions and Map Runs as they are kept, and how those that ran when the emulator ended go on.

On AWS no execution ends because a machine does. Here too it goes on where it stood: the state that was under way is run
again, as after a lost answer; its history shows that it was scheduled twice, and nothing else.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions as sfn

from local.keeping import place, registry
from local.keeping.saver import saver
from local.keeping.store import Changes, pack
from local.step_functions import changes, executions
from local.step_functions.changes import Record
from local.step_functions.executions import Live
from local.step_functions.frames import Frame
from local.step_functions.history import History
from local.step_functions.map_runs import MapRun
from local.step_functions.runners import RUNNERS
from local.step_functions.values import now, seconds_since

logger = logging.getLogger("cellflow.states")

STARTED, PROGRESS, EVENTS, MAP_RUN, MAP_INPUTS = (
    *("execution", "execution progress", "execution events"),
    *("map run", "map run inputs"),
)
# As long as AWS shows an execution that has ended.
SHOWN_SECONDS = 90 * 86_400
# What is kept once, or elsewhere, or is of this process.
ONCE = ("input",)
NOT_PLAIN = ("events", "_live", "_run")


def install() -> None:
    kept = Executions()
    running: list[Record] = []
    registry.sources.append(kept.changes)
    registry.restoring.append(lambda: running.extend(restore(kept)))
    registry.going_on.append(lambda: go_on(running))
    registry.freezing.append(changes.freeze)
    changes.keep_by(kept)


class Executions:
    """What changed since it was last written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed: dict[str, Record] = {}
        self._kept_events: dict[str, int] = {}

    def changed(self, record: Record) -> None:
        with self._lock:
            self._changed[_arn(record)] = record

    def settled(self, record: Record) -> None:
        self.changed(record)
        if "mapRunArn" in record:
            # Written with the others: nobody but the Map Run waits for it.
            return
        if record["status"] == "RUNNING":
            saver().flush_own()
        else:
            saver().flush()

    def changes(self) -> tuple[Changes, Callable[[], None]]:
        """What to write, and what to note when it is written."""
        with self._lock:
            taken, self._changed = self._changed, {}
        found: dict[tuple[str, str], Any] = {}
        counts: dict[str, int] = {}
        for arn, record in taken.items():
            if "_run" in record:
                found.update(_map_run(record["_run"], self._kept_events))
                counts[arn] = 1
            elif "_live" in record:
                kept = self._kept_events.get(arn, 0)
                own, counts[arn] = _execution(record, kept)
                found.update(own)
            else:
                found[STARTED, arn] = pack(record)

        def done() -> None:
            self._kept_events.update(counts)

        return found, done

    def found(self, arn: str, events: int) -> None:
        """So many events of an execution were found on disk."""
        self._kept_events[arn] = events


def _arn(record: Record) -> str:
    arn: str = record["mapRunArn"] if "_run" in record else record["executionArn"]
    return arn


def _execution(record: Record, kept: int) -> tuple[dict[tuple[str, str], Any], int]:
    """What to write of an execution of which so many events are on disk; how many are after that."""
    arn, live = record["executionArn"], record["_live"]
    found: dict[tuple[str, str], Any] = {}
    with live.history.lock:
        if kept == 0:
            once = {name: record[name] for name in ONCE}
            found[STARTED, arn] = pack({**once, "_definition": live.definition, "_machine": live.machine})
        fields = {name: value for name, value in record.items() if name not in (*ONCE, *NOT_PLAIN)}
        found[PROGRESS, arn] = pack({**fields, "_frame": live.frame.plain(), "_token": live.redrive_token})
        events = live.history.events
        if len(events) > kept:
            found[EVENTS, f"{arn} {kept:06}"] = pack(events[kept:])
        return found, len(events)


def _map_run(run: MapRun, kept: dict[str, int]) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    with run.lock:
        fields = {name: value for name, value in run.record.items() if name not in NOT_PLAIN}
        found[MAP_RUN, run.arn] = pack({**fields, "_label": run.label, "_prefix": run.child_prefix})
        if run.inputs and run.arn not in kept:
            found[MAP_INPUTS, run.arn] = pack(run.inputs)
    return found


def restore(keeper: Executions) -> list[Record]:
    """Put back what was kept; gives the executions that ran, to be run on."""
    store = place.store()
    inputs = dict(store.read(MAP_INPUTS))
    runs = {arn: MapRun.of_kept(value, inputs.get(arn, [])) for arn, value in store.read(MAP_RUN)}
    progress = dict(store.read(PROGRESS))
    events: dict[str, list[dict[str, Any]]] = {}
    for key, some in store.read(EVENTS):
        events.setdefault(key.rpartition(" ")[0], []).extend(some)
    running = []
    for arn, begun in store.read(STARTED):
        if "_definition" not in begun:
            _restore_foreign(arn, begun)
            continue
        record = _record(begun, progress[arn], events.get(arn, []))
        if record["stopDate"] and seconds_since(record["stopDate"]) > SHOWN_SECONDS:
            _forget(arn, events)
            continue
        sfn._executions[arn] = record
        keeper.found(arn, len(record["events"]))
        run = runs.get(record.get("mapRunArn", ""))
        if run is not None:
            run.children[record["_index"]] = record
        elif record["status"] == "RUNNING":
            running.append(record)
    for arn, run in runs.items():
        run.count_children()
        sfn._map_runs[arn] = run.record
        keeper.found(arn, 1 if arn in inputs else 0)
    return running


def _record(begun: dict[str, Any], progress: dict[str, Any], events: list[dict[str, Any]]) -> Record:
    own = ("_frame", "_token")
    record = {**{name: value for name, value in progress.items() if name not in own}, "events": events}
    record.update({name: begun[name] for name in ONCE})
    live = Live(begun["_definition"], Frame.of_plain(progress["_frame"]), History(record), begun["_machine"], RUNNERS)
    live.redrive_token = progress["_token"]
    # What had begun is gone on with, where it is run again.
    live.goes_on = record["status"] == "RUNNING"
    record["_live"] = live
    return record


def _restore_foreign(arn: str, record: Record) -> None:
    """An execution of MiniStack's own interpreter, of a definition in JSONata: that cannot go on."""
    if record["status"] == "RUNNING":
        record.update(status="FAILED", stopDate=now(), error="States.Runtime", cause="The emulator ended meanwhile")
    sfn._executions[arn] = record


def _forget(arn: str, events: dict[str, list[dict[str, Any]]]) -> None:
    place.store().write({(STARTED, arn): None, (PROGRESS, arn): None})
    place.store().clear(EVENTS, f"{arn} ")
    events.pop(arn, None)


def go_on(running: list[Record]) -> None:
    """Run on what ran when the emulator ended."""
    for record in running:
        logger.info("%s goes on", record["executionArn"])
        executions.run_in_background(record)
