"""An emulator of our own for these tests, and helpers to build small state machines and functions on it."""

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
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
PORT = int(os.environ.get("CELLFLOW_TEST_PORT", "4601"))
ROLE = "arn:aws:iam::000000000000:role/test"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The emulator as its users start it, with faults allowed."""
    directory = tmp_path_factory.mktemp("local")
    log = (directory / "emulator.log").open("w")
    environment = {
        **os.environ,
        "CELLFLOW_PORT": str(PORT),
        "CELLFLOW_LOCAL_DIR": str(directory),
        "CELLFLOW_FAULTS": "1",
        "LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "local.emulator"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{PORT}"
    try:
        wait_until(lambda: process.poll() is not None or healthy(url), seconds=30)
        assert process.poll() is None, (directory / "emulator.log").read_text()
        yield SimpleNamespace(url=url, directory=directory, pid=process.pid, log=directory / "emulator.log")
    finally:
        process.terminate()
        process.wait(20)


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cellflow/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def wait_until(condition: Callable[[], Any], seconds: float = 15, every: float = 0.02) -> Any:
    """What the condition gives as soon as it holds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(every)
    raise AssertionError(f"did not happen within {seconds} s")


@pytest.fixture(scope="session")
def client(emulator: SimpleNamespace) -> Callable[[str], Any]:
    """A boto3 client of the emulator by service name, without retries of its own."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=50)
    return lambda service: session.client(service, endpoint_url=emulator.url, config=config)


@pytest.fixture(scope="session")
def function(client: Callable[[str], Any]) -> Callable[..., str]:
    """Makes a Node function out of its source, which exports `handler`; gives its ARN."""
    functions = client("lambda")

    def make(source: str, name: str | None = None, timeout: int = 10) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("index.js", source)
        return functions.create_function(
            FunctionName=name or f"f-{uuid.uuid4().hex[:8]}",
            Runtime="nodejs22.x",
            Role=ROLE,
            Handler="index.handler",
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
        )["FunctionArn"]

    return make


class Machines:
    """Runs state machines and reads what became of them."""

    def __init__(self, sfn: Any) -> None:
        self.sfn = sfn

    def start(self, definition: dict[str, Any], given: Any = None) -> str:
        machine = self.sfn.create_state_machine(
            name=f"m-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=ROLE
        )
        return self.sfn.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(given or {}))[
            "executionArn"
        ]

    def end(self, arn: str, seconds: float = 20) -> dict[str, Any]:
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


@pytest.fixture(scope="session")
def machines(client: Callable[[str], Any]) -> Machines:
    return Machines(client("stepfunctions"))


@pytest.fixture
def bucket(client: Callable[[str], Any]) -> str:
    name = f"b-{uuid.uuid4().hex[:12]}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def versioned_bucket(client: Callable[[str], Any], bucket: str) -> str:
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
