"""Parts of the interpreter by themselves: choice rules, paths and templates, retriers."""

from typing import Any

import pytest

from local.step_functions import choice, paths, retry
from local.step_functions.errors import StateError
from local.step_functions.values import PAYLOAD_LIMIT, check_size

DATA: dict[str, Any] = {
    "n": 5,
    "s": "abc*d",
    "b": False,
    "none": None,
    "t": "2026-03-02T10:00:00Z",
    "list": [{"x": 1}, {"x": 2}],
    "spaced name": {"y": 3},
    "m": 7,
}
CONTEXT = {"Execution": {"Id": "arn", "RedriveCount": 0}}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Variable": "$.n", "NumericEquals": 5}, True),
        ({"Variable": "$.n", "NumericLessThan": 5}, False),
        ({"Variable": "$.n", "NumericLessThanPath": "$.m"}, True),
        ({"Variable": "$.n", "NumericGreaterThanEquals": 5.0}, True),
        ({"Variable": "$.s", "NumericEquals": 5}, False),
        ({"Variable": "$.b", "NumericEquals": 0}, False),
        ({"Variable": "$.b", "BooleanEquals": False}, True),
        ({"Variable": "$.s", "StringMatches": "a*d"}, True),
        ({"Variable": "$.s", "StringMatches": r"abc\*?"}, False),
        ({"Variable": "$.s", "StringMatches": r"abc\*d"}, True),
        ({"Variable": "$.s", "StringGreaterThan": "abb"}, True),
        ({"Variable": "$.t", "TimestampLessThan": "2026-03-02T12:00:00+01:00"}, True),
        ({"Variable": "$.t", "IsTimestamp": True}, True),
        ({"Variable": "$.none", "IsNull": True}, True),
        ({"Variable": "$.none", "IsPresent": True}, True),
        ({"Variable": "$.gone", "IsPresent": False}, True),
        ({"Variable": "$.b", "IsNumeric": True}, False),
        ({"Variable": "$$.Execution.RedriveCount", "NumericEquals": 0}, True),
        ({"And": [{"Variable": "$.gone", "IsPresent": True}, {"Variable": "$.gone.x", "IsNull": True}]}, False),
        ({"Or": [{"Variable": "$.b", "BooleanEquals": True}, {"Variable": "$.n", "NumericEquals": 5}]}, True),
        ({"Not": {"Variable": "$.n", "NumericEquals": 5}}, False),
    ],
)
def test_choice_rules(rule: dict[str, Any], expected: bool) -> None:
    assert choice.matches(rule, DATA, CONTEXT) is expected


def test_a_rule_about_nothing_is_an_error() -> None:
    with pytest.raises(StateError, match=r"Invalid path '\$\.gone'"):
        choice.matches({"Variable": "$.gone", "NumericEquals": 1}, DATA, CONTEXT)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", DATA),
        ("$.list[1].x", 2),
        ("$.list[*].x", [1, 2]),
        ("$['spaced name'].y", 3),
        ("$.none", None),
        ("$$.Execution.Id", "arn"),
        ("$.list[7]", paths.MISSING),
        ("$.n.deeper", paths.MISSING),
    ],
)
def test_paths(path: str, expected: Any) -> None:
    assert paths.find(path, DATA, CONTEXT) == expected


def test_templates() -> None:
    template = {
        "text": "$.n",
        "n.$": "$.n",
        "id.$": "$$.Execution.Id",
        "sum.$": "States.MathAdd($.n, 1)",
        "inner": [{"name.$": "States.Format('{} of {}', $.n, $.m)"}],
    }
    assert paths.fill(template, DATA, CONTEXT) == {
        "text": "$.n",
        "n": 5,
        "id": "arn",
        "sum": 6,
        "inner": [{"name": "5 of 7"}],
    }
    with pytest.raises(StateError, match=r"'\$\.gone' specified for the field 'a\.\$'"):
        paths.fill({"a.$": "States.Format('{}', $.gone)"}, DATA, CONTEXT)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", "result"),
        (None, {"a": {"b": 1}}),
        ("$.a", {"a": "result"}),
        ("$.a.c", {"a": {"b": 1, "c": "result"}}),
        ("$.new.c", {"a": {"b": 1}, "new": {"c": "result"}}),
    ],
)
def test_result_paths(path: str | None, expected: Any) -> None:
    document = {"a": {"b": 1}}
    assert paths.placed({"ResultPath": path}, document, "result") == expected
    assert document == {"a": {"b": 1}}


def test_a_result_has_no_place_in_a_number() -> None:
    with pytest.raises(StateError) as refused:
        paths.placed({"ResultPath": "$.a.b"}, {"a": 1}, "result")
    assert refused.value.error == "States.ResultPathMatchFailure"


def delays(retrier: dict[str, Any], error: str, count: int) -> list[float | None]:
    retries = retry.Retries({"Retry": [retrier]})
    return [retries.delay(StateError(error, "")) for _ in range(count)]


def test_delays_grow_to_the_longest() -> None:
    retrier = {"ErrorEquals": ["E"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 4, "MaxDelaySeconds": 20}
    assert delays(retrier, "E", 5) == [2, 6, 18, 20, None]
    assert delays({"ErrorEquals": ["E"]}, "E", 4) == [1, 2, 4, None]


def test_full_jitter_spreads_the_delays() -> None:
    retrier = {
        "ErrorEquals": ["E"],
        "IntervalSeconds": 10,
        "BackoffRate": 1,
        "MaxAttempts": 200,
        "JitterStrategy": "FULL",
    }
    spread = delays(retrier, "E", 200)
    assert all(delay is not None and 0 <= delay <= 10 for delay in spread)
    assert min(spread) < 2 and max(spread) > 8  # type: ignore[type-var, operator]


@pytest.mark.parametrize(
    ("names", "error", "expected"),
    [
        (["States.ALL"], "Anything", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.ALL"], "States.Runtime", False),
        (["States.ALL"], "States.DataLimitExceeded", False),
        (["States.DataLimitExceeded"], "States.DataLimitExceeded", True),
        (["States.TaskFailed"], "Anything", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["Other"], "Anything", False),
    ],
)
def test_which_errors_a_list_names(names: list[str], error: str, expected: bool) -> None:
    assert retry.error_matches(names, error) is expected


def test_sizes_count_bytes() -> None:
    assert check_size("S", "ü" * (PAYLOAD_LIMIT // 2 - 1))
    with pytest.raises(StateError, match="service limit"):
        check_size("S", "ü" * (PAYLOAD_LIMIT // 2))
