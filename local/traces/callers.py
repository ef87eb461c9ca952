"""Who makes a call, as far as the endpoint can know: SDKs say the name that `AWS_SDK_UA_APP_ID` gives them.

A process of a function is called `<function>.<number>`, a run of the Glue job by its id. Invocations are events of
their own, so that a call of such a process is one of the invocation that it was at.
"""

import contextvars
import itertools
import json
import re
from typing import Any

from ministack.core import lambda_runtime

from local.glue import jobs, spark_process
from local.overriding import original, override
from local.traces.recording import Trace

VARIABLE = "AWS_SDK_UA_APP_ID"
# What SDKs take of it.
LONGEST = 50

# Powertools adds its own name and version to it.
_APP = re.compile(r"\bapp/(\S+?)(?:-PT-\S*)?(?:\s|$)")

_numbers = itertools.count(1)
# Run of the Glue job that this thread starts.
_run: contextvars.ContextVar[str | None] = contextvars.ContextVar("glue_run", default=None)


def caller(headers: dict[str, str] | None) -> str | None:
    """The name that the client of a request gave itself."""
    found = _APP.search((headers or {}).get("user-agent", ""))
    return found.group(1) if found else None


def install(trace: Trace) -> None:
    @override(lambda_runtime.Worker, "_spawn")
    def spawn(self: Any) -> Any:
        name = f"{self.func_name}.{next(_numbers)}"[-LONGEST:]
        config = self.config
        environment = config.get("Environment") or {}
        variables = {**(environment.get("Variables") or {}), VARIABLE: name}
        self.config = {**config, "Environment": {**environment, "Variables": variables}}
        try:
            self.traced_as = name
            return original(spawn)(self)
        finally:
            self.config = config

    @override(lambda_runtime.Worker, "invoke")
    def invoke(self: Any, event: Any, request_id: str, **options: Any) -> dict[str, Any]:
        trace.note("invoke", function=self.func_name, request=request_id, **_subject(event), settings=_settings(self))
        result: dict[str, Any] = original(invoke)(self, event, request_id, **options)
        # The name of the process is known once it has begun; it may be gone now.
        worker = getattr(self, "traced_as", None)
        trace.note("answer", function=self.func_name, request=request_id, worker=worker, status=result.get("status"))
        return result

    @override(jobs, "start_process")
    def start_process(job: dict[str, Any], run: dict[str, Any], *rest: Any) -> Any:
        token = _run.set(run["Id"])
        try:
            return original(start_process)(job, run, *rest)
        finally:
            _run.reset(token)

    @override(spark_process, "environment")
    def environment() -> dict[str, str]:
        variables: dict[str, str] = original(environment)()
        run = _run.get()
        return variables if run is None else {**variables, VARIABLE: run[:LONGEST]}


def _subject(event: Any) -> dict[str, Any]:
    """Which upload and execution an invocation is about, where its event says so."""
    if not isinstance(event, dict):
        return {}
    upload, execution = event.get("upload"), event.get("execution")
    return {
        "upload": upload.get("id") if isinstance(upload, dict) else None,
        "execution": execution.get("Id") if isinstance(execution, dict) else execution,
    }


def _settings(worker: Any) -> Any:
    """What the deployment chose, for the function that deletes by it."""
    if not worker.func_name.endswith("-sweep-lake"):
        return None
    variables = (worker.config.get("Environment") or {}).get("Variables") or {}
    return json.loads(variables.get("SETTINGS") or "{}")
