"""Makes the archive of Spark's classes: `python -m local.glue.class_archiving`.

It takes 150 MB, and a processor for half a minute, so it pays where Spark starts many times: `make test` makes it, in
the cache outside the clone.
"""

import sys
import tempfile
import time
from pathlib import Path

from local.downloads import InstallError, only_one
from local.glue.class_archive import TYPICAL_JOB, archive
from local.glue.spark_process import SparkProcess
from local.java import find_java

SECONDS = 240
KEPT_SECONDS = 30 * 24 * 3_600


def make() -> Path:
    """Make the archive where it is not there: by a job that does what the landing job has Spark do.

    :raises InstallError: where there is no Java, or Spark fails or takes too long
    """
    made = archive()
    with only_one(made.with_suffix(".lock")):
        if made.exists():
            return made
        if find_java() is None:
            raise InstallError("Java 17 or 21 is needed: make setup brings it.")
        with tempfile.TemporaryDirectory(prefix=".staging-", dir=made.parent) as staging:
            folder = Path(staging)
            draft, log = folder / made.name, folder / "log"
            dump = [f"-XX:ArchiveClassesAtExit={draft}"]
            process = SparkProcess(TYPICAL_JOB, [], {}, folder, log, more_java_options=dump)
            if process.wait(SECONDS) != 0 or not draft.exists():
                process.stop(grace_seconds=0)
                raise InstallError(f"Spark left no archive of its classes:\n{log.read_text(errors='replace')[-3000:]}")
            draft.rename(made)
    # Of another Java or clone: who still wants it makes it again.
    for other in made.parent.glob("spark-classes-*.jsa"):
        if other.stat().st_mtime < time.time() - KEPT_SECONDS:
            other.unlink(missing_ok=True)
    return made


if __name__ == "__main__":
    try:
        print(make())
    except InstallError as error:
        sys.exit(f"class archive: {error}")
