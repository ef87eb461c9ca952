"""What a query sees that begins now, read from the lake's objects, and whether it is exactly what was uploaded."""

import io
import json
import math
import re
import time
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from support.laptop import Laptop, Upload

# An upload's own, or one that a merge made of many.
OBJECT = re.compile(
    r"^(measurements|hourly_quality)/day=(\d{4}-\d{2}-\d{2})/(?:([0-9a-f]{16})-\d+|merged-\d+)\.parquet$"
)
# The first digits of the id that a row bears.
UPLOAD_ID_LENGTH = 16


def visible_ids(laptop: Laptop) -> set[str]:
    """Ids of rows that a query sees that begins now, by the log of visibility: of uploads, and of their copies."""
    now = 1000 * time.time()
    seen: dict[str, list[float]] = {}
    for key in laptop.keys("visibility/"):
        for line in map(json.loads, laptop.read(key).splitlines()):
            times = seen.setdefault(line["upload_id"], [math.inf, math.inf])
            times[0] = min(times[0], line.get("visible_from", math.inf))
            times[1] = min(times[1], line.get("visible_until", math.inf))
    return {upload for upload, (since, until) in seen.items() if since <= now < until}


def read_table(laptop: Laptop, table: str, uploads: Iterable[Upload]) -> pa.Table:
    """The rows of a table that belong to the uploads and are visible, as a view has them, with their `day`."""
    ids = {upload.id for upload in uploads}
    wanted = pa.array(sorted(one for one in visible_ids(laptop) if one[:UPLOAD_ID_LENGTH] in ids), pa.string())
    parts = []
    for key in laptop.keys(f"{table}/"):
        found = OBJECT.match(key)
        assert found, f"{key} is no object of Cellflow's"
        if found.group(3) is None or found.group(3) in ids:
            rows = pq.read_table(io.BytesIO(laptop.read(key)))
            rows = rows.filter(pc.is_in(rows["upload_id"], wanted))
            # Those of another version have other columns.
            if len(rows) == 0:
                continue
            rows = rows.append_column("day", pa.array([found.group(2)] * len(rows), pa.string()))
            parts.append(rows.set_column(*upload_column(rows)))
    return pa.concat_tables(parts) if parts else pa.table({})


def upload_column(rows: pa.Table) -> tuple[int, str, pa.ChunkedArray]:
    place = rows.schema.get_field_index("upload_id")
    return place, "upload_id", pc.utf8_slice_codeunits(rows["upload_id"], 0, UPLOAD_ID_LENGTH)


def assert_exact(laptop: Laptop, key: str, current: Upload, body: bytes, uploads: Iterable[Upload]) -> None:
    """The tables hold the rows of `body`, each once, for the current upload of the key, and none of its others'.

    The rows of `body` are valid and differ in their coordinates, as `files.clean_csv` makes them.
    """
    expected = {tuple(map(float, line.split(b",")[2:4])) for line in body.splitlines()[1:]}
    everything = list(uploads)
    assert current in everything
    rows = read_table(laptop, "measurements", everything)
    total = len(rows)
    points = set(zip(rows["latitude"].to_pylist(), rows["longitude"].to_pylist(), strict=True)) if total else set()
    lost, foreign = expected - points, points - expected
    doubled = total - len(points)
    assert (len(lost), doubled, len(foreign)) == (0, 0, 0), (
        f"{key}: {len(lost)} lost, {doubled} doubled, {len(foreign)} foreign of {len(expected)} rows"
    )
    assert set(rows["upload_id"].to_pylist()) == {current.id}
    aggregates = read_table(laptop, "hourly_quality", everything)
    assert pc.sum(aggregates["count_rows"]).as_py() == total
    assert set(aggregates["upload_id"].to_pylist()) == {current.id}


def assert_landed(laptop: Laptop, ended: dict[str, Any], upload: Upload, body: bytes) -> None:
    """The execution succeeded, and the tables hold exactly the rows of the one version of its key."""
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert_exact(laptop, upload.key, upload, body, [upload])


def assert_absent(laptop: Laptop, uploads: Iterable[Upload]) -> None:
    """No query that begins now sees a row of the uploads."""
    for table in ("measurements", "hourly_quality"):
        assert len(read_table(laptop, table, uploads)) == 0
