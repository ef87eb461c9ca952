"""The state machine that is deployed, on the laptop edition's interpreter and on moto's, side by side.

Both get the same answers of functions and services, by the name of the state that asks. They have to take the same way,
with the same data into and out of each state and into each function, and come to the same end, error and cause.
What is known to differ is in `DIFFERENCES`; anything else fails.
"""

import json
import re
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
from support.interpreters import on_laptop, on_moto
from support.interpreters.scenarios import EVENT, SCENARIOS, Scenario, overtaken
from support.interpreters.script import Stage
from support.interpreters.trace import collections, differences
from support.laptop import ROOT


@dataclass(frozen=True)
class Difference:
    """What differs and why. `pattern` is what of it shows in a line of a trace, and is not compared."""

    what: str
    why: str
    pattern: str | None = None


DIFFERENCES = (
    Difference(
        "moments",
        "They are those of two runs. AWS ends them with Z, as the laptop edition does; moto with +00:00.",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)",
    ),
    Difference(
        "RedriveCount in the context object",
        "AWS has it from the first run on; moto, which knows no redrive, leaves it out.",
        r'"RedriveCount": 0, ',
    ),
    Difference(
        "what follows the message of a service's error",
        "AWS adds the service, the status and the id of the request. The laptop edition has no such ids.",
        r" \(Service: [^)]*\)",
    ),
    Difference(
        "Glue's name in errors",
        "AWS calls them Glue.…Exception. moto has a table of such names, which lacks Glue's, and says glue. for it: "
        "with it the machine's retriers and catchers would match nothing. `on_moto.py` adds the entry.",
    ),
    Difference(
        "children that fail",
        "On AWS a child that fails is one too many, unless the state tolerates it. moto counts failed children, and "
        "never fails a distributed map for them. The scenarios with `CHILDREN_DO_NOT_COUNT` go on there.",
    ),
    Difference(
        "items that cannot be read",
        "On AWS that is States.ItemReaderFailed, which the machine retries. On moto it is States.Runtime, which "
        "nothing retries: the scenario with `READERS_HAVE_NO_NAME`.",
    ),
)


def explained(line: str) -> str:
    for difference in DIFFERENCES:
        if difference.pattern is not None:
            line = re.sub(difference.pattern, "", line)
    return line


@pytest.fixture(scope="session")
def machine() -> dict[str, Any]:
    """The state machine as CloudFormation makes it."""
    command = ["node", "--import", "tsx", "test/statemachines/deployed.ts", "000000000000", "eu-west-1"]
    done = subprocess.run(command, cwd=ROOT, timeout=60, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    definition: dict[str, Any] = json.loads(done.stdout)
    return definition


def is_of_stopped(line: str, scenario: Scenario) -> bool:
    """Whether a branch came to its end on one of both only, which another one's failure stops."""
    return line.startswith("out of a state") and any(f" only: {branch}: " in line for branch in scenario.stopped)


def play(machine: dict[str, Any], scenario: Scenario) -> None:
    ours, theirs = Stage(scenario.script), Stage(scenario.script)
    here = on_laptop.run(machine, EVENT, ours, scenario.objects)
    there = on_moto.run(machine, EVENT, theirs, scenario.objects)

    assert (here.status, here.error) == (scenario.ends, scenario.error)
    assert set(scenario.passes) <= {state for path in here.paths.values() for state in path}
    assert ours.unplayed(scenario.otherwise) == []
    if scenario.on_moto is None:
        assert [line for line in differences(here, there, explained) if not is_of_stopped(line, scenario)] == []
        return
    # As long as moto is at fault: the same way up to there. Once it is not, the exception is to go.
    assert (there.status, there.error) != (here.status, here.error)
    assert there.status == scenario.on_moto
    assert all(
        there.paths[line][: len(path)] == path for line, path in here.paths.items() if not line.startswith("items")
    )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_both_do_the_same(machine: dict[str, Any], scenario: Scenario) -> None:
    play(machine, scenario)


def test_both_end_an_overtaken_upload_alike_wherever_it_is_found(machine: dict[str, Any]) -> None:
    found = list(who_finds_it(machine))

    assert {
        "Plan upload",
        "Judge upload",
        "Await landing",
        "Seal upload",
        "Run report",
        "Export workbook",
        "Export map",
        "Build report page",
    } <= set(found)
    for state in found:
        play(machine, overtaken(state))


def who_finds_it(machine: dict[str, Any]) -> list[str]:
    """The tasks whose `Superseded` is caught: by themselves, or by the map or the branches that they are in."""
    found: list[str] = []
    for _, states in collections(machine):
        for name, state in states.items():
            if not any("Superseded" in catcher["ErrorEquals"] for catcher in state.get("Catch", [])):
                continue
            inner = state.get("Branches") or [state.get("ItemProcessor", {"States": {name: state}})]
            tasks = (task for part in inner for task in part["States"].items())
            found += [task for task, definition in tasks if definition["Type"] == "Task"]
    return found


def test_a_difference_that_is_not_in_the_table_is_told(machine: dict[str, Any]) -> None:
    """The comparison can fail: with one answer that differs, it names the states where that shows."""
    scenario = SCENARIOS[0]
    other = {**scenario.script, "Seal upload": {"objects": 4, "rows": 296}}
    here = on_laptop.run(machine, EVENT, Stage(scenario.script), scenario.objects)
    there = on_moto.run(machine, EVENT, Stage(other), scenario.objects)

    told = differences(here, there, explained)
    assert any(line.startswith("out of a state, on moto only: Seal upload") and '"rows": 296' in line for line in told)
    assert not any("Judge upload" in line for line in told)
