"""Faults on order, for tests: rules that say which calls go wrong, how, and how often.

A rule is JSON: `service`, `operation` and `name` say which calls it is for (`operation` may hold `*`; `name` is a
prefix: `bucket/key`, a stream's, function's or crawler's name), `effect` what happens to them, and `probability`,
`skip` (so many matching calls first), `count` (at most so many) and `seconds` (from the first matching call on, however
long that takes to come) how often. Effects:

- `error`: answered with `status`, `code` and `message`, before anything is done;
- `error-after`: the same, after the call took effect, as a lost answer looks;
- `delay`: done `milliseconds` later;
- `hold`: done when the rules are cleared, `milliseconds` later at the latest: what has to happen meanwhile has time on
  a slow machine, too;
- `throttle`: the share `fraction` of a PutRecords call's entries is refused;
- `kill`: a function's process is killed `milliseconds` into the invocation;
- `fail`: left to the plug-in that asks, such as a crawl that fails;
- `limit`: refused, as AWS refuses it, while `at_once` others run: `Invoke` of `lambda`, where the functions of the
  account count together, and `StartQueryExecution` of `athena`, where queries that wait count too; `most`
  tells the most that ran at once.
"""

import fnmatch
import random
import threading
import time
from dataclasses import dataclass
from typing import Any

EFFECTS = ("error", "error-after", "delay", "hold", "throttle", "kill", "fail", "limit")


@dataclass
class Rule:
    """Which calls go wrong, how, and how often."""

    service: str
    effect: str
    operation: str = "*"
    name: str = ""
    probability: float = 1.0
    skip: int = 0
    count: int | None = None
    seconds: float | None = None
    status: int = 500
    code: str = "InternalFailure"
    message: str = "Injected fault"
    milliseconds: int = 0
    fraction: float = 1.0
    at_once: int = 0
    matched: int = 0
    fired: int = 0
    # Most that a limit has let run at once.
    most: int = 0
    # When the first matching call came.
    since: float | None = None

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS:
            raise ValueError(f"effect {self.effect!r} is none of {', '.join(EFFECTS)}")

    def covers(self, service: str, operation: str, name: str) -> bool:
        return (
            service == self.service
            and fnmatch.fnmatchcase(operation, self.operation)
            and name.startswith(self.name)
            and (self.count is None or self.fired < self.count)
            and not self.is_over()
        )

    def is_over(self) -> bool:
        return self.seconds is not None and self.since is not None and time.monotonic() - self.since >= self.seconds

    def fires(self) -> bool:
        """Count a matching call; whether this one goes wrong."""
        self.matched += 1
        if self.since is None:
            self.since = time.monotonic()
        if self.matched <= self.skip or random.random() >= self.probability:
            return False
        self.fired += 1
        return True


_rules: list[Rule] = []
_lock = threading.Lock()


def add(**fields: Any) -> Rule:
    rule = Rule(**fields)
    with _lock:
        _rules.append(rule)
    return rule


def clear() -> None:
    with _lock:
        _rules.clear()


def standing() -> list[Rule]:
    with _lock:
        return list(_rules)


def is_standing(rule: Rule) -> bool:
    return any(one is rule for one in standing())


def check(service: str, operation: str, name: str, *effects: str) -> Rule | None:
    """The rule, of those with one of the effects, by which a call goes wrong; it counts for each rule it matches."""
    if not _rules:
        return None
    with _lock:
        matching = [rule for rule in _rules if rule.effect in effects and rule.covers(service, operation, name)]
        firing = [rule for rule in matching if rule.fires()]
    return firing[0] if firing else None


def is_full(service: str, operation: str, name: str, running: int) -> bool:
    """Whether a limit refuses one call more beside those that run; `fired` counts what was refused."""
    if not _rules:
        return False
    with _lock:
        limits = [rule for rule in _rules if rule.effect == "limit" and rule.covers(service, operation, name)]
        reached = [rule for rule in limits if running >= rule.at_once]
        refused = any([rule.fires() for rule in reached])
        for rule in limits:
            rule.most = max(rule.most, running if refused else running + 1)
        return refused
