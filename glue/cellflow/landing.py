"""Landing one batch: raw records in, objects and what became of each record out.

Records are shuffled as they came, packed, to the task of their group; each group is unpacked, parsed, cleaned,
aggregated and written in one go, a few dozen records at a time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cellflow.cleaning import clean, parse_rows
from cellflow.clients import s3
from cellflow.grouping import Grouping, group_column, place_column, task_column
from cellflow.lake import Lake
from cellflow.landing_objects import GroupObjects
from cellflow.poison import Poison
from cellflow.records import HEADER_BYTES, split, unpack

RECORDS_PER_FLUSH = 32

OUTCOME = (
    "upload string, id string, reason string, key string, `table` string, day string, offset long, rows long, "
    "bytes long"
)
OUTCOME_ARROW = pa.schema(
    [
        ("upload", pa.string()),
        ("id", pa.string()),
        ("reason", pa.string()),
        ("key", pa.string()),
        ("table", pa.string()),
        ("day", pa.string()),
        ("offset", pa.int64()),
        ("rows", pa.int64()),
        ("bytes", pa.int64()),
    ]
)

# A row of these columns, null where they do not concern it: an object that was written, or what became of a record.
Outcome = dict[str, Any]
ArrowTask = Callable[[Iterable[pa.RecordBatch]], Iterable[pa.RecordBatch]]


@dataclass(frozen=True)
class Unpacked:
    id: str
    version: int
    rows: int
    text: bytes


def with_header_line(records: DataFrame) -> DataFrame:
    """Adds each record's header line, as text, without touching its payload."""
    start = F.substring("data", 1, HEADER_BYTES).cast("string")
    return records.withColumn("header", F.substring_index(start, "\n", 1))


def land(records: DataFrame, bucket: str, token: str, grouping: Grouping) -> DataFrame:
    """Land records with well-formed headers; one row comes back for every object and every record's outcome.

    :param token: first part of the objects' names, of one driver and one attempt at a batch
    """
    header = F.col("header")
    upload = F.get_json_object(header, "$.upload")
    group = group_column(upload, header, grouping.cuts)
    task = task_column(upload, group, grouping.tasks)
    return (
        records.select(
            upload.alias("upload"),
            group.alias("group"),
            place_column(header).alias("place"),
            task.alias("task"),
            "data",
        )
        .repartitionById(grouping.tasks, F.col("task"))
        # By their days, so that rows of a day come together.
        .sortWithinPartitions("upload", "group", "place")
        .select("upload", "group", "data")
        .mapInArrow(task_lander(bucket, token), OUTCOME)
    )


def task_lander(bucket: str, token: str) -> ArrowTask:
    def land_task(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        task = TaskContext.get()
        lake = Lake(s3(), bucket)
        for (upload, group), records in groupby(rows_of(batches), key=itemgetter(0, 1)):
            # A task that is tried again leaves objects of its own: none is written twice.
            objects = GroupObjects(lake, upload, f"{token}-{group}-{task.taskAttemptId() if task else 0}")
            outcomes = land_group(upload, (payload for *_, payload in records), objects)
            yield pa.RecordBatch.from_pylist(outcomes, schema=OUTCOME_ARROW)

    return land_task


def rows_of(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, int, bytes]]:
    for batch in batches:
        for upload, group, payload in zip(*batch.columns, strict=True):
            yield upload.as_py(), group.as_py(), payload.as_py()


def land_group(upload: str, payloads: Iterator[bytes], objects: GroupObjects) -> list[Outcome]:
    """Land one group's records; the same id twice lands once, from the first record of it that can be decoded."""
    landed: dict[str, int] = {}
    set_aside: dict[str, str] = {}
    waiting: dict[str, Unpacked] = {}

    def flush() -> None:
        for record, poison in land_records(upload, list(waiting.values()), objects):
            if poison:
                set_aside[record.id] = str(poison)
            else:
                landed[record.id] = record.rows
        waiting.clear()

    for payload in payloads:
        header, packed = split(payload)
        record_id = str(header.id)
        # Rows that are parsed together are of one version.
        if record_id in waiting or any(record.version != header.version for record in waiting.values()):
            flush()
        if record_id in landed:
            continue
        try:
            waiting[record_id] = Unpacked(record_id, header.version, header.rows, unpack(header, packed))
        except Poison as poison:
            set_aside[record_id] = str(poison)
        if len(waiting) == RECORDS_PER_FLUSH:
            flush()
    flush()

    return [
        *(outcome(upload=upload, **asdict(made)) for made in objects.put_all()),
        *(outcome(upload=upload, id=id, rows=rows) for id, rows in landed.items()),
        *(outcome(upload=upload, id=id, reason=reason) for id, reason in set_aside.items() if id not in landed),
    ]


def outcome(**fields: object) -> Outcome:
    return dict.fromkeys(OUTCOME_ARROW.names) | fields


def land_records(
    upload: str, records: list[Unpacked], objects: GroupObjects
) -> Iterator[tuple[Unpacked, Poison | None]]:
    """Parse records together; where that fails, or the rows do not add up, each by itself to find the culprit."""
    if not records:
        return
    try:
        days = cleaned_rows(upload, records)
    except Poison as poison:
        if len(records) == 1:
            yield records[0], poison
            return
        for record in records:
            yield from land_records(upload, [record], objects)
        return
    for day, rows in days.items():
        objects.add(day, rows)
    for record in records:
        yield record, None


def cleaned_rows(upload: str, records: list[Unpacked]) -> dict[str, pa.Table]:
    for record in records:
        check_rows(record)
    raw = parse_rows(b"".join(whole_lines(record.text) for record in records), records[0].version)
    expected = sum(record.rows for record in records)
    if raw.num_rows != expected:
        raise Poison(f"rows: header says {expected}, found {raw.num_rows}")
    return clean(raw, upload)


def check_rows(record: Unpacked) -> None:
    """Whether a record holds as many rows as it says, by what costs least to tell.

    Records with as many line feeds as rows are counted when they are parsed together. A line feed within quotes is no
    end of a row: such a record would have too few, which no other could make up for, as none has too many.
    """
    text = whole_lines(record.text)
    found = text.count(b"\n")
    quotes = text.count(b'"')
    # Quotes that are left open would reach into the next record.
    if quotes and (found != record.rows or quotes % 2):
        found = parse_rows(text, record.version).num_rows
    if found != record.rows:
        raise Poison(f"rows: header says {record.rows}, found {found}")


def whole_lines(text: bytes) -> bytes:
    return text if not text or text.endswith(b"\n") else text + b"\n"
