"""Which records of a batch land together."""

import random
from bisect import bisect_right
from collections import Counter
from typing import Any

from cellflow.batch_plan import BatchPlan, UploadPlan
from cellflow.grouping import LEAST_ROWS, cut, group, group_column, place, place_column, task_column
from cellflow.landing import with_header_line
from cellflow.records import Header, parse_header
from pyspark.sql import functions as F
from support.kinesis_records import header

UPLOAD = "0123456789abcdef"
OTHER = "fedcba9876543210"


def lines(upload: str, count: int, rows: int, days: int = 0) -> list[str]:
    """Header lines of an upload; of unsorted rows where it has days: each record holds ten neighbouring ones."""
    pick = random.Random(count)
    first = [1 + pick.randrange(max(days, 1)) for _ in range(count)]
    told = [{"days": [f"2026-01-{day:02d}", f"2026-01-{day + 10:02d}"]} if days else {} for day in first]
    return [header(upload, n // 40, n % 40, rows, **told[n]).decode().rstrip("\n") for n in range(count)]


def plan(upload: str, headers: list[str]) -> UploadPlan:
    parsed: list[Header] = [parse_header(line) for line in headers]
    return UploadPlan(upload, {one.id: one for one in parsed})


def test_an_uploads_groups_are_of_days_that_follow_each_other_and_of_as_many_rows() -> None:
    planned = plan(UPLOAD, lines(UPLOAD, 200, 2_000, days=20))

    grouping = group(BatchPlan([planned]), 4)

    assert grouping.tasks == 4
    cuts = grouping.cuts[UPLOAD]
    groups: dict[int, list[Header]] = {}
    for one in planned.wanted.values():
        groups.setdefault(bisect_right(cuts, place(one)), []).append(one)
    assert sorted(groups) == [0, 1, 2, 3]
    assert all(90_000 <= sum(one.rows for one in groups[number]) <= 110_000 for number in groups)
    for number in (0, 1, 2):
        last = max(one.days[0] for one in groups[number] if one.days)
        assert last <= min(one.days[0] for one in groups[number + 1] if one.days)


def test_rows_whose_days_are_not_told_are_grouped_in_the_files_order() -> None:
    planned = plan(UPLOAD, lines(UPLOAD, 100, 2_000))
    assert cut(planned, 100_000) == [f"|{1:09d}|{10:09d}"]


def test_small_uploads_have_a_group_each_and_share_the_tasks() -> None:
    small = [plan(upload, lines(upload, 3, 1_000)) for upload in (UPLOAD, OTHER)]
    assert group(BatchPlan(small), 8) == group(BatchPlan(small[::-1]), 8)
    assert (group(BatchPlan(small), 8).tasks, group(BatchPlan(small), 8).cuts) == (2, {})
    many = [plan(f"{n:016x}", lines(f"{n:016x}", 1, 1_000)) for n in range(50)]
    assert group(BatchPlan(many), 8).tasks == 8


def test_few_rows_are_not_worth_a_second_task() -> None:
    assert group(BatchPlan([plan(UPLOAD, lines(UPLOAD, 20, LEAST_ROWS // 20))]), 8).tasks == 1


def test_records_without_rows_are_one_group() -> None:
    assert group(BatchPlan([plan(UPLOAD, lines(UPLOAD, 5, 0))]), 8).cuts == {}


def test_spark_finds_the_same_groups_by_the_headers(spark: Any) -> None:
    large, small = lines(UPLOAD, 300, 2_000, days=20), lines(OTHER, 5, 2_000)
    grouping = group(BatchPlan([plan(UPLOAD, large), plan(OTHER, small)]), 6)
    data = [(bytearray(line.encode() + b"\nrows"),) for line in [*large, *small]]
    records = with_header_line(spark.createDataFrame(data, "data binary"))
    upload = F.get_json_object("header", "$.upload")
    number = group_column(upload, F.col("header"), grouping.cuts)
    found = records.select(
        "header",
        number.alias("number"),
        place_column(F.col("header")).alias("place"),
        task_column(upload, number, grouping.tasks).alias("task"),
    ).collect()

    assert len(found) == 305
    tasks: dict[tuple[str, int], set[int]] = {}
    for one in found:
        parsed = parse_header(one["header"])
        assert one["place"] == place(parsed)
        assert one["number"] == bisect_right(grouping.cuts.get(parsed.id.upload, []), place(parsed))
        tasks.setdefault((parsed.id.upload, one["number"]), set()).add(one["task"])
    assert all(len(of_group) == 1 for of_group in tasks.values())
    most = Counter(task for (upload_id, _), of_group in tasks.items() if upload_id == UPLOAD for task in of_group)
    assert set(most.values()) == {1}
