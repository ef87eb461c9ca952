"""The laptop edition as a test uses it: its own port and folder, real uploads, executions and mails."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import boto3
from botocore.config import Config

from local import processes
from support.control import control

ROOT = Path(__file__).resolve().parent.parent.parent
UP_SECONDS = 360
# Times of waits are those of two processors with nothing else to do; suites run three at a time.
PATIENCE = 2
# A call is held so long at most: less than a client waits for an answer.
HOLD_SECONDS = 50
ENDED = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Upload:
    """One version of one key in the uploads bucket."""

    bucket: str
    key: str
    version: str

    @property
    def id(self) -> str:
        return hashlib.sha256("\0".join((self.bucket, self.key, self.version)).encode()).hexdigest()[:16]

    @property
    def claim(self) -> str:
        return f"claims/{hashlib.sha256(chr(0).join((self.bucket, self.key)).encode()).hexdigest()[:32]}.json"


def until(what: str, look: Callable[[], Value | None], seconds: float, pause: float = 0.2) -> Value:
    """Look until there is an answer; a wait that ends without one says what it waited for."""
    seconds *= PATIENCE
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found is not None and found is not False:
            return found
        time.sleep(pause)
    raise TimeoutError(f"waited {seconds:.0f} s for {what}")


@dataclass
class Laptop:
    """A running laptop edition."""

    folder: Path
    port: int
    console_port: int
    environment: dict[str, str] = field(default_factory=dict)
    # Calls that went wrong by order, of all rules so far.
    struck: int = 0
    # Those that are up.
    running: ClassVar[list["Laptop"]] = []

    def up(self) -> None:
        self._stack("up")
        if self not in self.running:
            self.running.append(self)

    def down(self) -> None:
        if self in self.running:
            self.running.remove(self)
        self._stack("down")

    def _stack(self, command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "local.stack", command],
            cwd=ROOT,
            env=self.variables,
            timeout=UP_SECONDS,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"local.stack {command} failed:\n{done.stdout[-6_000:]}")

    @property
    def variables(self) -> dict[str, str]:
        own = {
            "CELLFLOW_PORT": str(self.port),
            "CELLFLOW_CONSOLE_PORT": str(self.console_port),
            "CELLFLOW_LOCAL_DIR": str(self.folder),
        }
        return {**os.environ, **own, **self.environment}

    @cached_property
    def description(self) -> dict[str, Any]:
        return json.loads((self.folder / "stack.json").read_text())

    def forget_description(self) -> None:
        """Read it anew: a deployment may have other outputs."""
        self.__dict__.pop("description", None)

    @property
    def outputs(self) -> dict[str, str]:
        return self.description["outputs"]

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.description["endpoint"],
            region_name=self.description["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
            # By this name a trace knows what the test did itself, which is given.
            config=Config(
                retries={"max_attempts": 8, "mode": "standard"}, max_pool_connections=32, user_agent_appid="tester"
            ),
        )

    @cached_property
    def s3(self) -> Any:
        return self.client("s3")

    @cached_property
    def states(self) -> Any:
        return self.client("stepfunctions")

    @cached_property
    def glue(self) -> Any:
        return self.client("glue")

    @cached_property
    def kinesis(self) -> Any:
        return self.client("kinesis")

    @cached_property
    def events(self) -> Any:
        return self.client("events")

    @cached_property
    def athena(self) -> Any:
        return self.client("athena")

    # Uploads and executions

    def put(self, body: bytes, key: str) -> Upload:
        bucket = self.outputs["UploadsBucket"]
        version = self.s3.put_object(Bucket=bucket, Key=key, Body=body)["VersionId"]
        return Upload(bucket, key, version)

    def execution_of(self, upload: Upload, seconds: float = 60) -> str:
        """ARN of the execution that claimed the upload."""

        def claimed() -> str | None:
            claim = self.read_json(upload.claim)
            return claim["execution"] if claim and claim["upload"] == upload.id else None

        return until(f"an execution to claim {upload.key}", claimed, seconds)

    def describe(self, execution: str) -> dict[str, Any]:
        return self.states.describe_execution(executionArn=execution)

    def wait(self, execution: str, seconds: float = 90) -> dict[str, Any]:
        """The execution once it has ended."""

        def ended() -> dict[str, Any] | None:
            description = self.describe(execution)
            return description if description["status"] in ENDED else None

        try:
            return until(f"{execution} to end", ended, seconds)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it is in {self.states_entered(execution)[-1:]}") from None

    def run(self, body: bytes, key: str, seconds: float = 90) -> tuple[Upload, dict[str, Any]]:
        """Upload a file and wait until its execution has ended."""
        upload = self.put(body, key)
        return upload, self.wait(self.execution_of(upload), seconds)

    def redrive(self, execution: str, seconds: float = 90) -> dict[str, Any]:
        self.states.redrive_execution(executionArn=execution)
        return self.wait(execution, seconds)

    def executions_for(self, key: str) -> list[dict[str, Any]]:
        """Every execution whose event names the key, oldest first."""
        pages = self.states.get_paginator("list_executions").paginate(stateMachineArn=self.outputs["StateMachineArn"])
        found = [self.describe(item["executionArn"]) for page in pages for item in page["executions"]]
        mine = [item for item in found if json.loads(item["input"])["detail"]["object"]["key"] == key]
        return sorted(mine, key=lambda item: item["startDate"])

    def history(self, execution: str) -> list[dict[str, Any]]:
        pages = self.states.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event for page in pages for event in page["events"]]

    def states_entered(self, execution: str) -> list[str]:
        events = self.history(execution)
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def cellflow(self, *arguments: str, code: int = 0, variables: dict[str, str] | None = None) -> str:
        """What the command line prints, also what went wrong where something is to; it must end with `code`."""
        done = subprocess.run(
            ["node", "cli/cellflow.mjs", *arguments],
            cwd=ROOT,
            env={**self.variables, "AWS_SDK_UA_APP_ID": "cellflow-cli", **(variables or {})},
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    # Objects

    def keys(self, prefix: str, bucket: str = "LakeBucket") -> Iterator[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.outputs[bucket], Prefix=prefix)
        for page in pages:
            for item in page.get("Contents", []):
                yield item["Key"]

    def read(self, key: str, bucket: str = "LakeBucket") -> bytes:
        return self.s3.get_object(Bucket=self.outputs[bucket], Key=key)["Body"].read()

    def read_json(self, key: str, bucket: str = "LakeBucket") -> Any | None:
        try:
            return json.loads(self.read(key, bucket))
        except self.s3.exceptions.NoSuchKey:
            return None

    def reported(self, upload: Upload) -> dict[str, Any] | None:
        """By whom an upload was reported, and in which round; nothing where it was not, or not yet."""
        return self.read_json(f"runs/{upload.id}/reported.json")

    def result(self, upload: Upload, name: str, seconds: float = 90) -> str:
        """A page or CSV that tells of the upload, which may be that of another one of its round."""
        mark = until(f"{upload.key} to be reported", lambda: self.reported(upload), seconds)
        return self.read(f"{mark['upload']}/{name}", "ReportsBucket").decode()

    @property
    def trace(self) -> Path:
        """What took effect in this edition so far, where it was started with `CELLFLOW_TRACE`."""
        return self.folder / "trace.jsonl"

    def keeps(self, seconds: float) -> None:
        """Say in the trace, if there is one, that a test sweeps by itself, and keeps what is retired for so long."""
        if "CELLFLOW_TRACE" in self.environment:
            self.control("POST", "trace", {"grace": round(seconds * 1_000)})

    # Mails

    def mails(self) -> list[EmailMessage]:
        files = sorted((self.folder / "mail").glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    def mail_that_names(self, *words: str, seconds: float = 20) -> EmailMessage:
        def found() -> EmailMessage | None:
            for mail in reversed(self.mails()):
                text = f"{mail['subject']}\n{mail.get_content()}"
                if all(word in text for word in words):
                    return mail
            return None

        return until(f"a mail that names {', '.join(words)}", found, seconds)

    # Faults

    def inject(self, **rule: Any) -> None:
        """Add a rule of `local/faults/rules.py`."""
        self.control("POST", "faults", rule)

    @contextlib.contextmanager
    def holding(self, **calls: Any) -> Iterator[None]:
        """Within it such calls wait; they go on at its end, with all faults cleared."""
        self.inject(effect="hold", milliseconds=HOLD_SECONDS * 1_000, **calls)
        try:
            yield
        finally:
            self.clear_faults()

    def clear_faults(self) -> None:
        self.struck += self.faults_fired()
        self.control("DELETE", "faults")

    def faults_fired(self) -> int:
        """How often the rules in force have struck."""
        return sum(rule["fired"] for rule in self.control("GET", "faults"))

    def control(self, method: str, route: str, body: Any = None) -> Any:
        """Call a route of the emulator that AWS does not have."""
        return control(self.description["endpoint"], method, route, body)

    # Rights

    def denied(self) -> list[tuple[str, str, str]]:
        """Who was denied what on which resource, where rights are enforced."""
        calls = self.control("GET", "rights")
        return [(call["principal"], call["action"], call["resource"]) for call in calls if not call["allowed"]]

    def forget_denied(self) -> None:
        self.control("DELETE", "rights")

    # The streaming job

    def job_runs(self, *states: str) -> list[dict[str, Any]]:
        """Runs of the job in one of the states, newest first."""
        runs = self.glue.get_job_runs(JobName=self.outputs["JobName"])["JobRuns"]
        return [run for run in runs if run["JobRunState"] in states]

    def stop_job(self) -> None:
        """Stop the job's run, where one is up, and wait until it has ended."""
        for run in self.job_runs("STARTING", "RUNNING", "WAITING"):
            self.glue.batch_stop_job_run(JobName=self.outputs["JobName"], JobRunIds=[run["Id"]])
        until("the job to end", lambda: not self.job_runs("STARTING", "RUNNING", "WAITING", "STOPPING"), 60)

    def start_job(self) -> None:
        """Have a run of the job up."""
        if not self.job_runs("STARTING", "RUNNING", "WAITING"):
            self.glue.start_job_run(JobName=self.outputs["JobName"])
        until("the job to run", lambda: self.job_runs("RUNNING"), 90)

    def job_processes(self, kind: str = "") -> list[int]:
        """Pids of the processes of the job's runs whose command line names `kind`, such as `java`, parents first."""
        emulator = self.description["pids"]["emulator"]
        runs = [pid for pid in processes.descendants(emulator) if "/glue/jr_" in processes.command_line(pid)]
        family = dict.fromkeys(runs + [child for pid in runs for child in processes.descendants(pid)])
        return [pid for pid in family if kind in processes.command_line(pid)]

    def kill_job(self) -> None:
        """End the job as a lost machine does: every process of it, at once, with no chance to tidy up."""
        pids = self.job_processes()
        assert pids, "no process of the job runs"
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
