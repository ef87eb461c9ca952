"""Which uploads are still wanted: an upload that its key no longer stands for is not landed."""

import json
from collections import OrderedDict
from typing import Any

from botocore.exceptions import ClientError

KEPT_UPLOADS = 2_000


class Claims:
    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        # Where an upload's claim lies never changes; what it says does, and is read for every batch.
        self._claim_keys: OrderedDict[str, str] = OrderedDict()

    def overtaken(self, upload: str) -> bool:
        """Whether the upload was withdrawn, or replaced by a newer version of its key."""
        key = self._claim_key(upload)
        claim = self._read(key) if key else None
        return claim is not None and (claim["upload"] != upload or bool(claim.get("withdrawn")))

    def _claim_key(self, upload: str) -> str | None:
        key = self._claim_keys.get(upload)
        if key is None:
            described = self._read(f"uploads/{upload}.json")
            if described is None:
                return None
            key = self._claim_keys[upload] = described["claim"]
            if len(self._claim_keys) > KEPT_UPLOADS:
                self._claim_keys.popitem(last=False)
        return key

    def _read(self, key: str) -> dict | None:
        try:
            return json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise
