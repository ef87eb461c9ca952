"""Objects of the emulator's S3 as files for Arrow, read in ranges and counted as they are read."""

import io
import threading

import pyarrow as pa
from pyarrow import fs

from local.athena.catalogue import MissingObject, ObjectFile
from local.athena.errors import QueryFailed
from local.athena.query import Progress


def read_object(file: ObjectFile) -> bytes:
    """An object's bytes. Raises QueryFailed, as Athena does, where it is gone since it was listed."""
    try:
        return file.read()
    except MissingObject as error:
        raise QueryFailed(
            "HIVE_CANNOT_OPEN_SPLIT",
            f"Error opening Hive split s3://{file.address} (offset=0, length={file.size}): The specified key does not "
            "exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey)",
        ) from error


class _CountedRanges:
    """Which ranges of one object were read: a byte that is read twice is scanned once."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []
        self._lock = threading.Lock()

    def add(self, start: int, end: int) -> int:
        """Bytes of the range that were not read before."""
        with self._lock:
            fresh = end - start
            merged: list[tuple[int, int]] = []
            low, high = start, end
            for first, last in self._ranges:
                overlap = min(last, end) - max(first, start)
                if overlap >= 0:
                    fresh -= overlap
                    low, high = min(low, first), max(high, last)
                else:
                    merged.append((first, last))
            merged.append((low, high))
            self._ranges = merged
            return fresh


class _RangeReader(io.RawIOBase):
    """One open file: Arrow seeks and reads in it."""

    def __init__(self, data: bytes, ranges: _CountedRanges, progress: Progress) -> None:
        self._data = memoryview(data)
        self._ranges = ranges
        self._progress = progress
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._data)}[whence]
        self._at = base + offset
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        end = len(self._data) if size is None or size < 0 else min(self._at + size, len(self._data))
        piece = bytes(self._data[self._at : end])
        self._progress.read(self._ranges.add(self._at, end))
        self._at = end
        return piece


class ObjectFiles(fs.FileSystemHandler):  # type: ignore[misc] # pyarrow ships no types
    """A read-only file system of exactly the objects that a query may see."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._files: dict[str, ObjectFile] = {}
        self._ranges: dict[str, _CountedRanges] = {}

    def add(self, file: ObjectFile) -> None:
        self._files[file.address] = file
        self._ranges[file.address] = _CountedRanges()

    def open_input_file(self, path: str) -> pa.NativeFile:
        try:
            data = read_object(self._files[path])
        except QueryFailed as failure:
            # Arrow and DuckDB would tell it as a fault of their own.
            self._progress.fail(failure)
            raise
        return pa.PythonFile(_RangeReader(data, self._ranges[path], self._progress), mode="r")

    def open_input_stream(self, path: str) -> pa.NativeFile:
        return self.open_input_file(path)

    def get_file_info(self, paths: list[str]) -> list[fs.FileInfo]:
        return [
            fs.FileInfo(path, fs.FileType.File, size=self._files[path].size)
            if path in self._files
            else fs.FileInfo(path, fs.FileType.NotFound)
            for path in paths
        ]

    def get_file_info_selector(self, selector: fs.FileSelector) -> list[fs.FileInfo]:
        prefix = selector.base_dir.rstrip("/") + "/"
        return self.get_file_info([path for path in self._files if path.startswith(prefix)])

    def get_type_name(self) -> str:
        return "emulator-s3"

    def normalize_path(self, path: str) -> str:
        return path

    def _refuse(self, *_arguments: object, **_options: object) -> None:
        raise PermissionError("a query reads only")

    create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = delete_file = _refuse
    move = copy_file = open_output_stream = open_append_stream = _refuse

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__
