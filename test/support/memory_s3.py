"""Just enough of an S3 client for what is tested without an emulator: objects in a dictionary."""

import io
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError


class MemoryS3:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.reads: list[str] = []

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> dict:
        self.objects[Key] = Body
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict:
        self.reads.append(Key)
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": Key}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[Key])}

    def get_paginator(self, _: str) -> "MemoryS3":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict]:
        yield {"Contents": [{"Key": key} for key in sorted(self.objects) if key.startswith(Prefix)]}
