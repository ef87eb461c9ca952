"""The bodies of objects as files: each is written once, under a name of its own, and never changed.

An object's record names its body only when the file is whole, so a body that was under way when the process was killed
is one that nobody names: `sweep` takes it away at the next start.
"""

import contextlib
import mmap
import os
import shutil
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

# Larger ones are mapped where they are only passed on or cut.
MAPPED_BYTES = 1_000_000
# Whoever found a record before it was replaced may still be about to open its body.
GRACE_SECONDS = 10.0
COPY_BYTES = 8 * 1024 * 1024


class Mapped(mmap.mmap):
    """A file's bytes, read from the disk where they are looked at. `owned`: a record names it."""

    path: Path
    owned: bool

    @property
    def name(self) -> str:
        return self.path.name

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self[:].decode(encoding, errors)

    def __deepcopy__(self, _memo: Any) -> "Mapped":
        return self

    def __del__(self) -> None:
        if not self.owned:
            # It was refused, for example: nobody names it.
            self.path.unlink(missing_ok=True)


class Bodies:
    """The bodies below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for first in range(256):
            (folder / f"{first:02x}").mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._unused: list[tuple[float, str]] = []

    def path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def new(self) -> str:
        """A name that no body has."""
        return uuid.uuid4().hex

    def adopt(self, body: Any) -> str:
        """The name of a body for one more record: what is on disk already is not written again."""
        if not isinstance(body, Mapped):
            return self.write(body)
        if not body.owned:
            body.owned = True
            return body.name
        name = self.new()
        linked(self.path(body.name), self.path(name))
        return name

    def write(self, body: bytes) -> str:
        name = self.new()
        try:
            with self.path(name).open("xb", buffering=0) as file:
                write(file.fileno(), body)
        except BaseException:
            self.path(name).unlink(missing_ok=True)
            raise
        return name

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def mapped(self, name: str, *, owned: bool = True) -> Mapped | bytes:
        """A body without reading it; an empty one cannot be mapped."""
        with self.path(name).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return b""
            body = Mapped(file.fileno(), 0, access=mmap.ACCESS_READ)
        body.path, body.owned = self.path(name), owned
        return body

    def joined(self, names: Iterable[str]) -> Mapped | bytes:
        """One body of several, for a record that does not name it yet."""
        name = self.new()
        try:
            with self.path(name).open("xb", buffering=0) as file:
                for part in names:
                    with self.path(part).open("rb") as source:
                        append(source.fileno(), file.fileno())
        except BaseException:
            self.path(name).unlink(missing_ok=True)
            raise
        return self.mapped(name, owned=False)

    def drop(self, names: Iterable[str]) -> None:
        """Nobody names these any more."""
        now = time.monotonic()
        with self._lock:
            self._unused.extend((now, name) for name in names)

    def clear(self, *, grace: float = GRACE_SECONDS) -> None:
        """Take away what was dropped some time ago."""
        until = time.monotonic() - grace
        with self._lock:
            old = [name for moment, name in self._unused if moment <= until]
            self._unused = [entry for entry in self._unused if entry[0] > until]
        for name in old:
            self.path(name).unlink(missing_ok=True)

    def sizes(self) -> dict[str, int]:
        """Every body with its size."""
        return {entry.name: entry.stat().st_size for entry in self._entries()}

    def sweep(self, named: set[str]) -> None:
        """Take away what no record names."""
        for entry in self._entries():
            if entry.name not in named:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(entry.path)

    def _entries(self) -> Iterator[os.DirEntry[str]]:
        for first in os.scandir(self._folder):
            if first.is_dir():
                yield from os.scandir(first.path)


def linked(source: Path, target: Path) -> None:
    """Let a body have one name more."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        # A file system without links, or another one.
        shutil.copyfile(source, target)


def append(source: int, target: int) -> None:
    """Append a file to another, inside the system where it can."""
    left = os.fstat(source).st_size
    while left:
        try:
            done = os.copy_file_range(source, target, min(left, 1 << 30))
        except (AttributeError, OSError):
            done = write(target, os.read(source, min(left, COPY_BYTES)))
        if done == 0:
            raise OSError("a part of an object ended early")
        left -= done


def write(target: int, data: bytes) -> int:
    """Write all of it; gives how much that was."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(target, rest) :]
    return len(data)
