"""Glue jobs on Spark: states, errors, one run at a time, stopping."""

import io
import os
import signal
import uuid
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from support.emulation import ROLE, wait_until

from local import processes

ENDED = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")
START_SECONDS = 120

WITH_SPARK = """
import sys
from greeting import GREETING
from pyspark.sql import SparkSession
spark = SparkSession.builder.appName("test").getOrCreate()
arguments = dict(zip(sys.argv[1::2], sys.argv[2::2]))
print("ROWS", spark.range(int(arguments["--rows"])).count(), GREETING, arguments["--checkpoint_location"])
"""
WITHOUT_SPARK = """
import sys
import time
if "--fail" in sys.argv:
    raise ValueError("no such luck")
time.sleep(120)
"""


@pytest.fixture
def job(client: Callable[[str], Any], bucket: str) -> Callable[..., SimpleNamespace]:
    """Makes a job out of its script's source."""
    glue, s3 = client("glue"), client("s3")

    def make(source: str, **defaults: str) -> SimpleNamespace:
        name = f"job-{uuid.uuid4().hex[:8]}"
        s3.put_object(Bucket=bucket, Key=f"{name}.py", Body=source.encode())
        modules = io.BytesIO()
        with zipfile.ZipFile(modules, "w") as archive:
            archive.writestr("greeting.py", "GREETING = 'hello'\n")
        s3.put_object(Bucket=bucket, Key="modules.zip", Body=modules.getvalue())
        glue.create_job(
            Name=name,
            Role=ROLE,
            Command={"Name": "gluestreaming", "ScriptLocation": f"s3://{bucket}/{name}.py"},
            DefaultArguments={"--extra-py-files": f"s3://{bucket}/modules.zip", **defaults},
        )

        def start(**arguments: str) -> str:
            given = {f"--{key}": value for key, value in arguments.items()}
            return glue.start_job_run(JobName=name, Arguments=given)["JobRunId"]

        def run(run_id: str) -> dict[str, Any]:
            return glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]

        def in_state(run_id: str, *states: str) -> dict[str, Any]:
            return wait_until(lambda: run(run_id)["JobRunState"] in states and run(run_id), START_SECONDS)

        return SimpleNamespace(name=name, start=start, run=run, in_state=in_state)

    return make


def test_a_script_runs_on_spark_with_its_modules_and_arguments(
    emulator: SimpleNamespace, job: Callable[..., SimpleNamespace]
) -> None:
    made = job(WITH_SPARK, **{"--rows": "7", "--checkpoint_location": "s3://lake/checkpoints/landing/"})

    run_id = made.start(rows="5")
    assert made.run(run_id)["JobRunState"] == "STARTING"
    run = made.in_state(run_id, *ENDED)

    log = (emulator.directory / "logs" / "glue" / f"{run_id}.log").read_text()
    assert (run["JobRunState"], run["ErrorMessage"]) == ("SUCCEEDED", ""), log
    assert f"ROWS 5 hello {emulator.directory}/checkpoints/lake/checkpoints/landing" in log
    assert run["CompletedOn"] > run["StartedOn"]
    assert list((emulator.directory / "glue").glob("*")) == []


def test_a_failed_run_tells_the_scripts_own_error(job: Callable[..., SimpleNamespace]) -> None:
    made = job(WITHOUT_SPARK)
    run = made.in_state(made.start(fail="1"), *ENDED)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: no such luck")


def test_a_script_that_is_not_there_fails_the_run(client: Callable[[str], Any], bucket: str) -> None:
    glue = client("glue")
    command = {"Name": "gluestreaming", "ScriptLocation": f"s3://{bucket}/nowhere.py"}
    glue.create_job(Name="nowhere", Role=ROLE, Command=command)
    run_id = glue.start_job_run(JobName="nowhere")["JobRunId"]
    run = wait_until(
        lambda: (
            (found := glue.get_job_run(JobName="nowhere", RunId=run_id)["JobRun"])["JobRunState"] == "FAILED" and found
        )
    )
    assert "404" in run["ErrorMessage"]


def test_one_run_at_a_time_until_it_is_stopped(
    client: Callable[[str], Any], emulator: SimpleNamespace, job: Callable[..., SimpleNamespace]
) -> None:
    glue = client("glue")
    made = job(WITHOUT_SPARK)
    first = made.start()
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        made.start()
    pid_file = emulator.directory / "glue" / first / "pid"
    pid = int(wait_until(lambda: pid_file.exists() and pid_file.read_text()))
    family = wait_until(lambda: [pid, *processes.descendants(pid)])

    answer = glue.batch_stop_job_run(JobName=made.name, JobRunIds=[first, "jr_unknown"])
    assert [entry["JobRunId"] for entry in answer["SuccessfulSubmissions"]] == [first]
    assert [entry["JobRunId"] for entry in answer["Errors"]] == ["jr_unknown"]
    assert made.in_state(first, *ENDED)["JobRunState"] == "STOPPED"
    assert not any(map(processes.alive, family))

    second = made.start()
    assert [run["Id"] for run in glue.get_job_runs(JobName=made.name)["JobRuns"]] == [second, first]
    killed = int(
        wait_until(lambda: (file := emulator.directory / "glue" / second / "pid").exists() and file.read_text())
    )
    os.kill(killed, signal.SIGKILL)
    run = made.in_state(second, *ENDED)
    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "Spark was ended by SIGKILL")
