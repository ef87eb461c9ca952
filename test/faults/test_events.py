"""Events come more than once, late and in the wrong order; a key's newest version is the one that counts."""

import json
from typing import Any

from support.files import clean_csv
from support.lake import assert_absent, assert_exact
from support.laptop import Laptop, Upload, until

ROWS = 3_000


def event_of(upload: Upload, sequencer: str) -> str:
    """The event that S3 sends of an upload."""
    thing = {"key": upload.key, "version-id": upload.version, "sequencer": sequencer, "size": 1, "etag": "e"}
    detail: dict[str, Any] = {"version": "0", "bucket": {"name": upload.bucket}, "object": thing, "reason": "PutObject"}
    event = {"source": "aws.s3", "detail-type": "Object Created", "time": "2026-03-05T10:00:00Z", "detail": detail}
    return json.dumps(event)


def start(laptop: Laptop, event: str) -> str:
    machine = laptop.outputs["StateMachineArn"]
    return laptop.states.start_execution(stateMachineArn=machine, input=event)["executionArn"]


def outcome(execution: dict[str, Any]) -> str:
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    return json.loads(execution["output"]).get("outcome", "reported")


def test_the_same_event_three_times(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=11)
    upload = laptop.put(body, "events/thrice.csv")
    first = laptop.execution_of(upload)
    event = laptop.describe(first)["input"]
    others = [start(laptop, event), start(laptop, event)]

    ended = [laptop.wait(execution) for execution in (first, *others)]

    assert outcome(ended[0]) == "reported"
    assert {outcome(execution) for execution in ended[1:]} == {f"duplicate of {first}"}
    assert_exact(laptop, upload.key, upload, body, [upload])


def test_the_same_file_again_at_once_and_later(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=12)
    key = "events/again.csv"
    uploads = [laptop.put(body, key), laptop.put(body, key)]
    until("two executions", lambda: len(laptop.executions_for(key)) == 2, 30)
    for execution in laptop.executions_for(key):
        laptop.wait(execution["executionArn"])
    outcomes = [outcome(execution) for execution in laptop.executions_for(key)]
    assert outcomes.count("reported") >= 1
    assert_exact(laptop, key, uploads[1], body, uploads)

    again, ended = laptop.run(body, key)

    assert outcome(ended) == "reported"
    assert_exact(laptop, key, again, body, [*uploads, again])


def test_a_corrected_file_while_the_first_still_lands(laptop: Laptop, running_job: None) -> None:
    key = "events/corrected.csv"
    with laptop.holding(service="kinesis", operation="PutRecords"):
        first = laptop.put(clean_csv(ROWS, seed=13), key)
        execution = laptop.execution_of(first)
        until("publishing", lambda: "Publish chunks" in laptop.states_entered(execution), 30)
        laptop.states.stop_execution(executionArn=execution, error="Stopped", cause="by a person")
    corrected = clean_csv(ROWS, seed=14)

    second, ended = laptop.run(corrected, key)
    redriven = laptop.redrive(execution)

    assert outcome(ended) == "reported"
    assert outcome(redriven).startswith(f"superseded by {second.id}")
    assert_exact(laptop, key, second, corrected, [first, second])


def test_a_newer_version_overtakes_one_on_its_way(laptop: Laptop, running_job: None) -> None:
    key = "events/overtaken.csv"
    corrected = clean_csv(ROWS, seed=16)
    with laptop.holding(service="kinesis", operation="PutRecords"):
        first = laptop.put(clean_csv(ROWS, seed=15), key)
        execution = laptop.execution_of(first)
        second = laptop.put(corrected, key)
        overtaking = laptop.execution_of(second)

    ended = laptop.wait(overtaking)

    assert outcome(ended) == "reported"
    assert outcome(laptop.wait(execution)).startswith(f"superseded by {second.id}")
    assert_exact(laptop, key, second, corrected, [first, second])


def test_events_in_the_wrong_order(laptop: Laptop, running_job: None) -> None:
    key = "events/order.CSV.part"  # no rule starts an execution for this name: the events are sent by hand
    old, new = clean_csv(ROWS, seed=17), clean_csv(ROWS, seed=18)
    first, second = laptop.put(old, key), laptop.put(new, key)

    late = laptop.wait(start(laptop, event_of(second, "0066A1B2C3D4E5F602")))
    early = laptop.wait(start(laptop, event_of(first, "0066A1B2C3D4E5F601")))

    assert outcome(late) == "reported"
    assert outcome(early).startswith(f"superseded by {second.id}")
    assert_exact(laptop, key, second, new, [first, second])


def test_withdraw_then_upload_again(laptop: Laptop, running_job: None) -> None:
    key = "events/withdrawn.csv"
    body = clean_csv(ROWS, seed=19)
    upload, _ = laptop.run(body, key)

    laptop.cellflow("withdraw", upload.id, "--yes")

    assert_absent(laptop, [upload])
    again, ended = laptop.run(body, key)
    assert outcome(ended) == "reported"
    assert_exact(laptop, key, again, body, [upload, again])
