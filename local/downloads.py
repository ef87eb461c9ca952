"""What is brought once, through a package manager, into a cache outside the clone."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"


class InstallError(Exception):
    """What is missing, and what brings it."""


def cache_dir() -> Path:
    """Outside the clone, so that another clone need not download it again."""
    base = os.environ.get("CELLFLOW_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cellflow"


def maven_copy(artifact: str, directory: Path, seconds: int) -> None:
    """Copy an artifact, `group:name:version`, from Maven Central into a directory.

    :raises InstallError: where there is no Maven, or it fails or takes longer
    """
    mvn = shutil.which("mvn")
    if mvn is None:
        name = artifact.split(":")[1]
        raise InstallError(f"mvn is needed to download {name}: install Maven (Debian: apt-get install maven).")
    # Maven's copy goes with the directory instead of staying in the home directory's repository.
    local = f"-Dmaven.repo.local={directory / 'repository'}"
    run([mvn, "-B", "-q", local, COPY, f"-Dartifact={artifact}", f"-DoutputDirectory={directory}"], seconds)


@contextlib.contextmanager
def staging_directory(parent: Path) -> Iterator[Path]:
    """A directory beside the final one: a download that breaks off leaves nothing half made."""
    parent.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=".staging-", dir=parent))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Another process that brings the same is waited for."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        yield


def run(command: list[str], seconds: int) -> None:
    """:raises InstallError: where the command fails, or does not end in time"""
    try:
        done = subprocess.run(
            command, timeout=seconds, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"{command[0]} did not end within {seconds} s") from error
    if done.returncode != 0:
        raise InstallError(f"{' '.join(command)} failed:\n{done.stdout[-3000:]}")
