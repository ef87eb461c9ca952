"""Reads of a byte range of an object's version: MiniStack honours a range of the newest version only."""

import mmap
from typing import Any

from ministack.services import s3

from local.overriding import original, override

Response = tuple[int, dict[str, str], Any]


def without_range(headers: dict[str, str]) -> dict[str, str]:
    """The headers of a read of the whole object; its checksum would not fit a part of it."""
    return {name: value for name, value in headers.items() if name.lower() not in ("range", "x-amz-checksum-mode")}


def cut(response: Response, range_header: str, bucket: str, key: str) -> Response:
    """The part of a whole object that a range names."""
    status, headers, body = response
    if status != 200:
        return response
    asked = s3._parse_range(range_header, len(body))
    if asked is None:
        headers = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
        return 416, headers, s3._xml_body(s3._range_error_xml(bucket, key))
    start, end = asked
    # Of a mapped body nothing is copied, however long the part.
    part = memoryview(body)[start : end + 1] if isinstance(body, mmap.mmap) else body[start : end + 1]
    named = {"Content-Length": str(len(part)), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    return 206, {**headers, **named}, part


def install() -> None:
    @override(s3, "_get_object")
    def get_object(bucket_name: str, key: str, headers: dict[str, str], query_params: Any = None) -> Response:
        asked = headers.get("range", "")
        if not (asked and s3._qp(query_params or {}, "versionId", "")):
            return original(get_object)(bucket_name, key, headers, query_params)
        whole = original(get_object)(bucket_name, key, without_range(headers), query_params)
        return cut(whole, asked, bucket_name, key)
