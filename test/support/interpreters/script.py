"""What the functions and services behind a state machine answer, by the name of the state that asks."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fails:
    """An error: a function's own, or the code of a service's."""

    error: str
    message: str = "as the script says"

    def body(self) -> dict[str, str]:
        """As a function tells it, but for the trace."""
        return {"errorType": self.error, "errorMessage": self.message}


@dataclass(frozen=True)
class After:
    """An answer that is given once other states were asked, which run beside the one that asks."""

    states: tuple[str, ...]
    answer: Any


# One answer: a value, an error, or what makes it of the payload and how often that was asked before.
Answer = Any
# By state: what it is answered, call after call. What is no list is answered to every call.
Script = Mapping[str, Answer]


# For a state that runs beside another one to ask.
WAIT_SECONDS = 20


@dataclass
class Stage:
    """Plays a script, and keeps what it was asked."""

    script: Script
    asked: list[tuple[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def play(self, state: str, payload: Any) -> Any:
        """The answer, or Fails. A state without a script says its name: who adds one sees it pass by."""
        with self._lock:
            turn = sum(name == state for name, _ in self.asked)
            before = self.asked.count((state, payload))
            self.asked.append((state, payload))
        answers = self.script.get(state, {"said": state})
        if isinstance(answers, Turns):
            assert turn < len(answers), f"{state} was asked once more than its script says"
            answer = answers[turn]
        else:
            answer = answers
        if isinstance(answer, After):
            for other in answer.states:
                self._wait_for(other)
            return answer.answer
        return answer(payload, before) if callable(answer) else answer

    def _wait_for(self, state: str) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while all(name != state for name, _ in self.asked):
            assert time.monotonic() < end, f"{state} was not asked within {WAIT_SECONDS} s"
            time.sleep(0.002)

    def unplayed(self, states: Iterable[str]) -> list[str]:
        """Those of the states that were never asked, or have turns left."""
        counts = Counter(state for state, _ in self.asked)
        wanted = {state: self.script[state] for state in states}
        least = {state: len(answers) if isinstance(answers, Turns) else 1 for state, answers in wanted.items()}
        return [state for state, times in least.items() if counts[state] < times]


class Turns(tuple[Answer, ...]):
    """Answers to one call after the other, all of which have to be asked for."""

    __slots__ = ()


def turns(*answers: Answer) -> Turns:
    return Turns(answers)
