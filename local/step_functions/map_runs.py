"""Map Runs: the record of a distributed Map state, its children and their counts."""

import threading
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions as sfn

from local.step_functions import changes
from local.step_functions.timing import timing
from local.step_functions.values import now

COUNTS = (
    "pending",
    "running",
    "succeeded",
    "failed",
    "timedOut",
    "aborted",
    "total",
    "resultsWritten",
    "failuresNotRedrivable",
    "pendingRedrive",
)
COUNTED_AS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timedOut", "ABORTED": "aborted"}


class MapRun:
    """Children of one Map Run by the index of their item; the record is what DescribeMapRun shows."""

    def __init__(self, execution: dict[str, Any], label: str | None, limits: dict[str, Any]) -> None:
        machine = execution["stateMachineArn"]
        prefix, _, name = machine.partition(":stateMachine:")
        self.label = label or new_uuid()
        self.arn = f"{prefix}:mapRun:{name}/{self.label}:{new_uuid()}"
        self.machine_arn = f"{machine}/{self.label}"
        self.child_prefix = f"{prefix}:execution:{name}/{self.label}:"
        self.inputs: list[Any] = []
        self.children: list[dict[str, Any] | None] = []
        self.lock = threading.Lock()
        self.idle = timing().event()
        self.record = {
            "mapRunArn": self.arn,
            "executionArn": execution["executionArn"],
            "status": "RUNNING",
            "startDate": now(),
            **limits,
            "itemCounts": dict.fromkeys(COUNTS, 0),
            "executionCounts": dict.fromkeys(COUNTS, 0),
            "redriveCount": 0,
            "_stateMachineArn": self.machine_arn,
            "_run": self,
        }
        sfn._map_runs[self.arn] = self.record

    @classmethod
    def of_kept(cls, kept: dict[str, Any], inputs: list[Any]) -> "MapRun":
        """A Map Run as it was kept; its children are put into it one by one."""
        run = cls.__new__(cls)
        run.label, run.child_prefix = kept["_label"], kept["_prefix"]
        run.arn, run.machine_arn = kept["mapRunArn"], kept["_stateMachineArn"]
        run.inputs, run.children = inputs, [None] * len(inputs)
        run.lock = threading.Lock()
        run.idle = timing().event()
        run.idle.set()
        run.record = {name: value for name, value in kept.items() if name not in ("_label", "_prefix")}
        run.record["_run"] = run
        return run

    def count_children(self) -> None:
        """Count anew what became of the children."""
        counts = {**dict.fromkeys(COUNTS, 0), "total": len(self.inputs)}
        for child in self.children:
            counts["pending" if child is None else COUNTED_AS.get(child["status"], "running")] += 1
        self.record["itemCounts"], self.record["executionCounts"] = dict(counts), dict(counts)

    def expect(self, inputs: list[Any]) -> None:
        self.inputs = inputs
        self.children = [None] * len(inputs)
        self._count(total=len(inputs), pending=len(inputs))

    def _count(self, **by: int) -> None:
        with self.lock:
            for name, change in by.items():
                for counts in (self.record["itemCounts"], self.record["executionCounts"]):
                    counts[name] += change
        changes.changed(self.record)

    def child_started(self) -> None:
        self._count(pending=-1, running=1)

    def child_redriven(self) -> None:
        self._count(pendingRedrive=-1, running=1)

    def child_ended(self, status: str) -> None:
        self._count(running=-1, **{COUNTED_AS[status]: 1})

    def end(self, status: str) -> None:
        self.record["status"] = status
        self.record["stopDate"] = now()
        changes.changed(self.record)

    def redrive(self) -> None:
        """Running again: what had not succeeded waits for its turn."""
        self.record["status"] = "RUNNING"
        self.record["redriveCount"] += 1
        self.record["redriveDate"] = now()
        self.record.pop("stopDate", None)
        counts = self.record["executionCounts"]
        unsuccessful = {name: -counts[name] for name in ("failed", "timedOut", "aborted")}
        self._count(pendingRedrive=-sum(unsuccessful.values()), **unsuccessful)

    def failed(self) -> int:
        """Children that count against the tolerated failures."""
        counts: dict[str, int] = self.record["executionCounts"]
        return counts["failed"] + counts["timedOut"] + counts["aborted"]

    def exceeded(self) -> bool:
        """Whether more children failed than the state tolerates: without a threshold, one is too many."""
        failed = self.failed()
        count, share = self.record["toleratedFailureCount"], self.record["toleratedFailurePercentage"]
        if not count and not share:
            return failed > 0
        return bool(count and failed > count) or bool(share and failed * 100 > share * len(self.inputs))

    def outputs(self) -> list[Any]:
        return [
            child["_live"].frame.output
            for child in self.children
            if child is not None and child["status"] == "SUCCEEDED"
        ]
