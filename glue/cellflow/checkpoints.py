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
        generations = self._generations()
        return f"{self._location}/{generations[-1]}" if generations else None

    def fresh(self) -> str:
        """A new generation; of the older ones the last is kept, to be looked at."""
        for generation in self._generations()[:-1]:
            self._fs.delete(self._path(f"{self._location}/{generation}"), True)
        return f"{self._location}/{datetime.now(timezone.utc):%Y%m%dT%H%M%S%f}"

    def _generations(self) -> list[str]:
        root = self._path(self._location)
        if not self._fs.exists(root):
            return []
        return sorted(status.getPath().getName() for status in self._fs.listStatus(root) if status.isDirectory())
