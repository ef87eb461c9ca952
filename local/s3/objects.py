"""Objects on disk: their bodies are files (`bodies.py`), and what is known of a key is one value of the kept state.

MiniStack's own persistence writes an object's body and what it knows of it one after the other to the same two files:
an object that is replaced while the process is killed is half of each. Here its steps are replaced, one by one.
"""

import contextvars
import logging
import mmap
import threading
from functools import cache
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core.responses import get_account_id
from ministack.services import s3
from ministack.services.cloudformation import provisioners

from local.keeping import place, registry
from local.overriding import original, override
from local.s3.bodies import MAPPED_BYTES, Bodies

logger = logging.getLogger("cellflow")

KIND = "s3 key"
BUCKET = "AWS::S3::Bucket"
SENT_BYTES = 256 * 1024

# What MiniStack has of each version beside its record, by the version's id; None is that of an object without versions.
SIDES = {
    "tags": "_object_tags",
    "acl": "_object_acl",
    "annotations": "_object_annotations",
    "retention": "_object_retention",
    "legal_hold": "_object_legal_hold",
}

# Whether what is read goes to the network, so that it need not be in memory.
_passed_on: contextvars.ContextVar[bool] = contextvars.ContextVar("passed_on", default=False)

_keeping = threading.Lock()


@cache
def bodies() -> Bodies:
    return Bodies(place.folder() / "bodies")


def install() -> None:
    s3.S3_PERSIST = True
    registry.restoring.append(restore)
    registry.tidying.append(lambda: bodies().clear())

    @override(s3, "_record_object_version")
    def record_object_version(bucket: str, key: str, prior: Any, record: dict[str, Any], data: Any) -> Any:
        try:
            settle(record)
        except BaseException:
            # It never was: the disk is full, for example.
            _put_back(bucket, key, prior)
            raise
        return original(record_object_version)(bucket, key, prior, record, None)

    @override(s3, "_version_entry_from_record")
    def version_entry_from_record(record: dict[str, Any], version_id: str, _data: Any) -> dict[str, Any]:
        entry: dict[str, Any] = original(version_entry_from_record)(record, version_id, None)
        return {**entry, "stored": record.get("stored")}

    @override(s3, "_object_record_from_version")
    def object_record_from_version(version: dict[str, Any]) -> dict[str, Any]:
        record: dict[str, Any] = original(object_record_from_version)(version)
        return {**record, "stored": version.get("stored"), "parts": version.get("parts")}

    @override(s3, "_read_body")
    def read_body(_bucket: str, _key: str, record: dict[str, Any]) -> Any:
        return body_of(record)

    @override(s3, "_version_body")
    def version_body(_holder: Any, _bucket: str, _key: str, version: dict[str, Any]) -> Any:
        return body_of(version)

    @override(s3, "_persist_object")
    def persist_object(bucket: str, key: str, record: dict[str, Any]) -> None:
        if record.get("stored"):
            record["body"] = None
        keep(bucket, key)

    @override(s3, "_persist_delete_marker")
    def persist_delete_marker(bucket: str, key: str, _marker: Any) -> None:
        keep(bucket, key)

    @override(s3, "_persist_version_state")
    def persist_version_state(bucket: str, key: str, holder: dict[str, Any]) -> None:
        record = holder["objects"].get(key)
        if record is not None and record.get("stored"):
            record["body"] = None
        keep(bucket, key)

    @override(s3, "_delete_persisted_object")
    def delete_persisted_object(bucket: str, key: str) -> None:
        keep(bucket, key)

    @override(s3, "_delete_persisted_bucket")
    def delete_persisted_bucket(bucket: str) -> None:
        prefix = key_of(bucket, "")
        for held, value in place.store().read(KIND):
            if held.startswith(prefix):
                bodies().drop(named_by(value))
        place.store().clear(KIND, prefix)

    # A version's body is a file that has its name for ever: nothing is moved when it is displaced.
    override(s3, "_persist_displaced_version")(lambda *_arguments: None)
    override(s3, "_delete_version_file")(lambda *_arguments: None)

    @override(s3, "handle_request")
    async def handle_request(*arguments: Any, **named: Any) -> Any:
        token = _passed_on.set(True)
        try:
            return await original(handle_request)(*arguments, **named)
        finally:
            _passed_on.reset(token)

    @override(app, "_send_response")
    async def send_response(send: Any, status: int, headers: dict[str, Any], body: Any, *, head: bool = False) -> None:
        if isinstance(body, mmap.mmap | memoryview):
            await send_mapped(send, status, headers, body)
        else:
            await original(send_response)(send, status, headers, body, head=head)

    handlers = provisioners._RESOURCE_HANDLERS[BUCKET]
    delete = handlers["delete"]

    def deleted(name: str, *arguments: Any) -> None:
        """A template's bucket goes with what is in it, behind the back of the API."""
        delete(name, *arguments)
        if name not in s3._buckets:
            for versions in [held for held in s3._object_versions if held[0] == name]:
                del s3._object_versions[versions]
            s3._delete_persisted_bucket(name)

    handlers["delete"] = deleted


def settle(record: dict[str, Any]) -> None:
    """Put a new record's body on disk."""
    body = record.get("body")
    if body is not None:
        # First the name: another thread that finds no body looks for it.
        record["stored"] = bodies().adopt(body)
        record["body"] = None


def _put_back(bucket: str, key: str, prior: Any) -> None:
    objects = s3._buckets[bucket]["objects"]
    if prior is None:
        objects.pop(key, None)
    else:
        objects[key] = prior


def body_of(record: dict[str, Any]) -> Any:
    """The body of an object's or a version's record: as bytes, or mapped where it is large and that will do."""
    body = record.get("body", record.get("data"))
    if body is not None:
        return body
    name = record.get("stored")
    if name is None:
        return b""
    large = record["size"] > MAPPED_BYTES
    return bodies().mapped(name) if large and _passed_on.get() else bodies().read(name)


def path_of(record: dict[str, Any]) -> Path | None:
    """The file of a body, which stays for a while after the object is gone; None while it is being written."""
    name = record.get("stored")
    return None if name is None else bodies().path(name)


def key_of(bucket: str, key: str) -> str:
    """The name of an object's key among what is kept; no account's or bucket's name has a slash."""
    return f"{get_account_id()}/{bucket}/{key}"


def named_by(value: dict[str, Any] | None) -> set[str]:
    """The bodies that a key's kept value names."""
    if value is None:
        return set()
    records = [*value["versions"], *([value["object"]] if value["object"] else [])]
    return {record["stored"] for record in records if record.get("stored")}


def keep(bucket: str, key: str) -> None:
    """Write down what is known of a key now, and let go of the bodies that it named and does not name any more."""
    name = key_of(bucket, key)
    # One at a time: what was seen last is written last.
    with _keeping:
        before = place.store().get(KIND, name)
        now = known(bucket, key)
        place.store().write({(KIND, name): now})
    bodies().drop(named_by(before) - named_by(now))


def known(bucket: str, key: str) -> dict[str, Any] | None:
    """All that MiniStack has of a key; None where it has nothing."""
    record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    versions = s3._object_versions.get((bucket, key)) or []
    if versions and versions[-1].get("is_delete_marker"):
        # The marker is recorded before the object is taken away.
        record = None
    if record is None and not versions:
        return None
    ids = [None, *(version["version_id"] for version in versions)]
    sides = {}
    for side, store in SIDES.items():
        held = {version: getattr(s3, store).get((bucket, key, version)) for version in ids}
        sides[side] = {version: value for version, value in held.items() if value is not None}
    plain = None if record is None else {name: value for name, value in record.items() if name != "body"}
    return {"bucket": bucket, "key": key, "object": plain, "versions": list(versions), **sides}


def restore() -> None:
    """Put back what was kept. An object whose body is not whole, as after a power cut, is not there."""
    sizes = bodies().sizes()
    named: set[str] = set()
    for name, value in place.store().read(KIND):
        account = name.partition("/")[0]
        bucket, key = value["bucket"], value["key"]
        holder = s3._buckets._data.get((account, bucket))
        if holder is None:
            place.store().write({(KIND, name): None})
            continue
        record = value["object"]
        if record is not None and is_whole(record, sizes):
            holder["objects"][key] = {**record, "body": None}
        versions = [
            version for version in value["versions"] if version.get("is_delete_marker") or is_whole(version, sizes)
        ]
        if versions:
            s3._object_versions._data[account, (bucket, key)] = versions
        for side, store in SIDES.items():
            for version, held in value[side].items():
                getattr(s3, store)._data[account, (bucket, key, version)] = held
        named |= named_by(value)
    named |= {part["stored"] for _name, part in place.store().read("s3 part")}
    bodies().sweep(named)


def is_whole(record: dict[str, Any], sizes: dict[str, int]) -> bool:
    whole: bool = sizes.get(record.get("stored", "")) == record["size"]
    if not whole:
        logger.warning("an object's body is not whole: %s", record.get("stored"))
    return whole


async def send_mapped(send: Any, status: int, headers: dict[str, Any], body: mmap.mmap | memoryview) -> None:
    """Send a body, or a part of one, piece by piece."""
    size = len(body)
    headers = {"Content-Length": str(size), **headers}
    await send({"type": "http.response.start", "status": status, "headers": app._asgi_header_list(headers)})
    for at in range(0, size, SENT_BYTES):
        more = at + SENT_BYTES < size
        await send({"type": "http.response.body", "body": bytes(body[at : at + SENT_BYTES]), "more_body": more})
