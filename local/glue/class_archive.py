"""An archive of the Java classes that Spark loads: with it, a start takes 5 s of a processor in the place of 9.

Where there is none, or another Java than the one that made it, Spark starts as ever. `class_archiving.py` makes it.
"""

import hashlib
from pathlib import Path

from local.downloads import cache_dir
from local.glue import spark
from local.java import find_java

TYPICAL_JOB = Path(__file__).with_name("typical_job.py")


def archive() -> Path:
    """Where the archive of this Java, and of Spark at its place, is or would be."""
    home = find_java()
    release = home / "release" if home else None
    told = release.read_text() if release and release.exists() else str(home)
    made_of = "\0".join((told, spark.version(), str(spark.home() / "__init__.py"), TYPICAL_JOB.read_text()))
    return cache_dir() / f"spark-classes-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.jsa"


def options() -> tuple[str, ...]:
    """What lets Java use the archive, where there is one."""
    there = archive()
    return (f"-XX:SharedArchiveFile={there}",) if there.exists() else ()
