"""The database of what is kept: values by kind and key, each change whole or not at all.

SQLite with a write-ahead log: what was written is there after the process was killed. After a power cut the last
seconds may be missing; what is there is whole.
"""

import pickle
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Of what the values mean. Another number: what is kept cannot be read.
FORMAT = 1

# Of a kind and a key; None takes the value away.
Changes = Mapping[tuple[str, str], Any]


class CannotKeep(Exception):
    """Why a folder's kept state cannot be used, in words for the person at the terminal."""


class Store:
    """One process at a time has a folder's store."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=2)
        try:
            # Exclusive: the lock is the system's, and ends with the process however it ends.
            self._database.execute("pragma locking_mode = exclusive")
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = normal")
            self._database.execute(
                "create table if not exists kept (kind text, key text, value blob, primary key (kind, key))"
            )
            found = self.get("store", "format")
            if found is None:
                self.write({("store", "format"): FORMAT})
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise CannotKeep(f"{file} cannot be used ({error}): does another emulator run on this folder?") from error
        if found not in (None, FORMAT):
            raise CannotKeep(f"{file} was written by another version. `make reset` forgets what is kept.")

    def write(self, changes: Changes) -> None:
        """Keep, or take away, in one transaction. Values are Python's plain ones, or bytes of a pickle made earlier."""
        rows = [(kind, key, packed(value)) for (kind, key), value in changes.items() if value is not None]
        gone = [place for place, value in changes.items() if value is None]
        with self._lock:
            self._database.execute("begin immediate")
            try:
                self._database.executemany("replace into kept values (?, ?, ?)", rows)
                self._database.executemany("delete from kept where kind = ? and key = ?", gone)
                self._database.execute("commit")
            except BaseException:
                self._database.execute("rollback")
                raise

    def get(self, kind: str, key: str) -> Any:
        """A value, or None."""
        with self._lock:
            row = self._database.execute("select value from kept where kind = ? and key = ?", (kind, key)).fetchone()
        return None if row is None else pickle.loads(row[0])

    def read(self, kind: str) -> Iterator[tuple[str, Any]]:
        """All of a kind, in the order of their keys."""
        with self._lock:
            rows = self._database.execute("select key, value from kept where kind = ? order by key", (kind,)).fetchall()
        for key, value in rows:
            yield key, pickle.loads(value)

    def kinds(self) -> list[str]:
        with self._lock:
            return [row[0] for row in self._database.execute("select distinct kind from kept")]

    def clear(self, kind: str, prefix: str) -> None:
        """Take away all of a kind whose keys begin so."""
        with self._lock:
            self._database.execute(
                "delete from kept where kind = ? and substr(key, 1, ?) = ?", (kind, len(prefix), prefix)
            )

    def close(self) -> None:
        with self._lock:
            self._database.close()


class Packed(bytes):
    """A value that was packed when it was looked at."""


def pack(value: Any) -> Packed:
    """A value as it is now. Of plain values this is one step of the interpreter: no thread changes it meanwhile."""
    return Packed(pickle.dumps(value, protocol=5))


def packed(value: Any) -> bytes:
    return value if isinstance(value, Packed) else pack(value)
