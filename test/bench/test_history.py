"""Where the time of an execution went."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml

from bench import history

ROOT = Path(__file__).resolve().parents[2]
BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)


def event(seconds: float, kind: str = "", name: str = "") -> dict[str, Any]:
    at = {"timestamp": BEGIN + timedelta(seconds=seconds)}
    return at | ({f"state{kind}EventDetails": {"name": name}} if kind else {})


def events(*states: tuple[float, str, str]) -> list[dict[str, Any]]:
    return [event(0), *(event(*state) for state in states), event(20)]


def test_what_a_state_waits_for_counts_with_its_stage() -> None:
    told = events(
        (1, "Entered", "Await landing"),
        (2, "Exited", "Await landing"),
        (2, "Entered", "Wait for records to land"),
        (5, "Exited", "Wait for records to land"),
        (5, "Entered", "Await landing"),
        (6, "Exited", "Await landing"),
    )
    assert history.seconds_by_stage(told)["Land"] == pytest.approx(5)


def test_branches_and_iterations_count_with_the_state_that_holds_them() -> None:
    told = events(
        (1, "Entered", "Stream upload"),
        (1, "Entered", "Publish chunks"),
        (1, "Entered", "Ensure streaming job"),
        (2, "Exited", "Ensure streaming job"),
        (4, "Exited", "Publish chunks"),
        (4, "Exited", "Stream upload"),
    )
    assert history.spans(told) == [("Stream upload", BEGIN.timestamp() + 1, BEGIN.timestamp() + 4)]


def test_stages_add_up_to_the_whole() -> None:
    stages = history.seconds_by_stage(events((3, "Entered", "Seal upload"), (7, "Exited", "Seal upload")))
    assert sum(stages.values()) == pytest.approx(20)
    assert (stages["Seal"], stages[history.OTHER]) == (pytest.approx(4), pytest.approx(16))


def test_a_state_that_was_not_left_ends_with_the_history() -> None:
    assert history.seconds_by_stage(events((15, "Entered", "Seal upload")))["Seal"] == pytest.approx(5)


def test_from_one_state_to_another_spans_all_between() -> None:
    told = events(
        (2, "Entered", "Stream upload"),
        (4, "Exited", "Stream upload"),
        (6, "Entered", "Await landing"),
        (9, "Exited", "Await landing"),
    )
    assert history.seconds_between(told, "Stream upload", "Await landing") == pytest.approx(7)
    assert history.seconds_between(told, "Stream upload", "Seal upload") == 0


def test_shares_add_up_to_one() -> None:
    assert history.shares({"a": 3, "b": 1}) == {"a": 0.75, "b": 0.25}
    assert history.shares({"a": 0.0}) == {"a": 0.0}


def test_each_state_that_takes_time_has_a_stage() -> None:
    machine = yaml.safe_load((ROOT / "statemachines" / "upload.asl.yaml").read_text())
    takes_time = {
        name for name, state in machine["States"].items() if state["Type"] in ("Task", "Map", "Parallel", "Wait")
    }
    known = {state for states in history.STAGES.values() for state in states}
    assert takes_time - known == {"E-mail report links"}
    assert known - takes_time == set()
