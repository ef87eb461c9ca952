"""The laptop edition is stopped, killed in the middle of an upload, and forgets only when it is told to."""

import json
import os
import shutil
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, folder_of
from support.files import clean_csv
from support.lake import read_table
from support.laptop import Laptop, until

from local import processes, settings


@pytest.fixture
def edition(pytestconfig: pytest.Config) -> Iterator[Laptop]:
    """One of its own, since it ends."""
    folder = folder_of(pytestconfig).with_name("kept")
    shutil.rmtree(folder, ignore_errors=True)
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    one = Laptop(folder, port, console, {"CELLFLOW_CONFIG": json.dumps(CONFIG), "CELLFLOW_IAM": "1"})
    one.up()
    try:
        yield one
    finally:
        one.down()


def kill(edition: Laptop) -> None:
    """End the emulator as the system does: nothing of it can be tidied up."""
    pid = edition.description["pids"]["emulator"]
    os.kill(pid, signal.SIGKILL)
    until("the emulator to be gone", lambda: not processes.alive(pid), 10, pause=0.05)


def up_again(edition: Laptop) -> None:
    edition.up()
    edition.forget_description()


def was_deployed(edition: Laptop) -> bool:
    """Whether the last `up` deployed anything."""
    return (edition.folder / "logs" / "deployment.log").exists()


def link_of(edition: Laptop, upload: str) -> str:
    text = edition.mail_that_names(upload).get_content()
    return next(word for word in text.split() if f"{upload}/index.html" in word)


def open_link(link: str) -> bytes:
    with urllib.request.urlopen(link, timeout=20) as answer:
        return answer.read()


def rows_by_athena(edition: Laptop) -> int:
    query = edition.athena.start_query_execution(
        QueryString="select count(*) from measurements",
        QueryExecutionContext={"Database": edition.outputs["DatabaseName"]},
        WorkGroup=edition.outputs["WorkgroupName"],
    )["QueryExecutionId"]

    def ended() -> Any:
        state = edition.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        return state if state["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

    state = until("the query to end", ended, 60)
    assert state["State"] == "SUCCEEDED", state
    return int(
        edition.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"]
    )


def test_what_it_has_outlasts_down_and_a_kill_and_reset_forgets_it(edition: Laptop, sample: Path) -> None:
    assert was_deployed(edition)
    first, ended = edition.run(sample.read_bytes(), "before.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    valid = json.loads(ended["output"])["totals"]["valid"]
    link = link_of(edition, first.id)
    page = open_link(link)
    history = edition.history(ended["executionArn"])
    own = edition.athena.create_named_query(
        Name="Mine",
        Database=edition.outputs["DatabaseName"],
        QueryString="select 1 as one",
        WorkGroup=edition.outputs["WorkgroupName"],
    )["NamedQueryId"]

    # Killed at the worst: rows are on the stream, and nothing of them is in the tables yet.
    second = edition.put(clean_csv(3_000, seed=71), "in-between.csv")
    execution = edition.execution_of(second)
    until("its rows to be streamed", lambda: "Stream upload" in edition.states_entered(execution), 60, pause=0.05)
    kill(edition)
    up_again(edition)
    assert not was_deployed(edition)

    assert edition.wait(execution, seconds=120)["status"] == "SUCCEEDED"
    assert len(read_table(edition, "measurements", [second])) == 3_000
    assert edition.history(ended["executionArn"]) == history
    assert open_link(link) == page
    assert rows_by_athena(edition) == valid + 3_000
    assert open_link(link_of(edition, second.id))

    edition.down()
    up_again(edition)
    assert not was_deployed(edition)

    assert edition.read("before.csv", "UploadsBucket") == sample.read_bytes()
    assert edition.describe(execution)["status"] == "SUCCEEDED"
    assert edition.athena.get_named_query(NamedQueryId=own)["NamedQuery"]["Name"] == "Mine"
    assert rows_by_athena(edition) == valid + 3_000
    assert open_link(link) == page
    third, ended = edition.run(clean_csv(100, seed=72), "after.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert len(read_table(edition, "measurements", [third])) == 100

    edition._stack("reset")
    assert not (edition.folder / "data").exists() and not (edition.folder / "mail").exists()
    up_again(edition)
    assert was_deployed(edition)

    assert list(edition.keys("", "UploadsBucket")) == []
    assert list(edition.keys("measurements/")) == []
    assert edition.mails() == []
    assert edition.states.list_executions(stateMachineArn=edition.outputs["StateMachineArn"])["executions"] == []
