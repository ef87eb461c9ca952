"""What keeps the lake in order, again and again, in processes of their own: hours pass in seconds."""

import json
import queue
import subprocess
import threading
from collections import Counter
from collections.abc import Callable

from local.lambda_functions import node
from support.laptop import ROOT, Laptop
from support.reading.troubles import NOTICE_MS

TURN_SECONDS = 60


class Keeper(threading.Thread):
    """The product's own code in a process of its own, which does its work at each line, until it is stopped."""

    def __init__(
        self, laptop: Laptop, function: str, line: Callable[[], float], pause_seconds: float, *arguments: str
    ) -> None:
        """`function` names script and caller; `line` is what the script reads, before each turn."""
        super().__init__(name=function)
        self._line = line
        self._pause = pause_seconds
        self._stopped = threading.Event()
        self.done: Counter[str] = Counter()
        self.failed: BaseException | None = None
        own = {
            "AWS_ENDPOINT_URL": laptop.description["endpoint"],
            "AWS_REGION": laptop.description["region"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            # What it does is judged as what the function does.
            "AWS_SDK_UA_APP_ID": function,
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        }
        self._process = subprocess.Popen(
            # By the Node of the functions: files are packed as it can.
            [node.binary(), "--import", "tsx", f"test/support/{function}.ts", laptop.outputs["LakeBucket"], *arguments],
            cwd=ROOT,
            env={**laptop.variables, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self) -> None:
        try:
            while not self._stopped.wait(self._pause):
                self.turn()
        except BaseException as error:
            self.failed = error

    def turn(self, line: float | None = None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{self._line() if line is None else line}\n")
        self._process.stdin.flush()
        try:
            told = self._lines.get(timeout=TURN_SECONDS)
        except queue.Empty:
            raise TimeoutError(f"waited {TURN_SECONDS} s for {self.name}") from None
        assert told, f"the process of {self.name} ended"
        self.done.update(json.loads(told))

    def stop(self) -> None:
        self._stopped.set()
        self.join(TURN_SECONDS)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


class Sweeper(Keeper):
    """Deletes what was retired some seconds ago."""

    def __init__(self, laptop: Laptop, grace_seconds: float, pause_seconds: float) -> None:
        super().__init__(laptop, "sweep-lake", lambda: round(grace_seconds * 1_000), pause_seconds)
        self._laptop = laptop
        self._grace = grace_seconds

    def turn(self, line: float | None = None) -> None:
        self._laptop.keeps(self._grace if line is None else line / 1_000)
        super().turn(line)


class Merger(Keeper):
    """Merges whatever days two uploads share."""

    def __init__(self, laptop: Laptop, pause_seconds: float) -> None:
        super().__init__(laptop, "merge-days", lambda: 2, pause_seconds, str(NOTICE_MS))
