"""`job/heartbeat.json` in the lake bucket: how the workflow sees that the job lives and has caught up."""

import json
import logging
import threading
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from cellflow.ledger import now
from cellflow.progress import Progress

KEY = "job/heartbeat.json"
SECONDS = 5.0

logger = logging.getLogger(__name__)


class Heartbeat:
    """Written every few seconds, after each batch, and when the stream's tip is reached after one."""

    def __init__(self, s3: Any, bucket: str, progress: Progress) -> None:
        self._s3 = s3
        self._bucket = bucket
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
        body = json.dumps(self._progress.snapshot() | {"at": now()}).encode()
        try:
            self._s3.put_object(Bucket=self._bucket, Key=KEY, Body=body, ContentType="application/json")
        except (ClientError, BotoCoreError) as error:
            # A missed beat stops nothing: the ledger says what has landed.
            logger.warning("Heartbeat not written: %s", error)
