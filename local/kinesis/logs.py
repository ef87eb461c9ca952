"""The records of a shard on disk: files to which they are appended, read again at the next start.

Of each record only where it lies is in memory. A file ends where the last whole record does: one that was being written
when the process was killed was acknowledged to nobody.
"""

import base64
import contextlib
import json
import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypedDict

# Lengths of what is known of a record, and of its data.
HEAD = struct.Struct(">II")
# A file is taken away when all its records have expired.
FILE_BYTES = 64_000_000


class StoredRecord(TypedDict):
    SequenceNumber: str
    ApproximateArrivalTimestamp: float
    # In Base64, or where it lies on disk (`Data`).
    Data: Any
    PartitionKey: str


class File:
    """One file of a shard, open for reading and appending."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self.size = os.fstat(self._descriptor).st_size

    def read(self, at: int, size: int) -> bytes:
        return os.pread(self._descriptor, size, at)

    def append(self, data: bytes) -> int:
        """Append; gives where it lies."""
        at = self.size
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except BaseException:
            os.ftruncate(self._descriptor, at)
            raise
        self.size += len(data)
        return at

    def cut(self, size: int) -> None:
        os.ftruncate(self._descriptor, size)
        self.size = size

    def __del__(self) -> None:
        # Whoever still reads one of its records holds it.
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class Data:
    """The data of one record, where it lies. Its length is that of the Base64 by which it is sent."""

    __slots__ = ("_at", "_size", "file")

    def __init__(self, file: File, at: int, size: int) -> None:
        self.file, self._at, self._size = file, at, size

    def __len__(self) -> int:
        return 4 * -(-self._size // 3)

    def base64(self) -> str:
        return base64.b64encode(self.file.read(self._at, self._size)).decode("ascii")


class Log(list[StoredRecord]):
    """The records of a shard, in their order."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._files = [File(path) for path in sorted(folder.glob("*.records"))]
        for file in self._files:
            super().extend(_read(file))

    def append(self, record: StoredRecord) -> None:
        super().append(self._write(record))

    def extend(self, records: Iterable[StoredRecord]) -> None:
        for record in records:
            self.append(record)

    def keep_from(self, moment: float) -> None:
        """Let go of what arrived earlier."""
        kept = [record for record in self if record["ApproximateArrivalTimestamp"] >= moment]
        if len(kept) == len(self):
            return
        self[:] = kept
        self._let_go()

    def clear(self) -> None:
        super().clear()
        self._let_go()

    def remove_files(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, record: StoredRecord) -> StoredRecord:
        if not self._files or self._files[-1].size > FILE_BYTES:
            number = int(self._files[-1].path.stem) + 1 if self._files else 0
            self._files.append(File(self._folder / f"{number:06}.records"))
        file = self._files[-1]
        given = record["Data"]
        data = base64.b64decode(given) if isinstance(given, str) else bytes(given)
        known = json.dumps({name: value for name, value in record.items() if name != "Data"}).encode()
        at = file.append(HEAD.pack(len(known), len(data)) + known + data)
        place = Data(file, at + HEAD.size + len(known), len(data))
        return {
            "SequenceNumber": record["SequenceNumber"],
            "ApproximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
            "Data": place,
            "PartitionKey": record["PartitionKey"],
        }

    def _let_go(self) -> None:
        used = {id(record["Data"].file) for record in self}
        for file in self._files:
            if id(file) not in used:
                file.path.unlink(missing_ok=True)
        # The numbers go on: a file of the same name would be another.
        last = self._files[-1:]
        self._files = [file for file in self._files if id(file) in used]
        if last and last[0] not in self._files:
            number = int(last[0].path.stem) + 1
            self._files.append(File(self._folder / f"{number:06}.records"))


def _read(file: File) -> Iterator[StoredRecord]:
    """The whole records of a file, which ends with the last of them."""
    at = 0
    while True:
        head = file.read(at, HEAD.size)
        if len(head) < HEAD.size:
            break
        known, size = HEAD.unpack(head)
        start = at + HEAD.size + known
        try:
            record: Any = json.loads(file.read(at + HEAD.size, known))
        except ValueError:
            break
        if start + size > file.size:
            break
        record["Data"] = Data(file, start, size)
        yield record
        at = start + size
    if at < file.size:
        file.cut(at)
