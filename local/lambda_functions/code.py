"""The code of functions on the disk: unpacked once for all processes that run it.

MiniStack unpacks a function's archive, 23 MB here, for each of some thirty processes anew. Here it is kept in the cache
outside the clone, by its content, so that the next edition has it too. What no process was started of for two weeks
is taken away.
"""

import contextlib
import hashlib
import os
import shutil
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime as runtime

from local.downloads import cache_dir, staging_directory

KEPT_SECONDS = 14 * 24 * 3_600


def install() -> None:
    runtime.zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": CodeArchive})
    forget_old()


class CodeArchive(zipfile.ZipFile):
    """An archive whose content is linked to where it was unpacked before, in the place of being unpacked again."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        target = Path(path)
        if target.name != "code" or self.filename is None:
            super().extractall(path, members, pwd)
            return
        place = folder() / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()[:32]
        if not place.exists():
            with staging_directory(folder()) as staging:
                super().extractall(staging / target.name, members, pwd)
                # Another process may have been first.
                with contextlib.suppress(OSError):
                    (staging / target.name).rename(place)
        os.utime(place)
        target.rmdir()
        target.symlink_to(place)


def folder() -> Path:
    return cache_dir() / "functions"


def forget_old() -> None:
    for place in folder().glob("*"):
        with contextlib.suppress(OSError):
            if place.stat().st_mtime < time.time() - KEPT_SECONDS:
                shutil.rmtree(place, ignore_errors=True)
