"""Publishing under a stream that refuses, fails and forgets, and Lambdas that die."""

import json

import pytest
from support.files import clean_csv
from support.lake import assert_exact, assert_landed
from support.laptop import Laptop, until

ROWS = 6_000
FAILING = {"operation": "PutRecords", "effect": "error", "status": 500}


@pytest.mark.parametrize(
    ("fault", "rules"),
    [
        ("throttled", [{"operation": "PutRecords", "effect": "throttle", "fraction": 0.3, "seconds": 10}]),
        # Of a few calls chance may spare all: one is not left to it.
        ("failing", [FAILING | {"count": 1}, FAILING | {"probability": 0.5, "seconds": 6}]),
        ("answer-lost", [{"operation": "PutRecords", "effect": "error-after", "status": 500, "count": 3}]),
        ("unreadable", [FAILING | {"operation": "GetRecords", "probability": 0.5, "seconds": 6}]),
    ],
)
def test_a_stream_that_refuses(laptop: Laptop, running_job: None, fault: str, rules: list[dict]) -> None:
    body = clean_csv(ROWS, seed=21)
    for rule in rules:
        laptop.inject(service="kinesis", **rule)

    upload, ended = laptop.run(body, f"publishing/{fault}.csv")

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert laptop.faults_fired() > 0
    assert_exact(laptop, upload.key, upload, body, [upload])


def test_a_killed_lambda_then_a_redrive(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=22)
    laptop.inject(service="kinesis", operation="PutRecords", effect="delay", milliseconds=400)
    laptop.inject(service="lambda", name="cellflow-publish-chunk", effect="kill", milliseconds=300, skip=2)
    upload = laptop.put(body, "publishing/killed.csv")
    execution = laptop.execution_of(upload)
    failed = laptop.wait(execution)
    assert failed["status"] == "FAILED"
    mail = laptop.mail_that_names(upload.key, "cellflow retry")
    assert "Stream upload" in mail.get_content()
    laptop.clear_faults()

    ended = laptop.redrive(execution)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert laptop.states_entered(execution).count("Validate chunks") == 1
    assert_exact(laptop, upload.key, upload, body, [upload])


def test_an_aborted_execution_whose_lambdas_still_publish(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=23)
    with laptop.holding(service="kinesis", operation="PutRecords"):
        upload = laptop.put(body, "publishing/aborted.csv")
        execution = laptop.execution_of(upload)
        until("a call to the stream", lambda: laptop.faults_fired() > 0, 30, pause=0.05)
        laptop.states.stop_execution(executionArn=execution)

    ended = laptop.redrive(execution)

    assert_landed(laptop, ended, upload, body)


def test_a_stream_emptied_before_it_was_read(laptop: Laptop) -> None:
    body = clean_csv(ROWS, seed=24)
    laptop.stop_job()
    laptop.inject(service="glue", operation="StartJobRun", effect="error", code="InternalServiceException", count=10)
    upload = laptop.put(body, "publishing/emptied.csv")
    execution = laptop.execution_of(upload)
    until(
        "every chunk to be published",
        lambda: (
            any(event["type"] == "MapRunSucceeded" for event in laptop.history(execution)[20:])
            and "Publish chunks" in laptop.states_entered(execution)
        ),
        60,
    )
    emptied = laptop.control("POST", "empty-stream", {"stream": laptop.outputs["StreamName"]})["records"]
    laptop.clear_faults()

    ended = laptop.wait(execution, 120)
    if ended["status"] == "FAILED":
        ended = laptop.redrive(execution, 120)

    assert emptied > 0
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert json.loads(ended["output"])["landing"]["republished"] >= 1
    assert_exact(laptop, upload.key, upload, body, [upload])
