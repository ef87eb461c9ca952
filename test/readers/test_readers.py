"""Readers ask all the time while everything happens to uploads: `make test-readers`.

CELLFLOW_READERS_SECONDS is how long each engine is asked, 300 if not said.
"""

from support.laptop import Laptop
from support.reading.faults import bare_views, visible_at_once
from support.reading.stage import Plan, perform
from support.reading.troubles import JOB_KILLED, rules

from local import variables

SECONDS = variables.above_zero("CELLFLOW_READERS_SECONDS", 300)
PLANTED_SECONDS = min(90, SECONDS / 2)


def test_every_answer_is_all_of_one_version(edition: Laptop) -> None:
    troubles = (*rules(edition.outputs), JOB_KILLED)
    plan = Plan(authors=3, steps=1_000, troubles=troubles, grace_seconds=15, seconds=SECONDS, merges=True)

    outcome = perform(edition, plan)

    print(f"\n{edition.environment['ATHENA_ENGINE']}: {outcome}")
    assert not outcome.verdict.wrong, f"{outcome}\n{outcome.verdict.wrong[0].told}"
    assert not outcome.failures, outcome.failures[0]
    assert outcome.longest_seconds < plan.grace_seconds, "a query took longer than rows were kept: it says nothing"
    assert outcome.swept["objects"] > 0
    assert outcome.merged["uploads"] > 0
    assert all(outcome.struck.values()), f"some troubles never came; more time may help: {outcome.struck}"
    assert outcome.reports > 0


def test_views_over_all_files_are_found_out(edition: Laptop) -> None:
    """Version 0.1: what is replaced is deleted as soon as the new version is there, and readers see all files."""
    plan = Plan(
        authors=2,
        steps=1_000,
        troubles=(),
        grace_seconds=0,
        sweep_pause=0.5,
        seconds=PLANTED_SECONDS,
        name="bare",
        first=10,
    )

    with bare_views(edition):
        outcome = perform(edition, plan)

    print(f"\n{edition.environment['ATHENA_ENGINE']}, views over all files: {outcome}")
    assert outcome.verdict.wrong_answers > 0


def test_an_upload_that_is_visible_before_it_is_copied_is_found_out(edition: Laptop) -> None:
    plan = Plan(
        authors=2,
        steps=1_000,
        troubles=(),
        grace_seconds=600,
        seconds=PLANTED_SECONDS,
        name="early",
        first=20,
        on_claim=visible_at_once,
    )

    outcome = perform(edition, plan)

    print(f"\n{edition.environment['ATHENA_ENGINE']}, visible before it is copied: {outcome}")
    assert outcome.verdict.wrong_answers > 0
