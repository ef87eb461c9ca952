"""The checkpoint's directories: one a generation, the newest is used, a fresh one where that cannot be read."""

import logging
from datetime import datetime, timezone
from typing import Any

from pyspark.sql import SparkSession

logger = logging.getLogger(__name__)


class Checkpoints:
    """Lies on any file system that Hadoop knows."""

    def __init__(self, spark: SparkSession, location: str) -> None:
        # Spark without EMRFS reads S3 through S3A only.
        self._location = location.rstrip("/").replace("s3://", "s3a://", 1)
        jvm: Any = spark._jvm
        self._path: Any = jvm.org.apache.hadoop.fs.Path
        self._fs: Any = self._path(self._location).getFileSystem(spark._jsc.hadoopConfiguration())

    def newest(self) -> str | None:
        """The newest generation that can be gone on with."""
        generations = self._generations()
        if not generations:
            return None
        newest = f"{self._location}/{generations[-1]}"
        # Spark writes a batch's offsets before its commit. Without them it would run an older batch, find that one's
        # commit, and take it for another driver's, in this run and in each to come.
        if self._last_batch(f"{newest}/commits") > self._last_batch(f"{newest}/offsets"):
            logger.warning("Checkpoint %s lacks offsets of batches that were committed, and is left", newest)
            return None
        return newest

    def fresh(self) -> str:
        """A new generation; of the older ones the last is kept, to be looked at."""
        for generation in self._generations()[:-1]:
            self._fs.delete(self._path(f"{self._location}/{generation}"), True)
        return f"{self._location}/{datetime.now(timezone.utc):%Y%m%dT%H%M%S%f}"

    def _generations(self) -> list[str]:
        return sorted(name for name, is_directory in self._list(self._location) if is_directory)

    def _last_batch(self, log: str) -> int:
        """The last batch in one of Spark's logs, -1 where it holds none."""
        return max((int(name) for name, _ in self._list(log) if name.isdecimal()), default=-1)

    def _list(self, directory: str) -> list[tuple[str, bool]]:
        """Names in a directory, and whether they are directories themselves."""
        path = self._path(directory)
        if not self._fs.exists(path):
            return []
        return [(status.getPath().getName(), status.isDirectory()) for status in self._fs.listStatus(path)]
