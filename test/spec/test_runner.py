"""What the runner makes of a check and of what TLC prints: an outcome that nobody expected is never passed over."""

import pytest

from spec.checks import Check, Value
from spec.run import chosen, row, summary
from spec.tlc import Outcome, configuration_of, verdict
from spec.trace import readable

CONSTANTS: dict[str, Value] = {"NR": 2, "Eager": False, "OnRefusal": "end", "Undone": frozenset({"b", "a c"})}
CALM = Check("calm", "holds", "Landing", CONSTANTS, ("NothingLost", "NothingDoubled"))
UNDONE = Check("undone", "revert", "Landing", {}, ("NothingLost",), breaks="NothingLost")
LIVE = Check("live", "progress", "Landing", {}, properties=("IsSealed",))

TRACE = """Error: Invariant NothingLost is violated.
Error: The behavior up to this point is:
State 1: <Initial predicate>
/\\ table = <<0, 0>>
/\\ driver = <<[pc |-> "off", want |-> {}]>>
/\\ offsets = (<<1, 1>> :> 0 @@ <<1, 2>> :> 0)
/\\ stream = <<>>

State 2: <Start line 10, col 3 to line 12, col 20 of module Landing>
/\\ table = <<0, 1>>
/\\ driver = <<[pc |-> "plan", want |-> 1..2]>>
/\\ offsets = (<<1, 1>> :> 0 @@ <<1, 2>> :> 99)
/\\ stream = <<{[upload |-> 1, from |-> 99]}>>

State 3: <Crash line 14, col 3 to line 16, col 20 of module Landing>
/\\ table = <<0, 1>>
/\\ driver = <<[pc |-> "ended", want |-> {}]>>
/\\ offsets = (<<1, 1>> :> 0 @@ <<1, 2>> :> 99)
/\\ stream = <<{[upload |-> 1, from |-> 99]}>>

120 states generated, 100 distinct states found, 20 states left on queue.
"""


def test_a_check_is_written_for_tlc() -> None:
    assert configuration_of(CALM).splitlines() == [
        "SPECIFICATION Spec", "CONSTANTS",
        "  NR = 2", "  Eager = FALSE", '  OnRefusal = "end"', '  Undone = {"a c", "b"}',
        "INVARIANT NothingLost", "INVARIANT NothingDoubled", "CHECK_DEADLOCK FALSE",
    ]  # fmt: skip
    assert configuration_of(LIVE).splitlines()[0] == "SPECIFICATION LiveSpec"


@pytest.mark.parametrize(
    ("check", "printed", "broken", "problem"),
    [
        (CALM, "Model checking completed. No error has been found.", None, None),
        (UNDONE, TRACE, "NothingLost", None),
        (UNDONE, "Error: Action property EntriesStay is violated.", "EntriesStay", None),
        (LIVE, "Error: Temporal properties were violated.", "IsSealed", None),
        (CALM, "Error: TLC threw an unexpected exception.\n", None, "Error: TLC threw an unexpected exception."),
        (CALM, "*** Errors: 1\n", None, "*** Errors: 1"),
        (CALM, "Starting...", None, "TLC ended without a result"),
        (CALM, "", None, "TLC ended without a result"),
    ],
)
def test_what_tlc_prints_is_judged(check: Check, printed: str, broken: str | None, problem: str | None) -> None:
    assert verdict(printed, check) == (broken, problem)


@pytest.mark.parametrize(
    ("check", "broken", "problem", "expected"),
    [
        (CALM, None, None, True),
        (CALM, "NothingLost", None, False),
        (CALM, None, "no end within 480 s", False),
        (UNDONE, "NothingLost", None, True),
        (UNDONE, "NothingDoubled", None, False),
        (UNDONE, None, None, False),
        (UNDONE, "NothingLost", "Error", False),
    ],
)
def test_only_the_expected_outcome_is_well(
    check: Check, broken: str | None, problem: str | None, expected: bool
) -> None:
    outcome = Outcome(check, broken, problem, 1_000, 2.0, "")

    assert outcome.as_expected is expected
    assert row(outcome, 10).startswith("ok" if expected else "WRONG")
    assert summary([outcome], 2.0).startswith("1 as expected" if expected else "0 as expected, 1 not")


def test_a_trace_is_told_by_its_actions_and_what_they_change() -> None:
    assert readable(TRACE) == [
        "  1  begins so",
        "  2  Start                  table.2=1  driver.1.pc=plan  driver.1.want={1, 2}  offsets.<1, 2>=never"
        "  stream.1={[upload: 1, from: never]}",
        "  3  Crash                  driver.1.pc=ended",
    ]
    assert readable("Model checking completed. No error has been found.") == []


def test_checks_are_chosen_by_words() -> None:
    assert {check.module for check in chosen(["compaction"], small=False)} == {"Compaction"}
    assert all(check.small for check in chosen([], small=True))
    assert chosen(["no such check"], small=False) == []
