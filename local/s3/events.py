"""EventBridge events of S3 that carry what AWS's do: the version id where there is one, sequencers that grow."""

import contextvars
import json
from typing import Any

from ministack.services import eventbridge, s3

from local.overriding import original, override

# Version of the object whose event is under way in this thread.
_version: contextvars.ContextVar[str | None] = contextvars.ContextVar("version_id", default=None)


def install() -> None:
    @override(s3, "_fire_s3_event")
    def fire_s3_event(
        bucket: str, key: str, event_name: str, *args: Any, version_id: str | None = None, **kwargs: Any
    ) -> None:
        token = _version.set(version_id)
        try:
            original(fire_s3_event)(bucket, key, event_name, *args, version_id=version_id, **kwargs)
        finally:
            _version.reset(token)

    @override(eventbridge, "_dispatch_event")
    def dispatch_event(event: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        version_id = _version.get()
        if version_id and event.get("Source") == "aws.s3":
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = {**event, "Detail": json.dumps(detail)}
        return original(dispatch_event)(event, *args, **kwargs)
