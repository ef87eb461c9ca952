"""An emulator that these tests stop, kill and start again, always on the same folder."""

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.control import control
from support.emulation import ROOT, Machines, healthy, wait_until

from local import processes, settings

START_SECONDS = 30


class Emulator:
    """One folder, one port, one process after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = processes.free_port(settings.HOST)
        self.url = f"http://{settings.HOST}:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        environment = {
            **os.environ,
            "CELLFLOW_PORT": str(self.port),
            "CELLFLOW_LOCAL_DIR": str(self.folder),
            "CELLFLOW_FAULTS": "1",
            # What waits when it ends has to wait still.
            "SFN_WAIT_SCALE": "1",
            "LOG_LEVEL": "WARNING",
        }
        with (self.folder / "emulator.log").open("ab") as log:
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "local.emulator"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        wait_until(lambda: process.poll() is not None or healthy(self.url), seconds=START_SECONDS)
        assert process.poll() is None, self.log()

    def stop(self) -> None:
        """As `make down` does."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(20)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)

    def end(self, how: str) -> None:
        {"stopped": self.stop, "killed": self.kill}[how]()

    def log(self) -> str:
        return (self.folder / "emulator.log").read_text()

    @functools.cache  # noqa: B019 # As long as the test.
    def client(self, service: str) -> Any:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=50)
        return session.client(service, endpoint_url=self.url, config=config)

    def machines(self) -> Machines:
        return Machines(self.client("stepfunctions"))

    def control(self, path: str, **body: Any) -> Any:
        return control(self.url, "POST", path, body)


def make_bucket(emulator: Any, name: str, *, versioned: bool = False) -> Any:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return s3


def body_of(s3: Any, bucket: str, key: str, **more: Any) -> bytes:
    return s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    one = Emulator(tmp_path)
    one.start()
    yield one
    one.kill()
