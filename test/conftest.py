"""The laptop edition that the end-to-end and fault tests share."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.laptop import ROOT, Laptop

from local import processes, settings

# Short waits, so that what a test waits for comes soon; everything else is as deployed.
CONFIG = {
    "settings": {"landingGraceSeconds": 3, "stallSeconds": 60, "maxPollSeconds": 2, "chunkBytes": 100_000},
    "job": {"idleStopSeconds": 600},
}

# Calls that the fault tests let go wrong.
struck: list[int] = []


@pytest.fixture(scope="session")
def laptop() -> Iterator[Laptop]:
    folder = ROOT / ".local" / "test"
    shutil.rmtree(folder, ignore_errors=True)
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    # Whoever lacks a right fails here, as on AWS.
    enforced = {"CELLFLOW_FAULTS": "1", "CELLFLOW_IAM": "1"}
    edition = Laptop(folder, port, console, {**enforced, "CELLFLOW_CONFIG": json.dumps(CONFIG)})
    edition.up()
    try:
        yield edition
        # Also what code swallows, or tries again until it may.
        assert edition.denied() == []
    finally:
        struck.append(edition.struck)
        for name, route in (("rights", "rights"), ("unused-rights", "rights/unused")):
            (folder / f"{name}.json").write_text(json.dumps(edition.control("GET", route), indent=1))
        edition.down()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for calls in struck:
        terminalreporter.write_line(f"{calls} calls went wrong by order")


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "samples" / "two-days.csv"
