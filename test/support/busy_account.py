"""Many uploads in an account with small quotas: the real state machine, run by the laptop edition's interpreter, with
functions and services that only take their time and keep count.

Limits are rules of `local/faults`, as those of the laptop edition itself.
"""

import json
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from ministack.services import stepfunctions as sfn

from local.faults import rules
from local.step_functions import executions, status_events, tasks
from local.step_functions.errors import StateError
from local.step_functions.runners import RUNNERS
from support.simulated_time import SimulatedTime

ROOT = Path(__file__).resolve().parents[2]
MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:upload"
FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:"

# What each function takes, in seconds; those of a chunk are told apart.
SECONDS = {"PlanUploadArn": 5.0, "JudgeUploadArn": 2.0, "SealUploadArn": 10.0, "BuildReportPageArn": 3.0}
CRAWL_SECONDS = 90.0

Definition = dict[str, Any]


def definition() -> Definition:
    """The state machine as it is, its functions by names that begin as in its definition."""
    text = (ROOT / "statemachines" / "upload.asl.yaml").read_text()
    return filled(yaml.safe_load(text.replace("${Partition}", "aws")))


def filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: filled(value) for name, value in part.items()}
    if isinstance(part, list):
        return [filled(value) for value in part]
    if isinstance(part, str) and part.startswith("${") and part.endswith("Arn}"):
        return FUNCTION + part[2:-1]
    return part


def as_in_version_0_1() -> Definition:
    """The same states with the retriers of version 0.1: throttles among the faults, six attempts in half a minute."""
    pause = {"BackoffRate": 2, "JitterStrategy": "FULL"}
    short = {"IntervalSeconds": 1, "MaxAttempts": 6, "MaxDelaySeconds": 60, **pause}
    faults = [
        {"ErrorEquals": ["Lambda.TooManyRequestsException", "Throttled"], **short},
        {"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 2, "MaxDelaySeconds": 30, **pause},
    ]
    glue = [{"ErrorEquals": ["Glue.ThrottlingException"], **short}]
    old = deepcopy(definition())
    for state in every_task(old):
        state["Retry"] = faults if state["Resource"].startswith(FUNCTION) else glue
    return old


def every_task(machine: Definition) -> list[dict[str, Any]]:
    found = []
    for state in machine["States"].values():
        if state["Type"] == "Task":
            found.append(state)
        for inner in [*state.get("Branches", []), *([state["ItemProcessor"]] if "ItemProcessor" in state else [])]:
            found.extend(every_task(inner))
    return found


@dataclass
class Account:
    """What the uploads meet, and what was done for them."""

    chunks: int
    chunk_seconds: float = 1.0
    query_seconds: float = 4.0
    reports: int = 17
    # Calls of Glue within a second that it answers.
    glue_rate: int = 2
    time: SimulatedTime = field(default_factory=SimulatedTime)
    invocations: int = 0
    queries: int = 0
    most_invocations: int = 0
    most_queries: int = 0
    crawl_ends: float = 0.0
    refused: Counter[str] = field(default_factory=Counter)
    validated: set[tuple[str, int]] = field(default_factory=set)
    published: set[tuple[str, int]] = field(default_factory=set)
    # Uploads that wait to be reported, and who reports them: as rounds go where nothing fails.
    waiting: list[str] = field(default_factory=list)
    leader: str | None = None
    successor: str | None = None
    rounds: list[list[str]] = field(default_factory=list)
    reported: set[tuple[int, str]] = field(default_factory=set)
    mailed: Counter[str] = field(default_factory=Counter)
    glue_calls: Counter[int] = field(default_factory=Counter)

    def call(self, resource: str, payload: Any) -> Any:
        """In the place of MiniStack's calls of functions and services."""
        if resource.startswith(FUNCTION):
            return self.invoke(resource.removeprefix(FUNCTION), payload)
        return self.glue(resource.rpartition(":")[2])

    def invoke(self, name: str, payload: Any) -> Any:
        if rules.is_full("lambda", "Invoke", name, self.invocations):
            self.refused["Lambda"] += 1
            raise StateError("Lambda.TooManyRequestsException", "Rate Exceeded.")
        self.invocations += 1
        self.most_invocations = max(self.most_invocations, self.invocations)
        try:
            work = getattr(self, name, None)
            if work is None:
                self.time.sleep(SECONDS.get(name, 1.0))
                return {}
            return work(payload)
        finally:
            self.invocations -= 1

    def PlanUploadArn(self, payload: Any) -> Any:
        self.time.sleep(SECONDS["PlanUploadArn"])
        upload = payload["event"]["upload"]
        return {"id": upload, "outcome": "planned", "chunkList": {"bucket": "lake", "key": upload}}

    def ValidateChunkArn(self, payload: Any) -> None:
        self.time.sleep(self.chunk_seconds)
        self.validated.add((payload["upload"]["id"], payload["chunk"]["index"]))

    def PublishChunkArn(self, payload: Any) -> None:
        self.time.sleep(self.chunk_seconds)
        chunk = (payload["upload"]["id"], payload["chunk"]["index"])
        assert chunk in self.validated, f"{chunk} is published before it is validated"
        self.published.add(chunk)

    def EnsureStreamingJobArn(self, _payload: Any) -> Any:
        self.time.sleep(1)
        return {"running": True}

    def CheckLandingArn(self, payload: Any) -> Any:
        self.time.sleep(1)
        polls = payload["landing"]["polls"] + 1
        # Landed a few looks after all is published.
        status = "landed" if polls > 5 else "waiting"
        return {**payload["landing"], "polls": polls, "wait": polls, "status": status}

    def FindNewPartitionsArn(self, payload: Any) -> Any:
        self.time.sleep(1)
        partitions = payload["partitions"]
        crawler = partitions.pop("crawler", None)
        if crawler is None:
            return {**partitions, "next": "crawl"}
        is_running = crawler["Crawler"]["State"] == "RUNNING"
        return {**partitions, "next": "wait" if is_running else "done", "wait": partitions["wait"] + 5}

    def JoinReportingArn(self, payload: Any) -> Any:
        self.time.sleep(1)
        upload, me = payload["upload"]["id"], payload["execution"]["Id"]
        if me != self.successor:
            self.waiting.append(upload)
            if self.successor is not None:
                return {"role": "joined", "by": self.successor}
        if self.leader is not None:
            self.successor = me
            return {"role": "wait", "wait": 1}
        self.leader, self.successor = me, None
        self.rounds.append(self.waiting)
        self.waiting = []
        return {"role": "lead", "number": len(self.rounds)}

    def ListReportsArn(self, _payload: Any) -> Any:
        self.time.sleep(1)
        return [{"name": f"report-{number}"} for number in range(self.reports)]

    def RunReportArn(self, payload: Any) -> Any:
        if rules.is_full("athena", "StartQueryExecution", "cellflow", self.queries):
            self.refused["Athena"] += 1
            raise StateError("Throttled", "TooManyRequestsException")
        self.queries += 1
        self.most_queries = max(self.most_queries, self.queries)
        self.time.sleep(self.query_seconds)
        self.queries -= 1
        self.reported.add((payload["round"]["number"], payload["report"]["name"]))
        return {"name": payload["report"]["name"]}

    def BuildReportPageArn(self, payload: Any) -> Any:
        self.time.sleep(SECONDS["BuildReportPageArn"])
        assert len(payload["reports"]) == self.reports
        return {"subject": "reported", "message": "links", "send": True}

    def MailReportsArn(self, payload: Any) -> Any:
        self.time.sleep(1)
        assert self.leader == payload["execution"]["Id"]
        self.leader = None
        self.mailed.update(self.rounds[payload["round"]["number"] - 1])
        return {"outcome": "sent"}

    def glue(self, action: str) -> Any:
        second = int(self.time.seconds)
        self.glue_calls[second] += 1
        if self.glue_calls[second] > self.glue_rate:
            self.refused["Glue"] += 1
            raise StateError("Glue.ThrottlingException", "Rate exceeded")
        is_running = self.time.seconds < self.crawl_ends
        if action == "getCrawler":
            return {"Crawler": {"State": "RUNNING" if is_running else "READY"}}
        if is_running:
            raise StateError("Glue.CrawlerRunningException", "Crawler has already started")
        self.crawl_ends = self.time.seconds + CRAWL_SECONDS
        return {}

    def read_items(self, _reader: Any, _document: Any, _context: Any) -> list[Any]:
        return [{"index": index} for index in range(self.chunks)]


@dataclass
class Outcome:
    """How the uploads ended."""

    account: Account
    records: dict[str, dict[str, Any]]

    @property
    def succeeded(self) -> list[str]:
        return [upload for upload, record in self.records.items() if record["status"] == "SUCCEEDED"]

    @property
    def minutes(self) -> float:
        return self.account.time.seconds / 60

    @property
    def longest_history(self) -> int:
        return max(len(record["events"]) for record in self.records.values())


class BusyAccount:
    """Puts the account in the place of MiniStack's services, for a test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        # The interpreter bounds what runs at once to what a laptop can carry.
        monkeypatch.setenv("CELLFLOW_CONCURRENCY", "100000")
        monkeypatch.setattr(tasks, "_slots", {})
        monkeypatch.setattr(status_events, "emit", lambda record: None)

    def upload(self, machine: Definition, account: Account, begins: list[float]) -> Outcome:
        """Let an upload begin at each of the seconds, and all of them end."""
        patch = self._monkeypatch.setattr
        patch(sfn, "_invoke_resource", account.call)
        patch(sfn, "_read_map_items", account.read_items)
        patch(sfn, "_executions", {})
        patch(sfn, "_map_runs", {})
        described = {"definition": json.dumps(machine), "name": "upload", "roleArn": "arn:aws:iam::000000000000:role/r"}
        outcome = Outcome(account, {})

        def run(upload: str, second: float) -> None:
            account.time.sleep(second)
            record = new_execution(upload)
            executions.prepare(record, described, RUNNERS)
            outcome.records[upload] = record
            executions.run_here(record)

        account.time.run(
            *[lambda upload=f"u{number}", second=second: run(upload, second) for number, second in enumerate(begins)]
        )
        return outcome


def new_execution(upload: str) -> dict[str, Any]:
    return {
        "executionArn": f"{MACHINE.replace(':stateMachine:', ':execution:')}:{upload}",
        "stateMachineArn": MACHINE,
        "name": upload,
        "status": "RUNNING",
        "startDate": "2026-01-01T00:00:00.000Z",
        "stopDate": None,
        "input": json.dumps({"upload": upload}),
        "output": None,
        "events": [{"id": 1, "type": "ExecutionStarted"}],
    }
