"""Which uploads are still wanted: an upload that its key no longer stands for is not landed."""

from collections import OrderedDict

from cellflow.lake import Lake, upload_key

KEPT_UPLOADS = 2_000


class Claims:
    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        # Where an upload's claim lies never changes; what it says does, and is read for every batch.
        self._claim_keys: OrderedDict[str, str] = OrderedDict()

    def overtaken(self, upload: str) -> bool:
        """Whether the upload was withdrawn, or replaced by a newer version of its key."""
        key = self._claim_key(upload)
        claim = self._lake.find_json(key) if key else None
        return claim is not None and (claim["upload"] != upload or bool(claim.get("withdrawn")))

    def _claim_key(self, upload: str) -> str | None:
        key = self._claim_keys.get(upload)
        if key is None:
            described = self._lake.find_json(upload_key(upload))
            if described is None:
                return None
            key = self._claim_keys[upload] = described["claim"]
            if len(self._claim_keys) > KEPT_UPLOADS:
                self._claim_keys.popitem(last=False)
        return key
