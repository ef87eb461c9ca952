"""The job's modules, importable as they are in Glue, an emulator and one Spark session for all tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from support.emulation import ROOT, healthy, wait_until

from local import processes, settings

sys.path.insert(0, str(ROOT / "glue"))


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    directory = tmp_path_factory.mktemp("glue")
    port = processes.free_port(settings.HOST)
    os.environ.update(CELLFLOW_PORT=str(port), CELLFLOW_LOCAL_DIR=str(directory), CELLFLOW_FAULTS="1")
    os.environ.update(settings.aws_environment())
    with (directory / "emulator.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "local.emulator"], cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: process.poll() is not None or healthy(settings.endpoint()), seconds=60)
        assert process.poll() is None, (directory / "emulator.log").read_text()
        yield SimpleNamespace(directory=directory, url=settings.endpoint())
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="session")
def spark(emulator: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The session as the job makes it; its tasks are tried four times, as on a cluster."""
    from landing_job import make_session

    from local.glue import spark_process

    directory: Path = tmp_path_factory.mktemp("spark")
    os.environ.update(
        {name: value for name, value in spark_process.environment().items() if name not in ("PYTHONPATH",)},
        PYSPARK_SUBMIT_ARGS=f"--master local[2,4] --driver-memory 1g --conf spark.ui.enabled=false "
        f"--conf spark.ui.showConsoleProgress=false --conf spark.local.dir={directory} "
        f"--conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 "
        f"--driver-java-options '{' '.join(spark_process.java_options())}' pyspark-shell",
    )
    session = make_session()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def s3(emulator: SimpleNamespace) -> Any:
    return boto3.client("s3")


@pytest.fixture(scope="session")
def kinesis(emulator: SimpleNamespace) -> Any:
    return boto3.client("kinesis")
