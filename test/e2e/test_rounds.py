"""Uploads that come together are reported together: by one run of the reports, on one page, in one mail."""

import json
from collections import Counter
from typing import Any

import pytest
from support.files import clean_csv
from support.lake import assert_exact
from support.laptop import Laptop, Upload, until
from support.rights import role_of_function, without

DAY = ("2026-03-20",)
FILES = 12
# While these are held, a round does not end.
QUERIES = {"service": "athena", "operation": "StartQueryExecution"}


def rounds_of(laptop: Laptop, upload: Upload) -> list[dict[str, Any]]:
    """The rounds that an upload is in, whether they came to a mail or not."""
    rounds = [json.loads(laptop.read(key)) for key in laptop.keys("reporting/rounds/")]
    return [found for found in rounds if upload.id in uploads_of(found)]


def uploads_of(found: dict[str, Any]) -> list[str]:
    return [entry["upload"]["id"] for entry in found["uploads"]]


def mails_to(laptop: Laptop, identifier: str) -> int:
    """How many mails lead to the page of a round."""
    return sum(f"{identifier}/index.html" in mail.get_content() for mail in laptop.mails())


def nothing_waits(laptop: Laptop) -> bool:
    return list(laptop.keys("reporting/waiting/")) == []


def wait_for_state(laptop: Laptop, execution: str, state: str, seconds: float = 60) -> None:
    until(f"{execution} to come to {state}", lambda: state in laptop.states_entered(execution), seconds)


@pytest.mark.usefixtures("few_reports")
def test_a_lone_file_waits_for_nobody(laptop: Laptop) -> None:
    upload, ended = laptop.run(clean_csv(300, seed=500, days=DAY), "rounds/lone.csv")

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    states = laptop.states_entered(ended["executionArn"])
    assert states.count("Join reporting") == 1
    assert "Wait for the round before" not in states
    mark = laptop.reported(upload)
    assert mark is not None
    assert (mark["by"], mark["upload"]) == (ended["executionArn"], upload.id)
    assert mails_to(laptop, upload.id) == 1
    assert nothing_waits(laptop)


@pytest.mark.usefixtures("few_reports")
def test_a_burst_is_few_mails_and_each_file_is_in_one(laptop: Laptop) -> None:
    bodies = {f"rounds/burst-{number}.csv": clean_csv(200, seed=510 + number, days=DAY) for number in range(FILES)}
    uploads = {key: laptop.put(body, key) for key, body in bodies.items()}
    ends = {key: laptop.wait(laptop.execution_of(upload), 200) for key, upload in uploads.items()}

    assert {ended["status"] for ended in ends.values()} == {"SUCCEEDED"}
    marks = {key: laptop.reported(upload) for key, upload in uploads.items()}
    assert None not in marks.values()
    led = {mark["round"]: mark for mark in marks.values() if mark}
    assert len(led) < FILES / 2
    leaders = {mark["by"] for mark in led.values()}
    for key, upload in uploads.items():
        (found,) = rounds_of(laptop, upload)
        mark = marks[key]
        assert mark is not None
        assert (mark["round"], mark["by"], mark["upload"]) == (found["number"], found["leader"], found["id"])
        assert mails_to(laptop, found["id"]) == 1
        outcome = json.loads(ends[key]["output"]).get("outcome")
        # A successor may lead a round of others when the one before it has gathered its own upload.
        if ends[key]["executionArn"] not in leaders:
            assert str(outcome).startswith("reported by arn:")
        assert_exact(laptop, key, upload, bodies[key], [upload])
    assert Counter(mark["by"] for mark in led.values()).most_common(1)[0][1] <= 2
    assert nothing_waits(laptop)


def test_a_leader_that_is_stopped_is_followed_by_its_successor(laptop: Laptop) -> None:
    first_body, next_body = (clean_csv(300, seed=seed, days=DAY) for seed in (530, 531))
    with laptop.holding(**QUERIES):
        first = laptop.put(first_body, "rounds/stopped.csv")
        leader = laptop.execution_of(first)
        wait_for_state(laptop, leader, "Run report")
        second = laptop.put(next_body, "rounds/successor.csv")
        successor = laptop.execution_of(second)
        wait_for_state(laptop, successor, "Wait for the round before")
        laptop.states.stop_execution(executionArn=leader)

    assert laptop.wait(successor, 120)["status"] == "SUCCEEDED"
    for upload in (first, second):
        mark = laptop.reported(upload)
        assert mark is not None
        assert (mark["by"], mark["upload"]) == (successor, second.id)
    assert set(uploads_of(rounds_of(laptop, second)[-1])) == {first.id, second.id}
    assert mails_to(laptop, second.id) == 1

    redriven = laptop.redrive(leader)
    assert redriven["status"] == "SUCCEEDED", redriven.get("cause")
    assert json.loads(redriven["output"])["outcome"] == f"reported by {successor}"
    assert (mails_to(laptop, first.id), mails_to(laptop, second.id)) == (0, 1)
    assert_exact(laptop, "rounds/stopped.csv", first, first_body, [first])
    assert nothing_waits(laptop)


@pytest.mark.usefixtures("few_reports")
def test_a_leader_whose_mail_was_refused_is_taken_over_and_mails_nothing_later(laptop: Laptop) -> None:
    body = clean_csv(300, seed=540, days=DAY)
    with without(laptop, role_of_function(laptop, "mail-reports"), "sns:Publish", ":cellflow-reports"):
        first, failed = laptop.run(body, "rounds/refused.csv")
    leader = failed["executionArn"]
    assert (failed["status"], laptop.states_entered(leader)[-1]) == ("FAILED", "E-mail report links")
    assert laptop.reported(first) is None
    assert list(laptop.keys("reporting/waiting/")) == [f"reporting/waiting/{first.id}.json"]

    second, ended = laptop.run(clean_csv(300, seed=541, days=DAY), "rounds/after.csv")
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    for upload in (first, second):
        mark = laptop.reported(upload)
        assert mark is not None
        assert mark["by"] == ended["executionArn"]

    redriven = laptop.redrive(leader)
    assert redriven["status"] == "SUCCEEDED", redriven.get("cause")
    assert json.loads(redriven["output"])["outcome"] == f"reported by {ended['executionArn']}"
    assert (mails_to(laptop, first.id), mails_to(laptop, second.id)) == (0, 1)
    assert nothing_waits(laptop)


def test_an_upload_that_is_withdrawn_while_it_waits_is_not_reported(laptop: Laptop) -> None:
    with laptop.holding(**QUERIES):
        first = laptop.put(clean_csv(300, seed=550, days=DAY), "rounds/kept.csv")
        leader = laptop.execution_of(first)
        wait_for_state(laptop, leader, "Run report")
        second = laptop.put(clean_csv(300, seed=551, days=DAY), "rounds/withdrawn.csv")
        successor = laptop.execution_of(second)
        wait_for_state(laptop, successor, "Wait for the round before")
        laptop.cellflow("withdraw", second.id, "--yes")

    assert laptop.wait(leader, 120)["status"] == "SUCCEEDED"
    assert laptop.wait(successor, 120)["status"] == "SUCCEEDED"
    assert laptop.reported(first) is not None
    assert laptop.reported(second) is None
    assert (mails_to(laptop, first.id), mails_to(laptop, second.id)) == (1, 0)
    assert nothing_waits(laptop)
