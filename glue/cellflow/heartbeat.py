"""`job/heartbeat.json` in the lake bucket: how the workflow sees that the job lives and has caught up."""

import logging
import threading

from botocore.exceptions import BotoCoreError, ClientError

from cellflow.lake import HEARTBEAT_KEY, Lake, now
from cellflow.progress import Progress

SECONDS = 5.0

logger = logging.getLogger(__name__)


class Heartbeat:
    """Written every few seconds, after each batch, and when the stream's tip is reached after one."""

    def __init__(self, lake: Lake, progress: Progress) -> None:
        self._lake = lake
        self._progress = progress
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._progress.changed.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._beat()
            self._progress.changed.wait(SECONDS)
            self._progress.changed.clear()

    def _beat(self) -> None:
        try:
            self._lake.put_json(HEARTBEAT_KEY, {**self._progress.snapshot(), "at": now()})
        except (ClientError, BotoCoreError) as error:
            # A missed beat stops nothing: the ledger says what has landed.
            logger.warning("Heartbeat not written: %s", error)
