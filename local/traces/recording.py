"""A trace: a line of JSON an event, in the order in which the events took effect.

Whoever records an event does it under `order`, together with what the event tells of. So of two events the one that
took effect first stands first, whatever threads they came from.
"""

import json
import threading
import time
from pathlib import Path
from typing import IO, Any

VERSION = 1

# Held while something takes effect and is written down.
order = threading.RLock()


class Trace:
    """The file of a trace. An event is in it when `note` returns, also if the process is killed then."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = path.open("w", buffering=1)
        self._count = 0
        self.note("start", version=VERSION)

    def note(self, kind: str, **what: Any) -> int:
        """Write an event down; gives its number. What is None is left out."""
        with order:
            if self._file.closed:
                return self._count
            self._count += 1
            event = {"n": self._count, "at": time.time_ns() // 1_000_000, "kind": kind}
            event.update((name, value) for name, value in what.items() if value is not None)
            self._file.write(json.dumps(event, separators=(",", ":")) + "\n")
            return self._count

    def close(self) -> None:
        with order:
            self._file.close()
