"""Glue jobs that run: StartJobRun starts the job's script with Spark, and the run's state is the process's."""

import json
import logging
import shutil
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ministack.core.responses import new_uuid
from ministack.services import glue
from ministack.services.cloudformation import provisioners

from local import settings
from local.glue.leftovers import ACTIVE
from local.glue.spark_process import SparkProcess, end_leftover
from local.iam import acting
from local.keeping.saver import saver
from local.overriding import original, override
from local.responses import Response, error_response, json_response

LOOK_SECONDS = 0.2
# A script that never makes a Spark context counts as running after this time.
UP_SECONDS = 60.0
STOP_SECONDS = 10.0

logger = logging.getLogger("cellflow")

_lock = threading.Lock()
_processes: dict[str, SparkProcess] = {}
_stopping: set[str] = set()


def install() -> None:
    for directory in runs_dir().glob("*"):
        end_leftover(directory)
        shutil.rmtree(directory, ignore_errors=True)
    provisioners._GLUE_JOB_DEFAULTS["ExecutionProperty"] = {"MaxConcurrentRuns": 1}

    @override(glue, "_create_job")
    def create_job(data: dict[str, Any]) -> Response:
        answer = original(create_job)(data)
        if answer[0] < 400:
            glue._jobs[data["Name"]]["ExecutionProperty"] = data.get("ExecutionProperty") or {"MaxConcurrentRuns": 1}
        return answer

    @override(glue, "_update_job")
    def update_job(data: dict[str, Any]) -> Response:
        answer = original(update_job)(data)
        changed = data.get("JobUpdate", {}).get("ExecutionProperty")
        if answer[0] < 400 and changed:
            glue._jobs[data["JobName"]]["ExecutionProperty"] = changed
        return answer

    @override(glue, "_start_job_run")
    def start_job_run(data: dict[str, Any]) -> Response:
        job = glue._jobs.get(data.get("JobName"))
        if job is None or not glue._is_spark_job(job):
            return original(start_job_run)(data)
        with _lock:
            runs = glue._job_runs.setdefault(job["Name"], [])
            allowed = job.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1)
            if sum(run["JobRunState"] in ACTIVE for run in runs) >= allowed:
                return error_response(
                    "ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job['Name']}", 400
                )
            run = new_run(job, data.get("Arguments") or {})
            runs.append(run)
        threading.Thread(target=run_job, args=(job, run), name=f"glue-{run['Id']}", daemon=True).start()
        return json_response({"JobRunId": run["Id"]})

    @override(glue, "_get_job_runs")
    def get_job_runs(data: dict[str, Any]) -> Response:
        runs = glue._job_runs.get(data.get("JobName"))
        if runs is None:
            return error_response("EntityNotFoundException", f"Job {data.get('JobName')} not found", 400)
        newest_first = list(reversed(runs))
        start = int(data.get("NextToken") or 0)
        end = start + int(data.get("MaxResults") or 200)
        more = {"NextToken": str(end)} if end < len(newest_first) else {}
        return json_response({"JobRuns": newest_first[start:end], **more})

    @override(glue, "_batch_stop_job_run")
    def batch_stop_job_run(data: dict[str, Any]) -> Response:
        job_name = data.get("JobName")
        runs = {run["Id"]: run for run in glue._job_runs.get(job_name, [])}
        stopped, errors = [], []
        for run_id in data.get("JobRunIds", []):
            problem = stop_run(runs.get(run_id))
            entry = {"JobName": job_name, "JobRunId": run_id}
            if problem:
                errors.append({**entry, "ErrorDetail": {"ErrorCode": problem, "ErrorMessage": f"{run_id}: {problem}"}})
            else:
                stopped.append(entry)
        return json_response({"SuccessfulSubmissions": stopped, "Errors": errors})


def shutdown() -> None:
    """End the runs with the emulator."""
    with _lock:
        _stopping.update(_processes)
        running = list(_processes.values())
    for process in running:
        # At once: the endpoint answers no more, so that none can end in good order.
        process.stop(grace_seconds=0)


def runs_dir() -> Path:
    return settings.local_dir() / "glue"


def log_path(run_id: str) -> Path:
    return settings.log_dir() / "glue" / f"{run_id}.log"


def new_run(job: dict[str, Any], arguments: dict[str, str]) -> dict[str, Any]:
    now = time.time()
    return {
        "Id": f"jr_{new_uuid().replace('-', '')}",
        "Attempt": 0,
        "JobName": job["Name"],
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "STARTING",
        "Arguments": arguments,
        "ErrorMessage": "",
        "PredecessorRuns": [],
        "AllocatedCapacity": job.get("MaxCapacity") or job.get("NumberOfWorkers", 2),
        "ExecutionTime": 0,
        "Timeout": job.get("Timeout", 2880),
        "MaxCapacity": job.get("MaxCapacity"),
        "WorkerType": job.get("WorkerType", "G.1X"),
        "NumberOfWorkers": job.get("NumberOfWorkers", 2),
        "GlueVersion": job.get("GlueVersion", "3.0"),
        "LogGroupName": "/aws-glue/jobs",
    }


def run_job(job: dict[str, Any], run: dict[str, Any]) -> None:
    directory = runs_dir() / run["Id"]
    log = log_path(run["Id"])
    try:
        directory.mkdir(parents=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        process = start_process(job, run, directory, log)
        with _lock:
            _processes[run["Id"]] = process
            stop_at_once = run["Id"] in _stopping
        if stop_at_once:
            process.stop(STOP_SECONDS)
        state, error = follow(process, run)
    except Exception as failure:
        logger.exception("Glue run %s could not be started", run["Id"])
        state, error = "FAILED", f"{type(failure).__name__}: {failure}"
    finally:
        with _lock:
            _processes.pop(run["Id"], None)
        shutil.rmtree(directory, ignore_errors=True)
    ended = time.time()
    run.update(ErrorMessage=error, CompletedOn=ended, ExecutionTime=int(ended - run["StartedOn"]))
    set_state(run, state)


def start_process(job: dict[str, Any], run: dict[str, Any], directory: Path, log: Path) -> SparkProcess:
    arguments = {
        **job.get("DefaultArguments", {}),
        "--JOB_NAME": job["Name"],
        "--JOB_RUN_ID": run["Id"],
        **run["Arguments"],
        **job.get("NonOverridableArguments", {}),
    }
    credentials = acting.credentials(job["Role"], "GlueJobRunnerSession")
    script = fetch(job["Command"]["ScriptLocation"], directory, credentials)
    extra = [place for place in arguments.pop("--extra-py-files", "").split(",") if place]
    modules = [fetch(place, directory, credentials) for place in extra]
    given = {name: local_value(name, arguments[name]) for name in arguments}
    return SparkProcess(script, modules, given, directory, log, credentials=credentials)


def fetch(location: str, directory: Path, credentials: dict[str, str]) -> Path:
    """A file from the emulator's S3, read in the name of the job's role."""
    place = urlsplit(location)
    target = directory / Path(place.path).name
    s3 = acting.client("s3", credentials)
    s3.download_file(place.netloc, place.path.lstrip("/"), str(target))
    return target


def local_value(name: str, value: str) -> str:
    """A checkpoint in S3 lies on this disk: Hadoop's S3 file system is not part of the laptop edition."""
    if name != "--checkpoint_location" or not value.startswith("s3://"):
        return str(value)
    place = urlsplit(value)
    return str(settings.local_dir() / "checkpoints" / place.netloc / place.path.strip("/"))


def follow(process: SparkProcess, run: dict[str, Any]) -> tuple[str, str]:
    """Keep the run's state up to date until the process ends; the last state and the error."""
    deadline = time.monotonic() + 60 * run["Timeout"]
    up_by = time.monotonic() + UP_SECONDS
    while (code := process.wait(LOOK_SECONDS)) is None:
        if run["JobRunState"] == "STARTING" and (process.is_up() or time.monotonic() > up_by):
            set_state(run, "RUNNING")
        if time.monotonic() > deadline:
            process.stop(STOP_SECONDS)
            return "TIMEOUT", "Job run exceeded its timeout"
    if run["Id"] in _stopping:
        return "STOPPED", ""
    return ("SUCCEEDED", "") if code == 0 else ("FAILED", process.error(code))


def stop_run(run: dict[str, Any] | None) -> str | None:
    """Begin to stop a run; the code of what stands against it."""
    if run is None:
        return "EntityNotFoundException"
    with _lock:
        if run["JobRunState"] not in ("STARTING", "RUNNING"):
            return "InvalidInputException"
        _stopping.add(run["Id"])
        set_state(run, "STOPPING")
        process = _processes.get(run["Id"])
    if process:
        threading.Thread(target=process.stop, args=(STOP_SECONDS,), daemon=True).start()
    return None


def set_state(run: dict[str, Any], state: str) -> None:
    run["JobRunState"] = state
    run["LastModifiedOn"] = time.time()
    saver().touch("glue")
    logger.info(json.dumps({"job": run["JobName"], "run": run["Id"], "state": state}))
