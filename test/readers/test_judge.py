"""The judge of readers finds each way in which an answer can be wrong, and calls no right one wrong."""

import pytest
from support.files import clean_csv
from support.laptop import Upload
from support.reading.histories import Facts, Histories, Rows, State
from support.reading.judging import Answer, Verdict, judge

KEY = "north/a.csv"
OLD, NEW = Upload("uploads", KEY, "1"), Upload("uploads", KEY, "2")


class Told:
    """A key with an old version, seen for certain from 20 on, and a new one, from 40 on; withdrawn from 60 on."""

    def __init__(self) -> None:
        self.now = 0.0
        self.histories = Histories(lambda: self.now)
        self.old = self.histories.version(OLD, clean_csv(30, 1, ("2026-01-01", "2026-01-02")), 10)
        self.histories.settle(self.old, 20)
        self.new = self.histories.version(NEW, clean_csv(40, 2, ("2026-01-02", "2026-01-03")), 30)
        self.histories.settle(self.new, 40)
        self.now = 50
        self.gone = self.histories.withdrawal(KEY)
        self.histories.settle(self.gone, 60)

    def judge(self, *answers: Answer) -> Verdict:
        return judge(self.histories, answers)


@pytest.fixture
def told() -> Told:
    return Told()


def answer(
    state: State | Rows, begun: float, ended: float | None = None, span: tuple[str, str] | None = None
) -> Answer:
    rows = state if isinstance(state, dict) else state.within(span)
    return Answer("union", begun, begun + 1 if ended is None else ended, span, rows)


def test_the_facts_of_a_file_are_those_of_its_lines() -> None:
    body = b"date,long,speed\n2026-01-01,1.250,3.4\n2026-01-02,-0.001,0\n2026-01-01,2,10.1\n"
    histories = Histories(lambda: 0)
    state = histories.version(OLD, body, 0)
    assert state.rows == {
        (OLD.id, "2026-01-01"): Facts(2, 3_250, 135, 2, 135),
        (OLD.id, "2026-01-02"): Facts(1, -1, 0, 1, 0),
    }


def test_right_answers_are_right(told: Told) -> None:
    verdict = told.judge(
        answer({}, 5),
        answer({}, 15),
        answer(told.old, 16),
        answer(told.old, 25),
        # They overlap the change: one may see the old one, another, that ends earlier, the new.
        answer(told.old, 35, 45),
        answer(told.new, 36, 38),
        answer(told.new, 45),
        answer(told.new, 55),
        answer({}, 56),
        answer({}, 65),
        answer(told.old, 25, span=("2026-01-01", "2026-01-01")),
        # Of the first day the new version has nothing.
        answer({}, 45, span=("2026-01-01", "2026-01-01")),
    )
    assert (verdict.answers, verdict.wrong, verdict.seen) == (12, [], {OLD.id, NEW.id})


def without(rows: Rows, *keys: tuple[str, str]) -> Rows:
    return {key: facts for key, facts in rows.items() if key not in keys}


@pytest.mark.parametrize(
    ("what", "forge"),
    [
        ("a part", lambda told: answer(without(told.old.rows, (OLD.id, "2026-01-01")), 25)),
        ("a part", lambda told: answer({**told.old.rows, (OLD.id, "2026-01-01"): Facts(15, 1, 1, 15, 1)}, 25)),
        (
            "a part",
            lambda told: answer({k: f._replace(counted_rows=0, counted_speed=0) for k, f in told.old.rows.items()}, 25),
        ),
        ("a part", lambda told: answer({k: Facts(*(2 * n for n in f)) for k, f in told.old.rows.items()}, 25)),
        ("two versions", lambda told: answer({**told.old.rows, **told.new.rows}, 45)),
        ("two versions", lambda told: answer({**without(told.old.rows, (OLD.id, "2026-01-01")), **told.new.rows}, 35)),
        ("an older state", lambda told: answer({}, 25)),
        ("an older state", lambda told: answer(told.old, 45)),
        ("an older state", lambda told: answer(told.new, 65)),
        ("an older state", lambda told: answer(told.old, 45, span=("2026-01-01", "2026-01-02"))),
        ("a state to come", lambda told: answer(told.new, 22)),
        ("a state to come", lambda told: answer(told.old, 5)),
        ("rows of nobody", lambda told: answer({**told.old.rows, ("f" * 16, "2026-01-02"): Facts(1, 1, 1, 1, 1)}, 25)),
    ],
)
def test_a_wrong_answer_is_found(told: Told, what: str, forge) -> None:
    verdict = told.judge(answer(told.old, 24), forge(told))
    assert [wrong.what for wrong in verdict.wrong] == [what]
    assert verdict.wrong_answers == 1


@pytest.mark.parametrize(("later", "wrong"), [(33.0, []), (36.0, ["an older state"])])
def test_who_begins_after_an_answer_sees_no_less(told: Told, later: float, wrong: list[str]) -> None:
    verdict = told.judge(answer(told.new, 32, 35), answer(told.old, later, 39))
    assert [found.what for found in verdict.wrong] == wrong


def test_nothing_is_no_way_back_before_a_withdrawal(told: Told) -> None:
    verdict = told.judge(answer(told.old, 25), answer({}, 35))
    assert [found.what for found in verdict.wrong] == ["an older state"]


def test_rows_of_others_on_their_own_days_are_not_looked_at(told: Told) -> None:
    others = {("e" * 16, "2025-05-05"): Facts(9, 9, 9, 9, 9)}
    assert not told.judge(answer({**told.old.rows, **others}, 25)).wrong
