"""Many uploads under a new account's quotas: all end well, in simulated time.

The retriers of version 0.1 lose uploads in the same simulation, so it can fail.
"""

import random
from collections.abc import Iterator

import pytest
from support.busy_account import Account, BusyAccount, Definition, Outcome, as_in_version_0_1, definition

from local.faults import rules

NEW_ACCOUNT_FUNCTIONS = 10
ACTIVE_QUERIES = 20

# 2 GB in chunks of 8 MB.
CHUNKS = 256


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[BusyAccount]:
    random.seed(11)
    rules.clear()
    yield BusyAccount(monkeypatch)
    rules.clear()


def large_uploads(account: BusyAccount, machine: Definition, count: int = 15) -> Outcome:
    """Uploads of 2 GB, one a second, in an account that runs ten functions at once."""
    rules.add(service="lambda", effect="limit", operation="Invoke", at_once=NEW_ACCOUNT_FUNCTIONS)
    rules.add(service="athena", effect="limit", operation="StartQueryExecution", at_once=ACTIVE_QUERIES)
    return account.upload(machine, Account(chunks=CHUNKS), [float(second) for second in range(count)])


def burst(
    account: BusyAccount, machine: Definition, *, count: int = 50, glue_rate: int = 1_000, queries: int = ACTIVE_QUERIES
) -> Outcome:
    """Small uploads within 30 s; a round of them runs seventeen reports."""
    rules.add(service="athena", effect="limit", operation="StartQueryExecution", at_once=queries)
    begins = [random.uniform(0, 30) for _ in range(count)]
    return account.upload(machine, Account(chunks=1, glue_rate=glue_rate), begins)


def everything_is_done(outcome: Outcome) -> None:
    account, uploads = outcome.account, len(outcome.records)
    assert len(outcome.succeeded) == uploads
    assert len(account.validated) == len(account.published) == uploads * account.chunks
    assert len(account.reported) == len(account.rounds) * account.reports
    assert account.mailed == {upload: 1 for upload in outcome.records}
    assert outcome.longest_history < 2_000


def test_fifteen_large_uploads_end_well_with_ten_functions_at_once(account: BusyAccount) -> None:
    outcome = large_uploads(account, definition())

    everything_is_done(outcome)
    # It was the quota that they had to wait for, and it was used: ten functions need 13 minutes for these chunks.
    assert outcome.account.most_invocations == NEW_ACCOUNT_FUNCTIONS
    assert outcome.account.refused["Lambda"] > 3_000
    assert 13 < outcome.minutes < 60


def test_the_retriers_of_version_0_1_lose_all_of_them(account: BusyAccount) -> None:
    # A few are as bad as many, and take less time.
    assert large_uploads(account, as_in_version_0_1(), count=5).succeeded == []


def test_two_hundred_uploads_at_once_end_well_with_a_new_accounts_quotas(
    account: BusyAccount,
) -> None:
    rules.add(service="lambda", effect="limit", operation="Invoke", at_once=NEW_ACCOUNT_FUNCTIONS)

    outcome = burst(account, definition(), count=200)

    everything_is_done(outcome)
    assert outcome.account.most_invocations == NEW_ACCOUNT_FUNCTIONS
    assert outcome.account.refused["Lambda"] > 1_000
    # One round after the other: reports never come near the limit of queries.
    assert outcome.account.most_queries < ACTIVE_QUERIES / 2
    assert len(outcome.account.rounds) < 50


def test_reports_end_well_where_other_queries_leave_them_two_places(account: BusyAccount) -> None:
    outcome = burst(account, definition(), queries=2)

    everything_is_done(outcome)
    assert outcome.account.most_queries == 2
    assert outcome.account.refused["Athena"] > 20


def test_the_retriers_of_version_0_1_lose_reports_where_there_are_two_places(account: BusyAccount) -> None:
    records = burst(account, as_in_version_0_1(), count=3, queries=1).records.values()

    assert "Throttled" in {record.get("error") for record in records}


def test_fifty_uploads_at_once_end_well_with_two_calls_of_glue_a_second(account: BusyAccount) -> None:
    outcome = burst(account, definition(), glue_rate=2)

    everything_is_done(outcome)
    assert outcome.account.refused["Glue"] > 50


def test_the_retriers_of_version_0_1_lose_some_to_glue(account: BusyAccount) -> None:
    records = burst(account, as_in_version_0_1(), glue_rate=2).records.values()

    assert "Glue.ThrottlingException" in {record.get("error") for record in records}
