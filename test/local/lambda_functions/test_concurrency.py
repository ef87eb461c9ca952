"""The account's limit of functions that run at once."""

import json
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import Machines, single, task, wait_until

# Says that it runs, waits until the file `go` is there, and notes that it has run.
WAITS = """
const { appendFileSync, existsSync } = require('node:fs');
exports.handler = async ({ folder }) => {
  appendFileSync(`${folder}/begun`, 'x');
  while (!existsSync(`${folder}/go`)) await new Promise((done) => setTimeout(done, 20));
  appendFileSync(`${folder}/ended`, 'x');
  return 'done';
};
"""


@pytest.fixture
def waits(function: Callable[..., str], inject: Callable[..., Any]) -> str:
    """A function of which the account runs one at a time."""
    name = f"limited-{uuid.uuid4().hex[:8]}"
    inject(service="lambda", operation="Invoke", name="limited-", effect="limit", at_once=1)
    return function(WAITS, name=name)


@pytest.fixture
def busy(client: Callable[[str], Any], waits: str, tmp_path: Path) -> Callable[[], Any]:
    """The one place is taken; gives what frees it, and answers as the function does."""
    answers: list[Any] = []

    def invoke() -> None:
        answer = client("lambda").invoke(FunctionName=waits, Payload=json.dumps({"folder": str(tmp_path)}))
        answers.append(json.loads(answer["Payload"].read()))

    thread = threading.Thread(target=invoke, daemon=True)
    thread.start()
    wait_until(lambda: (tmp_path / "begun").exists())

    def free() -> Any:
        (tmp_path / "go").touch()
        thread.join(10)
        return answers[0]

    return free


def test_a_call_beyond_it_is_refused(
    client: Callable[[str], Any], waits: str, busy: Callable[[], Any], tmp_path: Path
) -> None:
    event = json.dumps({"folder": str(tmp_path)})
    with pytest.raises(ClientError) as refused:
        client("lambda").invoke(FunctionName=waits, Payload=event)
    error = refused.value.response
    assert error["Error"]["Code"] == "TooManyRequestsException"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert error["Reason"] == "ConcurrentInvocationLimitExceeded"

    assert busy() == "done"
    answer = client("lambda").invoke(FunctionName=waits, Payload=event)
    assert json.loads(answer["Payload"].read()) == "done"


def test_a_state_machine_gets_it_by_its_name(
    machines: Machines, waits: str, busy: Callable[[], Any], tmp_path: Path
) -> None:
    ended = machines.run(single(task(waits)), {"folder": str(tmp_path)})

    assert (ended["status"], ended["error"]) == ("FAILED", "Lambda.TooManyRequestsException")
    assert ended["cause"].startswith("Rate Exceeded.")
    assert busy() == "done"


def test_a_state_machine_that_is_patient_gets_its_turn(
    machines: Machines, waits: str, busy: Callable[[], Any], tmp_path: Path
) -> None:
    patient = [
        {
            "ErrorEquals": ["Lambda.TooManyRequestsException"],
            "IntervalSeconds": 1,
            "MaxAttempts": 50,
            "MaxDelaySeconds": 1,
            "JitterStrategy": "FULL",
        }
    ]
    arn = machines.start(single(task(waits, Retry=patient)), {"folder": str(tmp_path)})
    wait_until(lambda: "LambdaFunctionFailed" in machines.types(arn))
    assert busy() == "done"

    assert machines.end(arn)["status"] == "SUCCEEDED"


def test_an_event_waits_for_its_turn(
    client: Callable[[str], Any], waits: str, busy: Callable[[], Any], tmp_path: Path, inject: Callable[..., Any]
) -> None:
    for _ in range(3):
        client("lambda").invoke(
            FunctionName=waits, Payload=json.dumps({"folder": str(tmp_path)}), InvocationType="Event"
        )
    # More often than the three attempts that an event has.
    wait_until(lambda: inject("GET")[0]["fired"] > 12)
    assert (tmp_path / "begun").read_text() == "x"
    assert busy() == "done"

    wait_until(lambda: (tmp_path / "ended").read_text() == "xxxx")
