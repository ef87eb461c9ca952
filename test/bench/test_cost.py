"""What a month costs, by numbers that can be reckoned in the head."""

from typing import Any

import pytest

from bench import cost
from bench.bill import usage_of

USAGE = {
    "lambdaRequests": 10,
    "stateTransitions": 40,
    "streamBytesBilled": 1024**3,
    "glueSeconds": 100,
    "queries": 2,
    "queryBytesBilled": 1024**4,
    "queryObjects": 0,
    "queryListings": 0,
    "mails": 1,
}
PRICES = cost.Prices(
    {name: 1.0 for name in cost.listed()["prices"]} | {"s3Read": 0.1},
    {
        "daysOfMonth": 30,
        "dpu": 2,
        "idleSeconds": 900,
        "crawlDPUHours": 0.5,
        "crawlsADay": 1,
        "keptDays": 1,
        "recipients": 1,
        "readsOfQueriedObject": 3,
        "keys": 1,
        "secrets": 1,
    },
)


def size(rows: int, more: float = 1, **usage: Any) -> dict[str, Any]:
    return {
        "rows": rows,
        "usage": {
            **{name: amount * more for name, amount in USAGE.items()},
            "lambdaGBSeconds": {"one": 3 * more, "other": 2 * more},
            "s3Requests": {"PUT": 5 * more, "LIST": 1 * more, "GET": 20 * more, "DELETE": 100},
            **usage,
        },
        "stored": {"lake": 1e9 * more, "reports": 0.0},
    }


def used(**changed: float) -> dict[str, float]:
    return cost.flat(size(1)) | changed


def test_functions_and_requests_are_summed() -> None:
    flat = cost.flat(size(1))
    assert (flat["lambdaGBSeconds"], flat["s3Writes"], flat["s3Reads"], flat["storedBytes"]) == (5, 6, 20, 1e9)


def test_between_and_beyond_two_sizes_the_use_follows_their_line() -> None:
    small, large = size(10), size(20, more=2)
    assert [cost.line_through(small, large, rows)["stateTransitions"] for rows in (10, 15, 20, 40)] == [40, 60, 80, 160]


def test_nothing_gets_less_with_more_rows() -> None:
    small, large = size(10), size(20, stateTransitions=30)
    assert cost.line_through(small, large, 1_000)["stateTransitions"] == 40


@pytest.mark.parametrize(
    ("uploads", "hours"),
    [
        (1, 1_000 / 3600),
        # Closer than its idle time: it does not stop.
        (100, 24),
        # More than a day of work in a day takes twice as many workers.
        (1_000, 48),
    ],
)
def test_the_job_runs_while_it_is_busy_and_waits(uploads: float, hours: float) -> None:
    assert cost.job_hours(uploads, 100, 900) == pytest.approx(hours)


def test_a_month_is_what_is_used_times_its_price() -> None:
    month = cost.month(used(), 2, PRICES, alarms=3)
    assert month["Lambda"] == pytest.approx(60 * (5 + 10))
    assert month["Step Functions"] == pytest.approx(60 * 40)
    assert month["Athena"] == pytest.approx(60)
    # An hour, and a gigabyte in and out.
    assert month["Kinesis"] == pytest.approx(30 * 24 + 60 * 2)
    assert month["S3"] == pytest.approx(60 * (6 + 20 * 0.1) + 60)
    assert month["Glue job"] == pytest.approx(30 * 2 * (2_000 / 3600))
    assert month["Glue crawler"] == pytest.approx(15)
    assert month["SNS"] == 60
    assert month["Standing"] == 5
    assert set(month) == set(cost.SERVICES)


def test_records_that_stay_longer_than_a_day_cost_more() -> None:
    kept = cost.Prices(PRICES.usd, {**PRICES.assumed, "keptDays": 7})
    assert cost.month(used(), 2, kept, 0)["Kinesis"] - cost.month(used(), 2, PRICES, 0)["Kinesis"] == pytest.approx(12)


def test_queries_read_and_list() -> None:
    more = cost.month(used(queryObjects=10, queryListings=4), 1, PRICES, 0)["S3"]
    assert more - cost.month(used(), 1, PRICES, 0)["S3"] == pytest.approx(30 * (4 + 30 * 0.1))


def test_what_was_counted_is_shared_by_the_uploads() -> None:
    meter = {
        "lambda": {"cellflow-plan-upload": {"requests": 2, "seconds": 4, "gbSeconds": 8}},
        "states": {"Plan upload": {"transitions": 2}, "Start crawler": {"transitions": 2}},
        "stream": {"in": {"records": 6, "bytes": 600, "bytesBilled": 6_144, "requests": 2}},
        "athena": {"queries": {"requests": 34, "bytesScanned": 10, "bytesBilled": 20}},
        "s3": {"GET": {"requests.functions": 4, "requests.job": 2, "bytesOut.job": 999}},
    }
    usage = usage_of(meter, 7.5, 2)
    assert usage["lambdaGBSeconds"] == {"cellflow-plan-upload": 4}
    assert (usage["stateTransitions"], usage["crawls"], usage["streamRecords"]) == (2, 1, 3)
    assert (usage["queries"], usage["s3Requests"], usage["glueSeconds"]) == (17, {"GET": 3}, 7.5)
