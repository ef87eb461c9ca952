"""Two drivers on one ledger, in every order of their calls that matters: each record lands once."""

import random
from collections.abc import Callable

import pytest
from botocore.exceptions import ReadTimeoutError
from cellflow import batch
from cellflow.batch import LedgerContended
from support.landing_drivers import Crash, Driver, Stream, Turns, assert_landed_once, together
from support.memory_s3 import error

UPLOAD, OTHER = "0123456789abcdef", "fedcba9876543210"
RECORDS = {UPLOAD: 4, OTHER: 2}
ALL = slice(0, 6)
MANY = 1_000


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellflow.ledger.PAUSE", 0)
    # One call at a time, so that an order of calls is an order.
    for module, name in (("batch", "COMMITS"), ("batch_plan", "LOOKUPS"), ("landing_objects", "PUTS")):
        monkeypatch.setattr(f"cellflow.{module}.{name}", 1)


@pytest.fixture
def stream() -> Stream:
    stream = Stream()
    for upload, n in [(UPLOAD, 0), (OTHER, 0), (UPLOAD, 1), (UPLOAD, 2), (OTHER, 1), (UPLOAD, 3)]:
        stream.put(upload, n)
    return stream


def calls_of(stream: Stream, *batches: slice) -> int:
    driver = Driver({}, stream)
    driver.land(batches)
    return driver.calls


def run_both(
    stream: Stream,
    order: list[tuple[str, int]],
    first: list[slice],
    second: list[slice],
    prepare: Callable = lambda *_: 0,
) -> tuple[dict[str, bytes], dict[str, Exception]]:
    objects: dict[str, bytes] = {}
    turns = Turns(order)
    one = Driver(objects, stream, lambda: turns.take("one"))
    two = Driver(objects, stream, lambda: turns.take("two"))
    prepare(one, two)
    failures = together(turns, {"one": lambda: one.land(first), "two": lambda: two.land(second)})
    return objects, failures


BATCHES = pytest.mark.parametrize(
    ("first", "second"),
    [
        # As a fresh checkpoint beside a driver on the old one, and as two that raced for the log of one checkpoint.
        ([slice(0, 6)], [slice(0, 6)]),
        ([slice(0, 3), slice(3, 6)], [slice(0, 6)]),
        ([slice(0, 4)], [slice(0, 2), slice(2, 6)]),
    ],
    ids=["same", "the first in two", "the second in two"],
)


@BATCHES
def test_a_driver_stops_anywhere_while_another_does_part_of_its_work(
    stream: Stream, first: list[slice], second: list[slice]
) -> None:
    mine, others = calls_of(stream, *first), calls_of(stream, *second)
    runs = 0
    for stop in range(mine + 1):
        for part in sorted({*range(0, others, 3), others, MANY}):
            objects, failures = run_both(stream, [("one", stop), ("two", part), ("one", MANY)], first, second)
            assert failures == {}, (stop, part)
            assert_landed_once(objects, RECORDS)
            runs += 1
    assert runs > 60


def test_calls_in_any_order_with_answers_lost(stream: Stream) -> None:
    lost = (
        lambda: error("SlowDown", 503, "PutObject"),
        lambda: error("PreconditionFailed", 412, "PutObject"),
        lambda: ReadTimeoutError(endpoint_url="s3"),
    )
    strikes = 0
    for seed in range(150):
        pick = random.Random(seed)
        order = [(pick.choice(("one", "two")), pick.randint(1, 6)) for _ in range(20)]

        def lose(*drivers: Driver, pick: random.Random = pick) -> None:
            for driver in drivers:
                after, chance = driver.s3.after, pick.random()

                def answer(operation: str, key: str, after: Callable = after, chance: float = chance) -> None:
                    nonlocal strikes
                    after(operation, key)
                    if key.startswith("landings/") and operation == "PutObject" and pick.random() < chance:
                        strikes += 1
                        raise pick.choice(lost)()

                driver.s3.after = answer

        objects, failures = run_both(stream, order, [slice(0, 3), slice(3, 6)], [slice(0, 4), slice(4, 6)], lose)
        assert failures == {}, seed
        assert_landed_once(objects, RECORDS)
    assert strikes > 100


def test_a_driver_dies_anywhere_and_the_next_goes_on(stream: Stream) -> None:
    for call in range(1, calls_of(stream, slice(0, 3), slice(3, 6)) + 1):
        objects: dict[str, bytes] = {}
        driver = Driver(objects, stream)
        driver.dies_at = call
        with pytest.raises(Crash):
            driver.land([slice(0, 3), slice(3, 6)])

        Driver(objects, stream).land([ALL])

        assert_landed_once(objects, RECORDS)


def arriving(heir: Driver, call: int, late: list[tuple[str, bytes]]) -> Callable[[str, str], None]:
    """Applies late conditional writes at a call of the driver that came after."""
    before = heir.s3.before

    def arrive(operation: str, key: str) -> None:
        if heir.calls + 1 == call:
            for name, body in late:
                heir.s3.objects.setdefault(name, body)
        before(operation, key)

    return arrive


def test_the_last_write_of_a_driver_that_died_comes_late(stream: Stream) -> None:
    """Applied after the next driver has planned, before or after that one's own write of the same number."""
    for call in range(1, calls_of(stream, ALL) + 1):
        objects: dict[str, bytes] = {}
        dead = Driver(objects, stream)
        late: list[tuple[str, bytes]] = []
        put = dead.s3.put_object

        def held_back(*, Key: str, Body: bytes, put: Callable = put, late: list = late, **rest: object) -> dict:
            if Key.startswith("landings/"):
                late.append((Key, Body))
                raise Crash(Key)
            return put(Key=Key, Body=Body, **rest)

        dead.s3.put_object = held_back  # type: ignore[method-assign]
        with pytest.raises(Crash):
            dead.land([ALL])
        heir = Driver(objects, stream)
        heir.s3.before = arriving(heir, call, late)
        heir.land([ALL])

        assert late
        assert_landed_once(objects, RECORDS)


def test_one_uploads_refusal_does_not_do_the_others_again(stream: Stream) -> None:
    objects: dict[str, bytes] = {}
    driver, zombie = Driver(objects, stream), Driver(objects, stream)
    before, done = driver.s3.before, []

    def interrupt(operation: str, key: str) -> None:
        if operation == "PutObject" and key.startswith(f"landings/{UPLOAD}/") and not done:
            done.append(key)
            zombie.land([slice(0, 1)])
        before(operation, key)

    driver.s3.before = interrupt
    driver.land([ALL])

    assert_landed_once(objects, RECORDS)
    pages = [key for key in objects if key.startswith("landings/")]
    assert sorted(pages) == sorted(
        [f"landings/{UPLOAD}/0000000{n}.json" for n in (1, 2)] + [f"landings/{OTHER}/00000001.json"]
    )
    # The other upload's data was written once: a table each.
    assert len([key for key in objects if key.startswith(f"landing/{OTHER}/")]) == 2


def test_a_driver_that_is_refused_at_every_attempt_ends_and_says_why(
    stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "ATTEMPTS", 3)
    objects: dict[str, bytes] = {}
    driver = Driver(objects, stream)
    before, left = driver.s3.before, [0, 2, 3]

    def interrupt(operation: str, key: str) -> None:
        if operation == "PutObject" and key.startswith(f"landings/{UPLOAD}/") and left:
            at = left.pop(0)
            Driver(objects, stream).land([slice(at, at + 1)])
        before(operation, key)

    driver.s3.before = interrupt
    with pytest.raises(LedgerContended, match=rf"1 uploads \({UPLOAD} the first\) at each of 3 attempts at batch 0"):
        driver.land([ALL])

    assert_landed_once(objects, {OTHER: 2})
    driver.s3.before = before
    driver.land([ALL])
    assert_landed_once(objects, RECORDS)
