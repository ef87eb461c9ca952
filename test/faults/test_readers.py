"""Readers ask while uploads, replacements, withdrawals, faults and sweeps happen: `make test-readers` in short."""

from support.laptop import Laptop
from support.reading.stage import Plan, perform

TROUBLES = ("answers of the log lost", "the flip killed while its write is on its way", "a crawl that fails")


def test_readers_see_an_upload_whole_or_not_at_all(laptop: Laptop, running_job: None) -> None:
    plan = Plan(authors=2, steps=3, troubles=TROUBLES, grace_seconds=10, seconds=120, merges=True)

    outcome = perform(laptop, plan)

    print(outcome)
    assert not outcome.verdict.wrong, f"{outcome}\n{outcome.verdict.wrong[0].told}"
    assert not outcome.failures, outcome.failures[0]
    assert all(outcome.struck.values()), outcome.struck
    assert outcome.reports > 0
