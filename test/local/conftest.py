"""An emulator of our own for these tests, and helpers to build small state machines and functions on it."""

import functools
import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.control import control
from support.emulation import ROLE, Machines, archive_of, running_emulator

from local import processes, settings


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    with running_emulator(tmp_path_factory.mktemp("local"), processes.free_port(settings.HOST)) as running:
        yield running


@pytest.fixture(scope="session")
def client(emulator: SimpleNamespace) -> Callable[[str], Any]:
    """The boto3 client of the emulator by service name, without retries of its own."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=50)
    return functools.cache(lambda service: session.client(service, endpoint_url=emulator.url, config=config))


@pytest.fixture(scope="session")
def function(client: Callable[[str], Any]) -> Callable[..., str]:
    """Makes a Node function out of its source, which exports `handler`; gives its ARN."""
    functions = client("lambda")

    def make(source: str, name: str | None = None, timeout: int = 10) -> str:
        return functions.create_function(
            FunctionName=name or f"f-{uuid.uuid4().hex[:8]}",
            Runtime="nodejs22.x",
            Role=ROLE,
            Handler="index.handler",
            Code={"ZipFile": archive_of(source)},
            Timeout=timeout,
        )["FunctionArn"]

    return make


@pytest.fixture(scope="session")
def machines(client: Callable[[str], Any]) -> Machines:
    return Machines(client("stepfunctions"))


@pytest.fixture
def inject(emulator: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """Orders faults (`local/faults/rules.py`); they end with the test."""

    def call(method: str = "POST", path: str = "faults", **rule: Any) -> Any:
        return control(emulator.url, method, path, rule or None)

    yield call
    call("DELETE")


@pytest.fixture
def bucket(client: Callable[[str], Any]) -> str:
    name = f"b-{uuid.uuid4().hex[:12]}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def versioned_bucket(client: Callable[[str], Any], bucket: str) -> str:
    client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    return bucket
