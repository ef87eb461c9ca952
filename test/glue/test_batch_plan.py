"""What a batch lands, by ledger and claims."""

import json

import pytest
from cellflow.batch import entries_of
from cellflow.batch_plan import BatchPlan, SeenRecord, plan_batch, plan_uploads
from cellflow.claims import Claims
from cellflow.lake import Lake
from cellflow.ledger import Entry, Ledger
from cellflow.records import RecordId
from support.kinesis_records import header
from support.memory_s3 import MemoryS3

UPLOAD = "0123456789abcdef"
OTHER = "fedcba9876543210"
TOKEN = "00112233aabbccdd"


def seen(*ids: tuple[int, int], upload: str = UPLOAD) -> list[SeenRecord]:
    return [
        SeenRecord("s", f"{upload}{chunk}.{n}", f"{upload}/{chunk}/{n}", header_line(upload, chunk, n))
        for chunk, n in ids
    ]


def header_line(upload: str, chunk: int, n: int, **changes: object) -> str:
    return header(upload, chunk, n, 10, **changes).decode().rstrip("\n")


def plan(s3: MemoryS3, records: list[SeenRecord]) -> BatchPlan:
    return plan_batch(records, Ledger(Lake(s3, "lake")), Claims(Lake(s3, "lake")))


def wanted(planned: BatchPlan) -> list[str]:
    return sorted(str(id) for upload in planned.uploads for id in upload.wanted)


def commit(s3: MemoryS3, ids: list[tuple[int, int]], number: int, set_aside: list[dict] | None = None) -> None:
    entry = Entry(records=[RecordId(UPLOAD, chunk, n) for chunk, n in ids], set_aside=set_aside or [])
    assert Ledger(Lake(s3, "lake")).commit(UPLOAD, number, TOKEN, entry)


def claim(s3: MemoryS3, upload: str, now: str, **more: object) -> None:
    s3.objects[f"uploads/{upload}.json"] = json.dumps({"upload": upload, "claim": "claims/c.json"}).encode()
    s3.objects["claims/c.json"] = json.dumps({"upload": now, **more}).encode()


def test_what_another_batch_has_landed_is_passed_over() -> None:
    s3 = MemoryS3()
    commit(s3, [(0, 0), (0, 1), (3, 7)], number=1)

    planned = plan(s3, seen((0, 1), (0, 2), (3, 7), (3, 8)))

    assert wanted(planned) == [f"{UPLOAD}/0/2", f"{UPLOAD}/3/8"]
    assert planned.positions == [f"s:{UPLOAD}0.2", f"s:{UPLOAD}3.8"]


def test_a_batch_committed_before_the_last_run_ended_has_nothing_left() -> None:
    s3 = MemoryS3()
    commit(s3, [(0, 0), (0, 1)], number=1)

    assert plan(s3, seen((0, 0), (0, 1))).uploads == []


def test_a_batch_half_committed_lands_the_other_uploads_only() -> None:
    s3 = MemoryS3()
    commit(s3, [(0, 0)], number=1)

    assert wanted(plan(s3, seen((0, 0)) + seen((0, 0), upload=OTHER))) == [f"{OTHER}/0/0"]


def test_a_plan_holds_the_number_that_follows_the_pages_that_it_was_made_against() -> None:
    s3 = MemoryS3()
    commit(s3, [(0, 0)], number=1)
    commit(s3, [(0, 1)], number=2)

    numbers = {
        planned.upload: planned.number for planned in plan(s3, seen((0, 2)) + seen((0, 0), upload=OTHER)).uploads
    }

    assert numbers == {UPLOAD: 3, OTHER: 1}


def test_what_was_refused_is_planned_again_less_what_has_landed_since() -> None:
    s3 = MemoryS3()
    ledger, claims = Ledger(Lake(s3, "lake")), Claims(Lake(s3, "lake"))
    planned = plan_batch(seen((0, 0), (0, 1), (0, 2)), ledger, claims)
    commit(s3, [(0, 1)], number=1)

    again = plan_uploads(planned.uploads, ledger, claims)

    assert wanted(again) == [f"{UPLOAD}/0/0", f"{UPLOAD}/0/2"]
    assert [upload.number for upload in again.uploads] == [2]


def test_an_upload_whose_ledger_lacks_a_page_is_passed_over_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellflow.ledger.PAUSE", 0)
    s3 = MemoryS3()
    for number in (1, 2, 3):
        commit(s3, [(0, number)], number)
    del s3.objects[f"landings/{UPLOAD}/00000002.json"]

    assert wanted(plan(s3, seen((0, 2), (0, 4)) + seen((0, 0), upload=OTHER))) == [f"{OTHER}/0/0"]


def test_withdrawn_and_replaced_uploads_are_passed_over_as_soon_as_their_claim_says_so() -> None:
    s3 = MemoryS3()
    ledger, claims = Ledger(Lake(s3, "lake")), Claims(Lake(s3, "lake"))
    claim(s3, UPLOAD, now=UPLOAD)
    assert wanted(plan_batch(seen((0, 0)), ledger, claims)) == [f"{UPLOAD}/0/0"]

    claim(s3, UPLOAD, now=OTHER)
    assert plan_batch(seen((0, 1)), ledger, claims).uploads == []

    claim(s3, UPLOAD, now=UPLOAD, withdrawn=True)
    assert plan_batch(seen((0, 2)), ledger, claims).uploads == []


def test_a_header_that_cannot_be_read_is_set_aside_by_its_partition_key() -> None:
    s3 = MemoryS3()
    commit(s3, [(0, 5)], number=1)
    bad = [SeenRecord("s", str(n), f"{UPLOAD}/0/{n}", "no header") for n in (4, 5)]
    foreign = SeenRecord("s", "9", "who knows", "no header")

    (planned,) = plan(s3, [*bad, foreign, *seen((0, 6))]).uploads

    assert [str(id) for id in planned.set_aside] == [f"{UPLOAD}/0/4"]
    assert [str(id) for id in planned.wanted] == [f"{UPLOAD}/0/6"]


def test_of_an_id_one_header_counts() -> None:
    odd = SeenRecord("s", "odd", f"{UPLOAD}/0/0", header_line(UPLOAD, 0, 0, days=["2026-01-01", "2026-01-09"]))

    (planned,) = plan(MemoryS3(), [odd, *seen((0, 0), (0, 0), (0, 1))]).uploads

    assert sorted(map(str, planned.wanted)) == [f"{UPLOAD}/0/{n}" for n in range(2)]
    assert planned.wanted[RecordId(UPLOAD, 0, 0)].days is None
    assert all("odd" not in position for positions in planned.positions.values() for position in positions)
    assert planned.set_aside == {}


def test_the_ledger_is_read_for_the_uploads_of_the_batch_only_and_once() -> None:
    s3 = MemoryS3()
    for number in range(1, 21):
        commit(s3, [(0, number)], number)
    for n in range(50):
        Ledger(Lake(s3, "lake")).commit(f"foreign{n}", 1, TOKEN, Entry())
    ledger, claims = Ledger(Lake(s3, "lake")), Claims(Lake(s3, "lake"))
    s3.reads.clear()

    for number in range(21, 26):
        (planned,) = plan_batch(seen((0, number)), ledger, claims).uploads
        assert planned.number == number
        ledger.commit(UPLOAD, number, TOKEN, Entry(records=[RecordId(UPLOAD, 0, number)]))

    read = [key for key in s3.reads if key.startswith("landings/")]
    assert sorted(read) == sorted(f"landings/{UPLOAD}/{number:08d}.json" for number in range(1, 21))


def outcome(**fields: object) -> dict:
    return (
        dict.fromkeys(("upload", "id", "reason", "key", "table", "day", "offset", "rows", "bytes"))
        | {"upload": UPLOAD}
        | fields
    )


def test_entries_hold_what_the_groups_reported() -> None:
    planned = plan(MemoryS3(), seen((0, 0), (0, 1), (0, 2)))
    entries = entries_of(
        planned,
        [
            outcome(key="b", table="measurements", day="2026-01-01", offset=0, rows=15, bytes=5),
            outcome(key="a", table="hourly_quality", day="2026-01-01", offset=5, rows=7, bytes=4),
            outcome(key="a", table="measurements", day="2026-01-01", offset=0, rows=5, bytes=5),
            outcome(id=f"{UPLOAD}/0/0", rows=10),
            outcome(id=f"{UPLOAD}/0/2", rows=10),
            outcome(id=f"{UPLOAD}/0/1", reason="gzip: cut short"),
        ],
    )
    s3 = MemoryS3()
    Ledger(Lake(s3, "lake")).commit(UPLOAD, 1, TOKEN, entries[UPLOAD])

    written = json.loads(s3.objects[f"landings/{UPLOAD}/00000001.json"])
    assert written.pop("at")
    assert written == {
        "v": 3,
        "upload": UPLOAD,
        "n": 1,
        "token": TOKEN,
        "columns": 2,
        "rows": 20,
        "objects": [
            {"key": "a", "table": "measurements", "day": "2026-01-01", "offset": 0, "rows": 5, "bytes": 5},
            {"key": "a", "table": "hourly_quality", "day": "2026-01-01", "offset": 5, "rows": 7, "bytes": 4},
            {"key": "b", "table": "measurements", "day": "2026-01-01", "offset": 0, "rows": 15, "bytes": 5},
        ],
        "records": {"0": [[0, 0], [2, 2]]},
        "setAside": [{"id": f"{UPLOAD}/0/1", "reason": "gzip: cut short"}],
    }


def test_a_record_without_an_outcome_stops_the_commit() -> None:
    with pytest.raises(RuntimeError, match=f"{UPLOAD}/0/1"):
        entries_of(plan(MemoryS3(), seen((0, 0), (0, 1))), [outcome(id=f"{UPLOAD}/0/0", rows=10)])
