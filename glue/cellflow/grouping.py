"""Which task lands which records of a batch: those of near days together, and about as many rows in each."""

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from cellflow.batch_plan import BatchPlan, UploadPlan
from cellflow.records import Header

# Rows that are not worth a second task.
LEAST_ROWS = 20_000


@dataclass(frozen=True)
class Grouping:
    """A group is an upload's records from one cut to the next, in the order of their days."""

    tasks: int
    # Where the second and later groups of an upload begin; an upload that is not named has one group.
    cuts: dict[str, list[str]]


def group(plan: BatchPlan, most_tasks: int) -> Grouping:
    """Groups of a plan, for as many tasks as can run at once."""
    rows = sum(header.rows for upload in plan.uploads for header in upload.wanted.values())
    share = max(LEAST_ROWS, -(-rows // most_tasks))
    cuts = {upload.upload: found for upload in plan.uploads if (found := cut(upload, share))}
    groups = len(plan.uploads) + sum(map(len, cuts.values()))
    return Grouping(max(1, min(most_tasks, groups)), cuts)


def cut(upload: UploadPlan, share: int) -> list[str]:
    """The places that part an upload's records into groups of equal rows, none of them much larger than a share."""
    ordered = sorted(upload.wanted.values(), key=place)
    total = sum(header.rows for header in ordered)
    groups = min(len(ordered), round(total / share))
    cuts: list[str] = []
    passed = 0
    for header in ordered:
        if len(cuts) < groups - 1 and passed * groups >= total * (len(cuts) + 1):
            cuts.append(place(header))
        passed += header.rows
    return cuts


def place(header: Header) -> str:
    """Where a record stands among those of its upload. Of rows whose days are not told, the file's order is kept."""
    return f"{header.days[0] if header.days else ''}|{header.id.chunk:09d}|{header.id.n:09d}"


def place_column(header: Column) -> Column:
    """The same of a header's line, in Spark."""
    first_day = F.coalesce(F.get_json_object(header, "$.days[0]"), F.lit(""))
    record_id = F.get_json_object(header, "$.id")
    chunk, n = (F.lpad(F.split_part(record_id, F.lit("/"), F.lit(part)), 9, "0") for part in (2, 3))
    return F.concat_ws("|", first_day, chunk, n)


def group_column(upload: Column, header: Column, cuts: dict[str, list[str]]) -> Column:
    """The number of a record's group within its upload, from 0."""
    record_place = place_column(header)
    number = F.lit(0)
    for name, places in cuts.items():
        number = F.when(upload == name, passed(record_place, places)).otherwise(number)
    return number


def passed(record_place: Column, places: Iterable[str]) -> Column:
    """How many of these places a record has reached."""
    return sum((F.when(record_place >= place, 1).otherwise(0) for place in places), F.lit(0))


def task_column(upload: Column, group: Column, tasks: int) -> Column:
    """An upload's groups go to tasks of their own; many small uploads are spread."""
    return F.pmod(F.crc32(upload.cast("binary")) + group, F.lit(tasks)).cast("int")
