"""The lake bucket as the job uses it: where its objects lie, JSON in and out, and the clock that dates them."""

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contract import object_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HEARTBEAT_KEY = object_key("heartbeat")


def upload_key(upload: str) -> str:
    """Which claim an upload belongs to."""
    return object_key("upload", upload=upload)


def landing_key(upload: str, part: str) -> str:
    return object_key("landing", upload=upload, part=part)


def ledger_prefix(upload: str) -> str:
    return object_key("ledger", upload=upload)


def ledger_key(upload: str, number: int) -> str:
    return object_key("ledger", upload=upload, number=f"{number:08d}")


class Lake:
    """The objects of the lake bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self.bucket = bucket

    def keys(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def put(self, key: str, body: bytes) -> None:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def put_json(self, key: str, document: Mapping[str, object]) -> None:
        body = json.dumps(document).encode()
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="application/json")

    def put_new_json(self, key: str, document: Mapping[str, object]) -> None:
        """Write where there is no object yet; an error says nothing of whether it was written: look."""
        body = json.dumps(document).encode()
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*")

    def read_json(self, key: str) -> Any:
        return json.loads(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def find_json(self, key: str) -> Any:
        """The document, or None where there is no such object."""
        try:
            return self.read_json(key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise


def now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(at: str) -> float:
    """A moment as `now` writes it, in seconds of the epoch."""
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()
