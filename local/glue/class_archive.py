"""An archive of the Java classes that Spark loads, which makes each of its starts a third cheaper: 3 s of a processor.

It takes 150 MB and half a minute of a processor to make, so it pays where Spark starts many times: `make test` makes
it, in the cache outside the clone. Where there is none, or another Java than the one that made it, Spark starts as
ever. `python -m local.glue.class_archive` makes it by hand.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import pyspark

from local.downloads import InstallError, cache_dir, only_one
from local.java import find_java

SECONDS = 240
TYPICAL_JOB = Path(__file__).with_name("typical_job.py")


def archive() -> Path:
    """Where the archive of this Java, and of Spark at its place, is or would be."""
    home = find_java()
    release = home / "release" if home else None
    told = release.read_text() if release and release.exists() else str(home)
    made_of = "\0".join((told, pyspark.__version__, pyspark.__file__, TYPICAL_JOB.read_text()))
    return cache_dir() / f"spark-classes-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.jsa"


def options() -> tuple[str, ...]:
    """What lets Java use the archive, where there is one."""
    there = archive()
    return (f"-XX:SharedArchiveFile={there}",) if there.exists() else ()


def make() -> Path:
    """Make the archive where it is not there: by a job that does what the landing job has Spark do.

    :raises InstallError: where there is no Java, or Spark fails or takes too long
    """
    made = archive()
    with only_one(made.with_suffix(".lock")):
        if made.exists():
            return made
        # It asks for the options above.
        from local.glue.spark_process import SparkProcess

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
    return made


if __name__ == "__main__":
    try:
        print(make())
    except (InstallError, subprocess.SubprocessError) as error:
        sys.exit(f"class archive: {error}")
