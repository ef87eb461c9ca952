"""The waits of Wait states, in seconds that may pass faster than elsewhere.

Where few wait, so that a lone execution is quick: what it waits for, as a crawl, takes a fraction of its time here. Not
where many do: who looks the more often takes the processors from what is looked at.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ministack.services import stepfunctions as sfn

from local.step_functions.scope import Scope

FEW = 4

_lock = threading.Lock()
_waiting = 0


def pause(scope: Scope, seconds: float) -> None:
    """Wait; left at once when the scope is called off."""
    scale = float(sfn._SFN_WAIT_SCALE)
    with _counted() as waiting:
        scope.sleep(seconds * (max(scale, 1.0) if scale and waiting > FEW else scale))


@contextmanager
def _counted() -> Iterator[int]:
    """How many wait, with this one."""
    global _waiting
    with _lock:
        _waiting += 1
        waiting = _waiting
    try:
        yield waiting
    finally:
        with _lock:
            _waiting -= 1
