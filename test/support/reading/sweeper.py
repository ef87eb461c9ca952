"""Sweeps the lake again and again, with a grace of seconds instead of hours."""

import json
import queue
import subprocess
import threading
from collections import Counter

from support.laptop import ROOT, Laptop

SWEEP_SECONDS = 60


class Sweeper(threading.Thread):
    """The product's own sweep, in a process of its own, until it is stopped."""

    def __init__(self, laptop: Laptop, grace_seconds: float, pause_seconds: float) -> None:
        super().__init__(name="sweeper")
        self._laptop = laptop
        self._grace = grace_seconds
        self._pause = pause_seconds
        self._stopped = threading.Event()
        self.swept: Counter[str] = Counter()
        self.failed: BaseException | None = None
        own = {
            "AWS_ENDPOINT_URL": laptop.description["endpoint"],
            "AWS_REGION": laptop.description["region"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_TRACE_ENABLED": "false",
            # What it deletes is judged as what the function does.
            "AWS_SDK_UA_APP_ID": "sweep-lake",
            "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
        }
        self._process = subprocess.Popen(
            ["npx", "tsx", "test/support/sweep-lake.ts", laptop.outputs["LakeBucket"]],
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
                self.sweep(self._grace)
        except BaseException as error:
            self.failed = error

    def sweep(self, grace_seconds: float) -> None:
        assert self._process.stdin is not None
        self._laptop.keeps(grace_seconds)
        self._process.stdin.write(f"{int(grace_seconds * 1_000)}\n")
        self._process.stdin.flush()
        try:
            told = self._lines.get(timeout=SWEEP_SECONDS)
        except queue.Empty:
            raise TimeoutError(f"waited {SWEEP_SECONDS} s for a sweep") from None
        assert told, "the process that sweeps ended"
        self.swept.update(json.loads(told))

    def stop(self) -> None:
        self._stopped.set()
        self.join(SWEEP_SECONDS)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")
