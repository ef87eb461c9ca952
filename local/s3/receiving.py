"""Large objects that come in one request: their bytes go to disk as they come, and are not in memory as a whole."""

from typing import IO

from ministack import app

from local.overriding import rewrite
from local.s3.bodies import Mapped, write
from local.s3.objects import bodies

LARGE_BYTES = 8_000_000


def install() -> None:
    rewrite(
        app,
        "_read_request_body",
        ("chunks = []", "chunks = received_body(method, headers)"),
        ('b"".join(chunks)', "chunks.whole()"),
        received_body=Received,
    )


class Received:
    """The body of a request, piece by piece."""

    def __init__(self, method: str, headers: dict[str, str]) -> None:
        self._pieces: list[bytes] = []
        self._name: str | None = None
        self._file: IO[bytes] | None = None
        if is_large_object(method, headers):
            self._name = bodies().new()
            self._file = bodies().path(self._name).open("xb", buffering=0)

    def append(self, piece: bytes) -> None:
        if self._file is None:
            self._pieces.append(piece)
        else:
            write(self._file.fileno(), piece)

    def whole(self) -> Mapped | bytes:
        if self._file is None or self._name is None:
            return b"".join(self._pieces)
        name, self._name = self._name, None
        return bodies().mapped(name, owned=False)

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._name is not None:
            # It never became whole.
            bodies().path(self._name).unlink(missing_ok=True)


def is_large_object(method: str, headers: dict[str, str]) -> bool:
    """Whether it is an object: only S3's requests say what their body hashes to, and only S3 takes unsigned ones."""
    is_s3 = method == "PUT" and ("x-amz-content-sha256" in headers or "authorization" not in headers)
    length = headers.get("content-length", "")
    return is_s3 and length.strip().isdigit() and int(length) > LARGE_BYTES
