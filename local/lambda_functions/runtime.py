"""Lambda functions as AWS runs them: by its Node, the error's own name, reports of killed processes, warm workers.

MiniStack names every error of a handler `Runtime.HandlerError` and ends the worker process after it, and waits up to
50 ms for output that may not come. Here the worker says when its output is complete.
"""

import json
import logging
import queue
import subprocess
import threading
import time
from typing import Any

from ministack.core import lambda_runtime as runtime
from ministack.services import lambda_svc

from local import control
from local.faults import rules
from local.lambda_functions import code, node
from local.overriding import original, override, replace_text

logger = logging.getLogger("cellflow")

# Written to stderr by the worker after each invocation's last line of output.
END_OF_LOG = "\x1eend-of-log\x1e"
LOG_WAIT_SECONDS = 0.5
COMPILED = ".compiled"

NODE_CHANGES = (
    (
        'status: "error", error: String(err.message || err), trace: err.stack || ""',
        'status: "error", error: String((err && err.message) || err), errorType: (err && err.name) || "Error",'
        ' trace: (err && err.stack) || ""',
    ),
    (
        'status: "error", error: e.message, trace: e.stack',
        'status: "error", error: e.message, errorType: e.name, trace: e.stack',
    ),
    (
        "const settle = (err, res) => {\n        if (settled) return;\n        settled = true;",
        "const settle = (err, res) => {\n        if (settled) return;\n        settled = true;\n"
        f"        _stderrWrite({json.dumps(END_OF_LOG)} + '\\n');",
    ),
    # What V8 compiled is kept beside the code: a worker starts in two thirds of the time.
    (
        "process.env.LAMBDA_TASK_ROOT = code_dir;",
        "process.env.LAMBDA_TASK_ROOT = code_dir;\n"
        f"      Module.enableCompileCache?.(path.join(fs.realpathSync(code_dir), {json.dumps(COMPILED)}));",
    ),
    (
        '_realStdoutWrite(JSON.stringify({ status: "ready", cold: true }) + "\\n");',
        '_realStdoutWrite(JSON.stringify({ status: "ready", cold: true }) + "\\n");\n'
        "        Module.flushCompileCache?.();",
    ),
)


def install() -> None:
    replace_text(runtime, "_NODEJS_WORKER_SCRIPT", *NODE_CHANGES)
    code.install()
    override(runtime.Worker, "invoke")(invoke)

    @override(runtime, "_detect_runtime_binary")
    def detect_runtime_binary(name: str) -> tuple[str, str]:
        found, script = original(detect_runtime_binary)(name)
        return (node.binary() if found == "node" else found), script

    @override(lambda_svc, "_execute_function_warm")
    def execute_function_warm(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = original(execute_function_warm)(func, event, request_id)
        if result.get("error") and isinstance(result.get("body"), dict):
            _take_error_apart(result)
        return result


@control.route("warm")
def warm(_method: str, body: bytes) -> tuple[int, Any]:
    """Start a worker for each Node function whose name begins so, one after the other: `{"prefix": "cellflow-"}`."""
    prefix = json.loads(body)["prefix"]
    functions = [f for f in lambda_svc._functions.all_values() if f["config"]["FunctionName"].startswith(prefix)]
    named = [f for f in functions if f["config"].get("Runtime", "").startswith("nodejs")]
    threading.Thread(target=_warm, args=(named,), daemon=True).start()
    return 202, {"functions": len(named)}


def _warm(functions: list[dict[str, Any]]) -> None:
    for function in functions:
        config = function["config"]
        worker, how = runtime.acquire_worker(config["FunctionName"], config, function["code_zip"])
        try:
            if how == "spawn":
                runtime.ensure_spawned(worker)
        except Exception:
            logger.exception("worker of %s", config["FunctionName"])
        finally:
            runtime.release_worker(worker)


def _take_error_apart(result: dict[str, Any]) -> None:
    """The body of a failed invocation as AWS gives it, from what `invoke` put into the message."""
    message = result["body"].get("errorMessage", "")
    if not message.startswith("{"):
        return
    try:
        body = json.loads(message)
    except ValueError:
        return
    if isinstance(body, dict) and "errorType" in body:
        result["body"] = body


def invoke(
    worker: Any,
    event: Any,
    request_id: str,
    *,
    trace_id: str | None = None,
    depth: int | None = None,
    durable: dict[str, str] | None = None,
    invoked_function_arn: str | None = None,
) -> dict[str, Any]:
    """Run one invocation in a worker process, which lives on after an error that the handler raised."""
    with worker._lock:
        cold = worker._proc is None or worker._proc.poll() is not None
        if cold and (failed := _start(worker, request_id)):
            return failed
        timeout = float(worker.config.get("Timeout", 3))
        arn = invoked_function_arn if invoked_function_arn is not None else worker.config.get("FunctionArn", "")
        envelope = {
            "event": event,
            "ctx": {
                "request_id": request_id,
                "invoked_function_arn": arn,
                "timeout_ms": int(timeout * 1000),
                "trace_id": trace_id,
                "depth": depth,
                "durable": durable or {},
            },
        }
        process = worker._proc
        if rule := rules.check("lambda", "Invoke", worker.func_name, "kill"):
            _kill_later(process, rule.milliseconds)
        answer = _exchange(process, envelope, timeout)
        if answer is not None and answer.get("status") == "ok":
            return {**answer, "cold_start": cold, "log": _log(worker)}
        if answer is not None and "errorType" in answer:
            body = {
                "errorType": answer["errorType"],
                "errorMessage": answer.get("error", ""),
                "trace": answer.get("trace", "").split("\n"),
            }
            return {
                "status": "error",
                "error": json.dumps(body),
                "trace": answer.get("trace", ""),
                "cold_start": cold,
                "log": _log(worker),
            }
        # The process is of no more use: it died, hangs, or answered with something else.
        worker._proc = None
        body = _fate(process, answer, timeout, request_id)
        runtime._signal(process)
        runtime._collect(process, time.monotonic() + runtime._REAP_GRACE)
        return {"status": "error", "error": json.dumps(body), "cold_start": cold, "log": worker._drain_stderr()}


def _start(worker: Any, request_id: str) -> dict[str, Any] | None:
    """Start a worker's process; where that fails, what AWS says of one that ends before its first invocation."""
    try:
        worker._spawn()
    except Exception as error:
        logger.exception("no process of %s could be started", worker.func_name)
        runtime._signal(worker._proc)
        worker._proc = None
        message = f"RequestId: {request_id} Error: Runtime exited during its start: {error}"
        body = {"errorType": "Runtime.ExitError", "errorMessage": message}
        return {"status": "error", "error": json.dumps(body), "cold_start": True, "log": worker._drain_stderr()}
    worker._cold = False
    return None


def _kill_later(process: subprocess.Popen[str], milliseconds: int) -> None:
    killer = threading.Timer(milliseconds / 1000, process.kill)
    killer.daemon = True
    killer.start()


def _exchange(process: subprocess.Popen[str], envelope: dict[str, Any], timeout: float) -> dict[str, Any] | None:
    """Send an invocation and read its answer; None when none came in time or the process died."""
    answers: list[dict[str, Any]] = []

    def talk() -> None:
        # A worker is started with both.
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(envelope) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                if line.startswith("{"):
                    answer = json.loads(line)
                    if answer.get("status") in ("ok", "error"):
                        answers.append(answer)
                        return
        except (OSError, ValueError):
            return

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()
    talker.join(timeout)
    return answers[0] if answers else None


def _fate(
    process: subprocess.Popen[str], answer: dict[str, Any] | None, timeout: float, request_id: str
) -> dict[str, Any]:
    """Error body of an invocation that did not answer, in AWS's words."""
    if answer is not None:
        return {"errorType": "Runtime.Unknown", "errorMessage": str(answer.get("error", answer))}
    try:
        status = process.wait(timeout=0.5)
    except subprocess.TimeoutExpired:
        message = f"RequestId: {request_id} Error: Task timed out after {timeout:.2f} seconds"
        return {"errorType": "Sandbox.Timedout", "errorMessage": message}
    how = f"signal: {-status}" if status < 0 else f"exit status {status}"
    message = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
    return {"errorType": "Runtime.ExitError", "errorMessage": message}


def _log(worker: Any) -> str:
    """The invocation's output, complete when the worker's mark has come."""
    if not str(worker.config.get("Runtime", "")).startswith("nodejs"):
        return str(worker._drain_stderr_bounded())
    lines: list[str] = []
    deadline = time.monotonic() + LOG_WAIT_SECONDS
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = worker._stderr_queue.get(timeout=left)
        except queue.Empty:
            break
        if line == END_OF_LOG:
            break
        lines.append(line)
    return "\n".join(lines)
