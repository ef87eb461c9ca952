"""A page of the ledger is written once, as the number that follows what its batch was planned against."""

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from cellflow.lake import Lake
from cellflow.ledger import TRIES, Entry, Ledger, LedgerGap
from cellflow.records import RecordId
from support.memory_s3 import MemoryS3, error

UPLOAD = "0123456789abcdef"
MINE, ANOTHERS = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellflow.ledger.PAUSE", 0)


@pytest.fixture
def s3() -> MemoryS3:
    return MemoryS3()


@pytest.fixture
def ledger(s3: MemoryS3) -> Ledger:
    return Ledger(Lake(s3, "lake"))


def page(number: int) -> str:
    return f"landings/{UPLOAD}/{number:08d}.json"


def entry(*numbers: int) -> Entry:
    return Entry(records=[RecordId(UPLOAD, 0, n) for n in numbers])


def told(s3: MemoryS3, number: int = 1) -> tuple[str, dict]:
    written = json.loads(s3.objects[page(number)])
    return written["token"], written["records"]


def landed(ledger: Ledger, *numbers: int) -> list[bool]:
    ids = ledger.landed(UPLOAD).ids
    return [(0, n) in ids for n in numbers]


def failing(what: Callable[[], Exception], times: int) -> Callable[[str, str], None]:
    """Fails so many writes of the ledger."""
    left = [times]

    def hook(operation: str, key: str) -> None:
        if operation == "PutObject" and left[0] > 0:
            left[0] -= 1
            raise what()

    return hook


def overloaded() -> Exception:
    return error("SlowDown", 503, "PutObject")


def unanswered() -> Exception:
    return ReadTimeoutError(endpoint_url="s3")


def at_the_same_moment() -> Exception:
    return error("ConditionalRequestConflict", 409, "PutObject")


def refused() -> Exception:
    """What the client's own second try is told of a write that was applied and not answered."""
    return error("PreconditionFailed", 412, "PutObject")


ANSWERS = pytest.mark.parametrize(
    "answer", [overloaded, unanswered, at_the_same_moment, refused], ids=lambda answer: answer.__name__
)


@ANSWERS
@pytest.mark.parametrize("times", [1, TRIES - 1])
def test_a_write_that_did_not_arrive_is_made_again(
    s3: MemoryS3, ledger: Ledger, answer: Callable[[], Exception], times: int
) -> None:
    ledger.landed(UPLOAD)
    s3.before = failing(answer, times)

    assert ledger.commit(UPLOAD, 1, MINE, entry(0, 1))

    assert told(s3) == (MINE, {"0": [[0, 1]]})
    assert landed(ledger, 0, 1, 2) == [True, True, False]


@ANSWERS
def test_a_write_whose_answer_was_lost_is_known_by_its_token(
    s3: MemoryS3, ledger: Ledger, answer: Callable[[], Exception]
) -> None:
    ledger.landed(UPLOAD)
    s3.after = failing(answer, 1)

    assert ledger.commit(UPLOAD, 1, MINE, entry(0))

    assert told(s3) == (MINE, {"0": [[0, 0]]})
    assert landed(ledger, 0) == [True]


@ANSWERS
def test_a_number_that_is_anothers_is_left_to_it(s3: MemoryS3, ledger: Ledger, answer: Callable[[], Exception]) -> None:
    ledger.landed(UPLOAD)
    assert Ledger(Lake(s3, "lake")).commit(UPLOAD, 1, ANOTHERS, entry(7))
    s3.before = failing(answer, 1)

    assert not ledger.commit(UPLOAD, 1, MINE, entry(0))

    assert told(s3) == (ANOTHERS, {"0": [[7, 7]]})
    # What is kept in memory is what the ledger says, and not what this driver meant to write.
    assert landed(ledger, 0, 7) == [False, True]
    assert ledger.landed(UPLOAD).next == 2


def test_a_write_that_never_arrives_ends_the_driver_and_is_not_held_to_have_landed(
    s3: MemoryS3, ledger: Ledger
) -> None:
    ledger.landed(UPLOAD)
    s3.before = failing(overloaded, TRIES)

    with pytest.raises(ClientError, match="SlowDown"):
        ledger.commit(UPLOAD, 1, MINE, entry(0))

    assert s3.objects == {}
    assert landed(ledger, 0) == [False]


def test_a_late_write_loses_against_who_took_its_number(s3: MemoryS3, ledger: Ledger) -> None:
    """The write of a driver that died long ago arrives when another has gone on."""
    late = Ledger(Lake(s3, "lake"))
    number = late.landed(UPLOAD).next
    assert ledger.commit(UPLOAD, ledger.landed(UPLOAD).next, ANOTHERS, entry(0))
    assert ledger.commit(UPLOAD, ledger.landed(UPLOAD).next, "cccccccccccccccc", entry(1))

    assert not late.commit(UPLOAD, number, MINE, entry(0, 1))

    assert [told(s3, n)[1] for n in (1, 2)] == [{"0": [[0, 0]]}, {"0": [[1, 1]]}]
    assert sorted(s3.objects) == [page(1), page(2)]


def test_pages_of_version_0_1_count_as_landed_and_not_for_the_number(s3: MemoryS3, ledger: Ledger) -> None:
    for batch, n in ((3, 0), (12, 1)):
        old = {"v": 1, "upload": UPLOAD, "query": "1f2e3d4c", "batch": batch, "records": {"0": [[n, n]]}}
        s3.objects[f"landings/{UPLOAD}/1f2e3d4c-{batch}.json"] = json.dumps(old).encode()

    assert landed(ledger, 0, 1, 2) == [True, True, False]
    assert ledger.landed(UPLOAD).next == 1
    assert ledger.commit(UPLOAD, 1, MINE, entry(2))
    assert Ledger(Lake(s3, "lake")).landed(UPLOAD).next == 2
    assert landed(Ledger(Lake(s3, "lake")), 0, 1, 2) == [True, True, True]


def test_a_listing_that_raced_is_made_again(s3: MemoryS3, ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.commit(UPLOAD, number, f"{number:016d}", entry(number))
    second = s3.objects.pop(page(2))
    looks: list[str] = []

    def listed(operation: str, key: str) -> None:
        if operation == "ListObjectsV2":
            looks.append(key)
            if len(looks) == 3:
                s3.objects[page(2)] = second

    s3.before = listed

    assert landed(ledger, 1, 2, 3) == [True, True, True]
    assert len(looks) == 3


def test_a_page_that_is_gone_is_told(s3: MemoryS3, ledger: Ledger) -> None:
    for number in (1, 2, 3):
        ledger.commit(UPLOAD, number, f"{number:016d}", entry(number))
    del s3.objects[page(2)]

    with pytest.raises(LedgerGap, match=f"{UPLOAD} lacks page 2"):
        ledger.landed(UPLOAD)


def test_what_is_kept_goes_with_pages_that_were_taken_away(s3: MemoryS3, ledger: Ledger) -> None:
    ledger.landed(UPLOAD)
    for number in (1, 2):
        ledger.commit(UPLOAD, number, f"{number:016d}", entry(number))
    del s3.objects[page(2)]

    assert landed(ledger, 1, 2) == [True, False]
    assert ledger.landed(UPLOAD).next == 2
