"""Authors: each has one key, uploads versions of it one after the other, and withdraws some."""

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from support.files import clean_csv
from support.laptop import Laptop, Upload
from support.reading.histories import Histories, State

FIRST_DAY = date(2004, 1, 1)
# Days between the days of two authors.
DAYS_APART = 100
MOST_REDRIVES = 8
WAIT_SECONDS = 240


def first_day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number * DAYS_APART)


def day_before(number: int) -> str:
    """A day that no author of that number or a greater one has by himself."""
    return (first_day(number) - timedelta(days=1)).isoformat()


class Author(threading.Thread):
    """Goes through its steps again and again, until all of `over` is told. Ends with an error only by `failed`.

    All its versions have rows of a day that it shares with others, so that they may be merged.
    """

    def __init__(
        self,
        laptop: Laptop,
        histories: Histories,
        number: int,
        key: str,
        over: Callable[[int], bool],
        shared_day: str,
        on_claim: Callable[[Laptop, Upload], None] | None = None,
    ) -> None:
        super().__init__(name=f"author {number}")
        self._laptop = laptop
        self._histories = histories
        self.key = key
        self._over = over
        self._on_claim = on_claim
        self._dice = random.Random(number)
        self._seeds = itertools.count(number * 1_000 + 1)
        self._shared_day = shared_day
        self._fresh = ((first_day(number) + timedelta(days=n)).isoformat() for n in itertools.count())
        self._days: list[str] = []
        self.failed: BaseException | None = None
        self.redrives = 0
        # Executions that succeeded: their upload, their output with the time at which it was visible, and their end.
        self.executions: list[tuple[Upload, dict[str, Any], float]] = []
        # What the key should show when all is over.
        self.last: tuple[Upload, bytes] | None = None
        self.uploads: list[Upload] = []

    def run(self) -> None:
        try:
            for turn, step in enumerate(self._steps()):
                if self._over(turn):
                    return
                step()
        except BaseException as error:
            self.failed = error

    def _steps(self) -> Iterator[Callable[[], None]]:
        while True:
            yield from (self.replace, self.replace, self.withdraw, self.replace_twice, self.spoil, self.replace)

    # Steps

    def replace(self) -> None:
        """A version that leaves a day, keeps one, and comes to a new one; its event comes twice, now and then."""
        upload, state, body = self._send()
        execution = self._claimed(upload)
        if self._dice.random() < 0.3:
            event = self._laptop.describe(execution)["input"]
            machine = self._laptop.outputs["StateMachineArn"]
            self._laptop.states.start_execution(stateMachineArn=machine, input=event)
        self._carry(execution, upload, state)
        self.last = (upload, body)

    def replace_twice(self) -> None:
        """A version that a newer one overtakes somewhere on its way."""
        first, first_state, _body = self._send()
        overtaken = self._claimed(first)
        time.sleep(self._dice.random() * 4)
        second, state, body = self._send()
        self._carry(self._claimed(second), second, state)
        self._carry(overtaken, first, first_state)
        self.last = (second, body)

    def spoil(self) -> None:
        """A corrected file that is none: the version before stays."""
        body = clean_csv(200, next(self._seeds), tuple(self._days or ["2004-01-01"]))
        upload = self._laptop.put(body.replace(b",4", b",north"), self.key)
        self.uploads.append(upload)
        ended = self._laptop.wait(self._laptop.execution_of(upload, WAIT_SECONDS), WAIT_SECONDS)
        assert ended["status"] == "FAILED", f"{self.key}: a file without a place ended as {ended['status']}"

    def withdraw(self) -> None:
        upload, _body = self.last or (None, b"")
        if upload is None:
            return
        state = self._histories.withdrawal(self.key)
        self._laptop.cellflow("withdraw", upload.id, "--yes")
        self._histories.settle(state)
        self.last = None

    # What they share

    def _send(self) -> tuple[Upload, State, bytes]:
        kept = self._days[-1:]
        self._days = [*kept, next(self._fresh)]
        body = clean_csv(self._dice.randrange(1_000, 3_000), next(self._seeds), (self._shared_day, *self._days))
        sent = time.time()
        upload = self._laptop.put(body, self.key)
        self.uploads.append(upload)
        return upload, self._histories.version(upload, body, sent), body

    def _claimed(self, upload: Upload) -> str:
        execution = self._laptop.execution_of(upload, WAIT_SECONDS)
        if self._on_claim:
            self._on_claim(self._laptop, upload)
        return execution

    def _carry(self, execution: str, upload: Upload, state: State) -> None:
        """To its end, by as many redrives as it takes."""
        ended = self._laptop.wait(execution, WAIT_SECONDS)
        for _redrive in range(MOST_REDRIVES):
            if ended["status"] != "FAILED":
                break
            self.redrives += 1
            ended = self._laptop.redrive(execution, WAIT_SECONDS)
        assert ended["status"] == "SUCCEEDED", f"{self.key}: {ended.get('error')}: {ended.get('cause')}"
        told = json.loads(ended["output"])
        if "visible" in told:
            told["visible_from"] = datetime.fromisoformat(told["visible"]["from"].replace("Z", "+00:00")).timestamp()
            self._histories.settle(state, told["visible_from"])
        self.executions.append((upload, told, ended["stopDate"].timestamp()))
