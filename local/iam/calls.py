"""What was asked for and how it was judged: each principal's calls, once each with a count."""

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """An action on a resource by a principal: a role's or user's name, or `root`."""

    principal: str
    action: str
    resource: str
    allowed: bool


_calls: Counter[Call] = Counter()
_lock = threading.Lock()


def note(call: Call) -> None:
    with _lock:
        _calls[call] += 1


def noted() -> list[dict[str, Any]]:
    """Every call with how often it came."""
    with _lock:
        return [{**asdict(call), "count": count} for call, count in _calls.items()]


def forget_denied() -> None:
    with _lock:
        for call in [call for call in _calls if not call.allowed]:
            del _calls[call]


def name_of(arn: str) -> str:
    """`cellflow-role` of `arn:aws:sts::…:assumed-role/cellflow-role/session`, `root` of the account itself."""
    _, _, path = arn.rpartition(":")
    kind, _, rest = path.partition("/")
    return rest.split("/")[0] if kind == "assumed-role" else (rest or kind)
