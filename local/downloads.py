"""What is brought once, through a package manager, into a cache outside the clone."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


class InstallError(Exception):
    """What is missing, and what brings it."""


def cache_dir() -> Path:
    """Outside the clone, so that another clone need not download it again."""
    base = os.environ.get("CELLFLOW_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cellflow"


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
