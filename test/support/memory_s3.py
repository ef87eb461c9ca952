"""Just enough of an S3 client for what is tested without an emulator: objects in a dictionary, conditional writes."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

# Called with an operation and its key before it has an effect, and after (what it raises then is the lost answer).
Hook = Callable[[str, str], None]


class MemoryS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []
        self.before: Hook = lambda operation, key: None
        self.after: Hook = lambda operation, key: None

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, IfNoneMatch: str | None = None, **_: Any) -> dict:
        self.before("PutObject", Key)
        if IfNoneMatch == "*" and Key in self.objects:
            raise error("PreconditionFailed", 412, "PutObject")
        self.objects[Key] = Body
        self.after("PutObject", Key)
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict:
        self.before("GetObject", Key)
        self.reads.append(Key)
        if Key not in self.objects:
            raise error("NoSuchKey", 404, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def get_paginator(self, _: str) -> "MemoryS3":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict]:
        self.before("ListObjectsV2", Prefix)
        yield {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}


def error(code: str, status: int, operation: str) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)
