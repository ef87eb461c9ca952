"""Planted faults: what readers must be seen to suffer from, or they would see nothing."""

import base64
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from support.laptop import Laptop, Upload

VIEW = re.compile(r"/\* Presto View: (.+) \*/")
# What the catalogue adds to a table of its own accord.
OWN = {"Name", "Description", "TableType", "Parameters", "ViewOriginalText", "ViewExpandedText", "StorageDescriptor"}


@contextmanager
def bare_views(laptop: Laptop) -> Iterator[None]:
    """Views that show all files, visible or not: what version 0.1 let people query."""
    database = laptop.outputs["DatabaseName"]
    kept = []
    for name in ("measurements", "hourly_quality"):
        table = laptop.glue.get_table(DatabaseName=database, Name=name)["Table"]
        view = {key: value for key, value in table.items() if key in OWN}
        kept.append(view)
        found = VIEW.fullmatch(view["ViewOriginalText"])
        assert found, f"{name} is no view"
        definition = json.loads(base64.b64decode(found.group(1)))
        bare = definition["originalSql"].split("where upload_id in")[0]
        assert bare != definition["originalSql"], f"the view {name} asks no log"
        text = base64.b64encode(json.dumps({**definition, "originalSql": bare}).encode()).decode()
        changed = {**view, "ViewOriginalText": f"/* Presto View: {text} */"}
        laptop.glue.update_table(DatabaseName=database, TableInput=changed)
    try:
        yield
    finally:
        for view in kept:
            laptop.glue.update_table(DatabaseName=database, TableInput=view)


def visible_at_once(laptop: Laptop, upload: Upload) -> None:
    """The upload visible, and the versions before it not, as soon as it has the claim: long before it is copied."""
    claim = PurePosixPath(upload.claim).stem
    held = laptop.read_json(upload.claim)
    assert held and held["upload"] == upload.id, f"{upload.key} is claimed by another"
    now = int(time.time() * 1_000)
    lines = [{"upload_id": upload.id, "visible_from": now, "generation": held["generation"]}]
    entries = [key for key in laptop.keys("visibility/") if key.startswith(f"visibility/{claim}-")]
    older = {}
    for key in entries:
        for text in laptop.read(key).decode().splitlines():
            line = json.loads(text)
            older[line["upload_id"]] = line["generation"]
    lines += [{"upload_id": one, "visible_until": now, "generation": of} for one, of in older.items()]
    last = max((int(PurePosixPath(key).stem.rpartition("-")[2]) for key in entries), default=0)
    body = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    key = f"visibility/{claim}-{last + 1:08}.json"
    laptop.s3.put_object(Bucket=laptop.outputs["LakeBucket"], Key=key, Body=body, IfNoneMatch="*")
