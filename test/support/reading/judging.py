"""Judges answers by the histories of the keys that they are about."""

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from support.reading.histories import Histories, History, Rows, Span, State


@dataclass(frozen=True)
class Answer:
    """What a query saw. Times in seconds since 1970: before it was sent, and after its end was known."""

    kind: str
    begun: float
    ended: float
    span: Span
    rows: Rows


@dataclass(frozen=True)
class Wrong:
    """An answer that no state of a key explains."""

    answer: Answer
    key: str
    # `a part`, `two versions`, `an older state`, `a state to come`, or `rows of nobody`.
    what: str
    told: str


@dataclass
class Verdict:
    answers: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    # Versions that some answer had.
    seen: set[str] = field(default_factory=set)

    @property
    def wrong_answers(self) -> int:
        return len({id(wrong.answer) for wrong in self.wrong})

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {what}" for what, count in Counter(wrong.what for wrong in self.wrong).items())
        return f"{self.wrong_answers} of {self.answers} answers wrong{f' ({kinds})' if kinds else ''}"


def judge(histories: Histories, answers: Iterable[Answer]) -> Verdict:
    """Each answer against the states that its key may have had; the least state that explains it is taken for seen.

    So what is called wrong is wrong: no way to understand the answers makes it right.
    """
    ordered = sorted(answers, key=lambda answer: answer.begun)
    keys = histories.of()
    days = histories.days
    verdict = Verdict(len(ordered))
    for history in keys:
        _judge_key(history, ordered, verdict)
    known = {owner for history in keys for state in history.states for owner, _day in state.rows}
    for answer in ordered:
        # Other tests may have rows on other days.
        foreign = sorted(upload for upload, day in answer.rows if upload not in known and day in days)
        if foreign:
            verdict.wrong.append(Wrong(answer, "", "rows of nobody", f"rows of {foreign}"))
    return verdict


def _judge_key(history: History, ordered: list[Answer], verdict: Verdict) -> None:
    owners = {owner for state in history.states for owner, _day in state.rows}
    # Answers that did not end yet when the one in question began: (end, place of the state that was seen).
    pending: list[tuple[float, int]] = []
    least = 0
    for answer in ordered:
        while pending and pending[0][0] < answer.begun:
            least = max(least, heapq.heappop(pending)[1])
        certain = max(
            place
            for place, state in enumerate(history.states)
            if place == 0 or (state.certain is not None and state.certain <= answer.begun)
        )
        floor = max(least, certain)
        rows = {key: facts for key, facts in answer.rows.items() if key[0] in owners}
        fitting = [place for place, state in enumerate(history.states) if state.within(answer.span) == rows]
        seen = next(
            (place for place in fitting if place >= floor and history.states[place].possible <= answer.ended), None
        )
        if seen is None:
            what = _name_of(rows, fitting, floor)
            verdict.wrong.append(Wrong(answer, history.key, what, _told(history.states, floor, rows, answer)))
            continue
        heapq.heappush(pending, (answer.ended, seen))
        if rows:
            verdict.seen.add(history.states[seen].name)


def _name_of(rows: Rows, fitting: list[int], floor: int) -> str:
    if fitting:
        return "a state to come" if min(fitting) > floor else "an older state"
    return "two versions" if len({owner for owner, _day in rows}) > 1 else "a part"


def _told(states: list[State], floor: int, rows: Rows, answer: Answer) -> str:
    expected = states[floor]
    lines = [
        f"{answer.kind}, {answer.begun:.3f} to {answer.ended:.3f}: "
        f"state {floor} of {len(states)} ({expected.name}) was due",
        *(f"  saw {owner} {day}: {tuple(facts)}" for (owner, day), facts in sorted(rows.items())),
        *(
            f"  due {owner} {day}: {tuple(facts)}"
            for (owner, day), facts in sorted(expected.within(answer.span).items())
        ),
    ]
    return "\n".join(lines)
