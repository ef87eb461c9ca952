"""Parts of an upload on disk: they are joined there when it is completed, and found again after a restart."""

from typing import Any

from ministack.services import s3

from local.keeping import place, registry
from local.overriding import original, override, rewrite
from local.s3.objects import bodies

UPLOAD, PART = "s3 upload", "s3 part"


def install() -> None:
    registry.restoring.append(restore)
    # A part's MD5 is its ETag, its size stands beside it, and its body need not be looked at again.
    rewrite(
        s3,
        "_complete_multipart_upload",
        ('hashlib.md5(stored["body"]).digest()', 'bytes.fromhex(stored["etag"].strip(\'"\'))'),
        ('combined_parts.append(stored["body"])', "combined_parts.append(stored)"),
        ('"Size": len(stored["body"])', '"Size": stored["size"]'),
        ("sum(len(part_body) for part_body in combined_parts)", 'sum(part["size"] for part in combined_parts)'),
        ('b"".join(combined_parts)', "joined_parts(combined_parts)"),
        joined_parts=lambda parts: bodies().joined(part["stored"] for part in parts),
    )

    @override(s3, "_create_multipart_upload")
    def create(bucket: str, key: str, headers: dict[str, str]) -> Any:
        before = set(s3._multipart_uploads)
        answer = original(create)(bucket, key, headers)
        for upload in set(s3._multipart_uploads) - before:
            place.store().write({(UPLOAD, upload): {**s3._multipart_uploads[upload], "parts": {}}})
        return answer

    @override(s3, "_upload_part")
    def upload_part(bucket: str, key: str, body: Any, query: dict[str, Any], headers: dict[str, str]) -> Any:
        before = part_of(query)
        answer = original(upload_part)(bucket, key, body, query, headers)
        keep_part(query, before)
        return answer

    @override(s3, "_upload_part_copy")
    def upload_part_copy(bucket: str, key: str, query: dict[str, Any], headers: dict[str, str]) -> Any:
        before = part_of(query)
        answer = original(upload_part_copy)(bucket, key, query, headers)
        keep_part(query, before)
        return answer

    @override(s3, "_complete_multipart_upload")
    def complete(bucket: str, key: str, body: bytes, query: dict[str, Any], headers: Any = None) -> Any:
        upload = s3._qp(query, "uploadId")
        held = s3._multipart_uploads.get(upload)
        answer = original(complete)(bucket, key, body, query, headers)
        forget(upload, held)
        return answer

    @override(s3, "_abort_multipart_upload")
    def abort(bucket: str, key: str, query: dict[str, Any]) -> Any:
        upload = s3._qp(query, "uploadId")
        held = s3._multipart_uploads.get(upload)
        answer = original(abort)(bucket, key, query)
        forget(upload, held)
        return answer


def part_of(query: dict[str, Any]) -> dict[str, Any] | None:
    """The part that a request names, as it is now."""
    upload = s3._multipart_uploads.get(s3._qp(query, "uploadId"))
    number = s3._qp(query, "partNumber", "1")
    part: dict[str, Any] | None = upload["parts"].get(int(number)) if upload and number.isdigit() else None
    return part


def keep_part(query: dict[str, Any], before: dict[str, Any] | None) -> None:
    """Put a new part's body on disk; the one that it replaces is let go."""
    part = part_of(query)
    if part is None or part is before:
        return
    part["stored"] = bodies().adopt(part["body"])
    part["body"] = None
    upload, number = s3._qp(query, "uploadId"), s3._qp(query, "partNumber", "1")
    place.store().write({(PART, f"{upload}/{int(number)}"): part})
    if before is not None:
        bodies().drop([before["stored"]])


def forget(upload: str, held: dict[str, Any] | None) -> None:
    """After an upload's end: neither it nor its parts are there any more."""
    if held is None or upload in s3._multipart_uploads:
        return
    place.store().write({(UPLOAD, upload): None, **{(PART, f"{upload}/{number}"): None for number in held["parts"]}})
    bodies().drop(part["stored"] for part in held["parts"].values())


def restore() -> None:
    for upload, value in place.store().read(UPLOAD):
        s3._multipart_uploads[upload] = value
    for name, part in place.store().read(PART):
        upload, _, number = name.rpartition("/")
        held = s3._multipart_uploads.get(upload)
        if held is not None:
            held["parts"][int(number)] = part
