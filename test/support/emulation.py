"""What tests of the emulator share: waiting, and running state machines."""

import io
import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::000000000000:role/test"


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cellflow/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@contextmanager
def running_emulator(directory: Path, port: int, **variables: str) -> Iterator[SimpleNamespace]:
    """The emulator as its users start it, with faults allowed."""
    log = directory / "emulator.log"
    environment = {
        **os.environ,
        "CELLFLOW_PORT": str(port),
        "CELLFLOW_LOCAL_DIR": str(directory),
        "CELLFLOW_FAULTS": "1",
        "LOG_LEVEL": "WARNING",
        **variables,
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.emulator"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or healthy(url), seconds=30)
        assert process.poll() is None, log.read_text()
        yield SimpleNamespace(url=url, directory=directory, pid=process.pid, log=log)
    finally:
        process.terminate()
        process.wait(20)


def wait_until(condition: Callable[[], Any], seconds: float = 30, every: float = 0.02) -> Any:
    """What the condition gives as soon as it holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds} s")


def archive_of(source: str) -> bytes:
    """The archive of a Node function's code."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.js", source)
    return archive.getvalue()


def task(resource: str, **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "End": True, **fields}


def single(state: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A state machine of one state."""
    return {"StartAt": "Only", "States": {"Only": state}, **fields}


def previous_is_earlier(events: list[dict[str, Any]]) -> bool:
    return all(0 <= event["previousEventId"] < event["id"] for event in events)


class Machines:
    """Runs state machines and reads what became of them."""

    def __init__(self, sfn: Any, role: str = ROLE) -> None:
        self.sfn = sfn
        self.role = role

    def start(self, definition: dict[str, Any], given: Any = None) -> str:
        machine = self.sfn.create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=self.role
        )
        return self.sfn.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(given or {}))[
            "executionArn"
        ]

    def end(self, arn: str, seconds: float = 40) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            described = self.sfn.describe_execution(executionArn=arn)
            return None if described["status"] == "RUNNING" else described

        return wait_until(ended, seconds)

    def run(self, definition: dict[str, Any], given: Any = None) -> dict[str, Any]:
        return self.end(self.start(definition, given))

    def redrive(self, arn: str) -> dict[str, Any]:
        self.sfn.redrive_execution(executionArn=arn)
        return self.end(arn)

    def events(self, arn: str) -> list[dict[str, Any]]:
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
        return [event for page in pages for event in page["events"]]

    def types(self, arn: str) -> list[str]:
        return [event["type"] for event in self.events(arn)]
