"""The app as CloudFormation has it, synthesized once for each content of a tree and each configuration.

A synthesis takes some five seconds of a processor. What it gave is in the cache outside the clone, with the archives of
code that a deployment made of it, so that the next `up`, and the next edition, has it too.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from local.downloads import cache_dir, only_one, staging_directory

# Of a tree, what the app does not read, beside hidden folders. All else counts: an app is not to be deployed as it was.
NOT_READ = {
    "bench",
    "cdk.out",
    "cli",
    "coverage",
    "docs",
    "local",
    "node_modules",
    "samples",
    "spec",
    "test",
    "__pycache__",
}
# Nothing of the app is as large: a person's file. It counts by its size and time.
LARGE_BYTES = 4_000_000
# Each is 25 MB.
MOST_KEPT = 8


def find(tree: Path, given: list[str], synthesize: Callable[[Path], None]) -> Path:
    """The assembly of a tree with what is given to the app; its name is that of the content.

    :param synthesize: makes it in a folder, where it is not there yet
    """
    place = folder() / key_of(tree, given)
    with only_one(folder() / ".lock"):
        if not place.exists():
            with staging_directory(folder()) as staging:
                synthesize(staging / "assembly")
                (staging / "assembly").rename(place)
        os.utime(place)
        forget_old()
    return place


def folder() -> Path:
    return cache_dir() / "assemblies"


def key_of(tree: Path, given: list[str]) -> str:
    digest = hashlib.sha256(json.dumps(given).encode())
    for path in files_of(tree):
        digest.update(f"\0{path.relative_to(tree)}\0".encode())
        status = path.stat()
        is_large = status.st_size > LARGE_BYTES
        digest.update(f"{status.st_size} {status.st_mtime_ns}".encode() if is_large else path.read_bytes())
    return digest.hexdigest()[:32]


def files_of(tree: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(tree):
        folders[:] = sorted(name for name in folders if name not in NOT_READ and not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(names) if Path(parent, name).is_file())


def forget_old() -> None:
    """Take away all but the assemblies that were used last."""
    with contextlib.suppress(OSError):
        places = [place for place in folder().iterdir() if not place.name.startswith(".")]
        for place in sorted(places, key=lambda place: place.stat().st_mtime)[:-MOST_KEPT]:
            shutil.rmtree(place, ignore_errors=True)
