"""One landing group, from packed records to Parquet objects."""

import io
import random

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from cellflow import landing_objects
from cellflow.lake import Lake
from cellflow.landing import RECORDS_PER_FLUSH, land_group
from cellflow.landing_objects import GroupObjects
from cellflow.schemas import HOURLY_QUALITY, MEASUREMENTS
from support.kinesis_records import header, record, row, rows
from support.memory_s3 import MemoryS3
from support.tables import SCHEMAS

UPLOAD = "0123456789abcdef"
NAME = "1f2e3d4c-12-0"


def land(*payloads: bytes) -> tuple[MemoryS3, list[dict], dict[str, int], dict[str, str]]:
    """The bucket, the objects told of, rows by id that landed, and reasons by id that was set aside."""
    s3 = MemoryS3()
    outcomes = land_group(UPLOAD, iter(payloads), GroupObjects(Lake(s3, "lake"), UPLOAD, NAME))
    objects = [outcome for outcome in outcomes if outcome["key"]]
    ids = [outcome for outcome in outcomes if outcome["id"]]
    landed = {outcome["id"]: outcome["rows"] for outcome in ids if not outcome["reason"]}
    set_aside = {outcome["id"]: outcome["reason"] for outcome in ids if outcome["reason"]}
    assert len(landed) + len(set_aside) == len(ids)
    return s3, objects, landed, set_aside


def file(s3: MemoryS3, made: dict) -> io.BytesIO:
    return io.BytesIO(s3.objects[made["key"]][made["offset"] :][: made["bytes"]])


def table(s3: MemoryS3, objects: list[dict], name: str) -> pa.Table:
    return pa.concat_tables(pq.read_table(file(s3, made)) for made in objects if made["table"] == name)


def latitudes(s3: MemoryS3, objects: list[dict]) -> list[float]:
    return sorted(table(s3, objects, "measurements")["latitude"].to_pylist())


def expected(count: int) -> list[float]:
    return [n / 1e5 for n in range(count)]


def test_records_become_one_file_a_table_and_day_in_one_object() -> None:
    count = RECORDS_PER_FLUSH * 2 + 5
    payloads = [record(UPLOAD, 0, n, rows(20, 20 * n, day=f"2026-01-0{1 + n % 2}")) for n in range(count)]

    s3, objects, landed, set_aside = land(*payloads)

    assert list(s3.objects) == [f"landing/{UPLOAD}/{NAME}-0"]
    assert [(made["day"], made["table"]) for made in objects] == [
        (f"2026-01-0{day}", name) for day in (1, 2) for name in ("measurements", "hourly_quality")
    ]
    assert b"".join(file(s3, made).read() for made in objects) == s3.objects[f"landing/{UPLOAD}/{NAME}-0"]
    assert [made["rows"] for made in objects] == [pq.read_metadata(file(s3, made)).num_rows for made in objects]
    assert latitudes(s3, objects) == expected(20 * count)
    assert landed == {f"{UPLOAD}/0/{n}": 20 for n in range(count)}
    assert set_aside == {}
    assert table(s3, objects, "measurements").schema.equals(MEASUREMENTS)
    assert table(s3, objects, "hourly_quality").schema.equals(HOURLY_QUALITY)
    assert {"measurements": MEASUREMENTS, "hourly_quality": HOURLY_QUALITY} == SCHEMAS
    assert pc.sum(table(s3, objects, "hourly_quality")["count_rows"]).as_py() == 20 * count


def test_an_object_that_is_large_gets_no_further_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing_objects, "OBJECT_BYTES", 20_000)
    payloads = [record(UPLOAD, 0, n, rows(20, 20 * n, day=f"2026-01-{1 + n:02d}")) for n in range(9)]

    s3, objects, _, _ = land(*payloads)

    assert sorted(s3.objects) == [f"landing/{UPLOAD}/{NAME}-{n}" for n in range(len(s3.objects))]
    assert len(s3.objects) > 2
    assert all(made["offset"] < 20_000 for made in objects)
    assert sum(made["bytes"] for made in objects) == sum(map(len, s3.objects.values()))
    assert latitudes(s3, objects) == expected(180)


def test_an_id_that_comes_twice_lands_once() -> None:
    first, second = record(UPLOAD, 0, 0, rows(3)), record(UPLOAD, 0, 1, rows(3, 3))

    s3, objects, landed, _ = land(first, second, first, *[second] * RECORDS_PER_FLUSH, first)

    assert latitudes(s3, objects) == expected(6)
    assert landed == {f"{UPLOAD}/0/0": 3, f"{UPLOAD}/0/1": 3}


SPOILED = {
    "no gzip": header(UPLOAD, 0, 1, 3) + b"no gzip",
    "cut short": record(UPLOAD, 0, 1, rows(3))[:-3],
    "fewer rows than told": record(UPLOAD, 0, 1, rows(3), rows=4),
    "more rows than told": record(UPLOAD, 0, 1, rows(3), rows=2),
    "a line feed within quotes told as a row": record(
        UPLOAD, 0, 1, [*rows(1), row(description='"two\nlines"')], rows=3
    ),
    "a value of another kind": record(UPLOAD, 0, 1, [*rows(2), row(lat="north")]),
    "a column too few": record(UPLOAD, 0, 1, ["2026-01-01,10:00:00,1\n", *rows(2)]),
    "rows of another version than told": record(UPLOAD, 0, 1, rows(3, 0, 1)),
    "a newer row under an older version": record(UPLOAD, 0, 1, rows(3), v=1),
    "no place": record(UPLOAD, 0, 1, [*rows(2), row(lat="")]),
    "a quote left open": record(UPLOAD, 0, 1, [*rows(2), row(operator='"open')]),
    "an empty line": record(UPLOAD, 0, 1, [*rows(2), "\n"]),
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
def test_a_poison_record_is_set_aside_whole_and_alone(spoiled: bytes) -> None:
    payloads = [record(UPLOAD, 0, 0, rows(3)), spoiled, record(UPLOAD, 0, 2, rows(3, 3))]

    s3, objects, landed, set_aside = land(*payloads)

    assert set(landed) == {f"{UPLOAD}/0/0", f"{UPLOAD}/0/2"}
    assert set(set_aside) == {f"{UPLOAD}/0/1"}
    assert latitudes(s3, objects) == expected(6)


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
@pytest.mark.parametrize("good_first", [True, False])
def test_its_good_resend_in_the_same_batch_lands(spoiled: bytes, good_first: bool) -> None:
    good = record(UPLOAD, 0, 1, rows(4))

    s3, objects, landed, set_aside = land(*((good, spoiled) if good_first else (spoiled, good)))

    assert (landed, set_aside) == ({f"{UPLOAD}/0/1": 4}, {})
    assert latitudes(s3, objects) == expected(4)


def test_records_of_both_versions_land_in_one_group() -> None:
    count = RECORDS_PER_FLUSH + 6
    versions = [1 if n % 5 < 2 else 2 for n in range(count)]
    payloads = [record(UPLOAD, 0, n, rows(10, 10 * n, version), v=version) for n, version in enumerate(versions)]

    s3, objects, landed, set_aside = land(*payloads)

    assert latitudes(s3, objects) == expected(10 * count)
    assert (landed, set_aside) == ({f"{UPLOAD}/0/{n}": 10 for n in range(count)}, {})
    assert len(objects) == 2
    found = {row["latitude"]: row for row in table(s3, objects, "measurements").to_pylist()}
    for n, version in enumerate(versions):
        landed_row = found[10 * n / 1e5]
        new = (landed_row["technology"], landed_row["signal_dbm"], landed_row["device"], landed_row["postal_code"])
        assert new == ((None, None, None, "8012") if version == 1 else ("4G", -95.5, "Pixel 8", "080193"))
        assert landed_row["measured_at"].hour == (8 if version == 1 else 7)
        assert len(landed_row["tile"]) == 16
    groups = table(s3, objects, "hourly_quality").to_pylist()
    assert {(group["hour"], group["technology"], group["signal_dbm"], group["count_rows"]) for group in groups} == {
        (8, None, None, 10 * versions.count(1)),
        (8, "4G", -95, 10 * versions.count(2)),
    }


def test_a_spoiled_record_of_one_version_costs_none_of_the_other() -> None:
    old, new = record(UPLOAD, 0, 0, rows(3, 0, 1), v=1), record(UPLOAD, 0, 2, rows(3, 3))

    _, _, landed, set_aside = land(old, record(UPLOAD, 0, 1, rows(3, 9, 1)), new)

    assert (set(landed), set(set_aside)) == ({f"{UPLOAD}/0/0", f"{UPLOAD}/0/2"}, {f"{UPLOAD}/0/1"})


def test_the_partition_is_the_local_day() -> None:
    lines = [row(day=f"2026-01-0{day}", hour="00:10:00", utc_offset=60) for day in (1, 2)]

    s3, objects, _, _ = land(record(UPLOAD, 0, 0, lines))

    days = {made["day"]: pq.read_table(file(s3, made)) for made in objects if made["table"] == "measurements"}
    assert {day: [str(at) for at in rows["measured_at"].to_pylist()] for day, rows in days.items()} == {
        "2026-01-01": ["2025-12-31 23:10:00"],
        "2026-01-02": ["2026-01-01 23:10:00"],
    }
    assert table(s3, objects, "hourly_quality")["hour"].to_pylist() == [0, 0]


def test_nothing_but_poison_leaves_no_object() -> None:
    s3, objects, landed, set_aside = land(SPOILED["no gzip"])
    assert (s3.objects, objects, landed, len(set_aside)) == ({}, [], {}, 1)


def test_quoted_line_breaks_do_not_count_as_rows() -> None:
    s3, objects, landed, _ = land(record(UPLOAD, 0, 0, rows(3, description='"two\nlines, ""quoted"""')))
    assert landed == {f"{UPLOAD}/0/0": 3}
    assert set(table(s3, objects, "measurements")["description"].to_pylist()) == {'two\nlines, "quoted"'}


def test_the_last_row_may_lack_its_line_feed() -> None:
    lines = rows(3)
    s3, objects, landed, _ = land(
        record(UPLOAD, 0, 0, [*lines[:2], lines[2].rstrip("\n")]), record(UPLOAD, 0, 1, rows(1, 3))
    )
    assert list(landed.values()) == [3, 1]
    assert latitudes(s3, objects) == expected(4)


def test_the_same_records_give_the_same_bytes() -> None:
    payloads = [record(UPLOAD, 0, n, rows(10, 10 * n, day=f"2026-01-{1 + n % 9:02d}")) for n in range(40)]
    assert land(*payloads)[0].objects == land(*payloads)[0].objects


def test_a_year_of_days_is_held_back_until_row_groups_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing_objects, "ROW_GROUP_ROWS", 400)
    monkeypatch.setattr(landing_objects, "HELD_ROWS", 2_000)
    pick = random.Random(3)
    days = [f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(336)]
    lines = [row(lat=f"{n / 1e5:.5f}", day=days[0] if n % 3 else pick.choice(days)) for n in range(6_000)]

    s3, objects, _, _ = land(*(record(UPLOAD, 0, n, lines[60 * n : 60 * n + 60]) for n in range(100)))

    assert len(objects) == 2 * len({made["day"] for made in objects})
    assert latitudes(s3, objects) == expected(6_000)
    assert pc.sum(table(s3, objects, "hourly_quality")["count_rows"]).as_py() == 6_000
    (busiest,) = (made for made in objects if (made["table"], made["day"]) == ("measurements", days[0]))
    groups = pq.read_metadata(file(s3, busiest))
    assert groups.num_rows / groups.num_row_groups >= 200
