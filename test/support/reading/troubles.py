"""Troubles that uploads meet while readers ask: each strikes whichever upload comes first."""

import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any

from support.laptop import Laptop

# How far ahead a change is announced where what readers see is judged, in milliseconds. The promise is for writes that
# are late by less, and a busy machine may be slow. What is made late here is later than it is waited for.
NOTICE_MS = 3_000
LATE_MS = 2_000
Rule = dict[str, Any]


def rules(outputs: dict[str, str]) -> dict[str, list[Rule]]:
    """Rules of `local/faults/rules.py`, by the name of the trouble; each of the rules has to strike."""
    lake = outputs["LakeBucket"]
    put = {"service": "s3", "operation": "PutObject"}
    visibility = {**put, "name": f"{lake}/visibility/"}
    lost = {"effect": "error-after", "status": 503, "code": "SlowDown"}
    seal = {"service": "lambda", "name": "cellflow-seal-upload", "effect": "kill"}
    flip = {"service": "lambda", "name": "cellflow-make-upload-visible", "effect": "kill"}
    return {
        "answers of the log lost": [{**visibility, **lost, "count": 3}],
        "the seal killed between its copies": [
            {**put, "name": f"{lake}/measurements/", "effect": "delay", "milliseconds": 2_500, "skip": 1, "count": 2},
            {**seal, "milliseconds": 1_200, "count": 1},
        ],
        "the flip killed while its write is on its way": [
            {**visibility, "effect": "delay", "milliseconds": LATE_MS, "count": 2},
            {**flip, "milliseconds": LATE_MS // 2, "count": 1},
        ],
        "the flip killed until the execution fails": [{**flip, "milliseconds": 150, "count": 3}],
        "a crawl that fails": [
            {"service": "glue", "operation": "Crawl", "name": outputs["CrawlerName"], "effect": "fail", "count": 1}
        ],
        "writes of the log late": [{**visibility, "effect": "delay", "milliseconds": LATE_MS, "count": 3}],
        "answers of claims lost": [{**put, **lost, "name": f"{lake}/claims/", "count": 2}],
        "the log refused": [{**visibility, "effect": "error", "status": 503, "code": "SlowDown", "count": 4}],
    }


JOB_KILLED = "the job killed"


class Troubles(threading.Thread):
    """The named ones one after the other, each until it has struck; then from the first again, until stopped."""

    def __init__(self, laptop: Laptop, names: Sequence[str]) -> None:
        super().__init__(name="troubles")
        self._laptop = laptop
        self._stopped = threading.Event()
        # How often each has struck.
        self.struck: dict[str, int] = dict.fromkeys(names, 0)
        self.failed: BaseException | None = None

    @property
    def all_struck(self) -> bool:
        return all(self.struck.values()) or self.failed is not None

    def stop(self) -> None:
        self._stopped.set()
        self.join()

    def run(self) -> None:
        try:
            for name in itertools.cycle(self.struck):
                if self._strike(name):
                    self.struck[name] += 1
                if self._stopped.is_set():
                    return
        except BaseException as error:
            self.failed = error
        finally:
            self._laptop.clear_faults()

    def _strike(self, name: str) -> bool:
        if name == JOB_KILLED:
            return self._kill_job()
        for rule in rules(self._laptop.outputs)[name]:
            self._laptop.inject(**rule)
        struck = self._comes(lambda: all(rule["fired"] for rule in self._laptop.control("GET", "faults")))
        # Those that strike several times do so before the next comes.
        self._stopped.wait(3)
        self._laptop.clear_faults()
        return struck

    def _kill_job(self) -> bool:
        if not self._comes(lambda: self._laptop.job_runs("RUNNING") and self._laptop.job_processes()):
            return False
        self._laptop.kill_job()
        self._stopped.wait(2)
        return True

    def _comes(self, look: Callable[[], object]) -> bool:
        """Whether it came before the end of the performance, which has a time limit."""
        while not self._stopped.wait(0.2):
            if look():
                return True
        return False
