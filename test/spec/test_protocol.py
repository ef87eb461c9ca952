"""The protocol holds in the model, and what undoes a repair breaks what it is for: the small checks of `make spec`."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from spec.checks import CHECKS, INVARIANTS, SETTINGS, Check
from spec.run import row
from spec.tlc import MODULES, Outcome, install, run_check
from spec.trace import readable

SMALL = [check for check in CHECKS if check.small]


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """Those that were chosen, on all processors: TLC takes one a check."""
    install()
    chosen = {item.callspec.params["check"].name for item in request.session.items if "outcomes" in item.fixturenames}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        yield {check.name: pool.submit(run_check, check) for check in SMALL if check.name in chosen}


@pytest.mark.tlc
@pytest.mark.parametrize("check", SMALL, ids=lambda check: f"{check.module}: {check.name}")
def test_the_model_does_as_expected(check: Check, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[check.name].result(check.seconds)

    assert outcome.as_expected, "\n".join([row(outcome, 0), *readable(outcome.output)])


def test_names_of_checks_are_their_own() -> None:
    names = [check.name for check in CHECKS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", SETTINGS)
def test_each_invariant_is_broken_by_a_repair_that_is_undone(module: str) -> None:
    """One that nothing breaks may be empty. That numbers have no gap follows from what a number is."""
    broken = {check.breaks for check in CHECKS if check.module == module and check.kind == "revert"}

    assert set(INVARIANTS[module]) - broken - {"NumbersWithoutGap"} == set()


@pytest.mark.parametrize("module", SETTINGS)
def test_each_repair_of_a_module_is_undone_by_a_check(module: str) -> None:
    text = (MODULES / f"{module}.tla").read_text()
    repairs = {piece.split('"')[0] for piece in text.split('Has("')[1:]} - {"…"}
    undone = {repair for check in CHECKS if check.module == module for repair in check.constants["Undone"]}

    assert repairs == undone
