"""Good traces are accepted; of each, an event that is left out is missed, but for those that may not have been."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from traces.checker import check
from traces.events import Answer, Delete, End, Event, Invoke, Listing, Put, read_events
from traces.story import GRACE, NOTICE, Story

TWO_DAYS = ("2026-01-05", "2026-01-06")


def an_upload() -> Story:
    story = Story()
    story.publish("a1", TWO_DAYS)
    story.report("a1")
    story.query()
    story.query(("2026-01-05",))
    return story


def a_replacement() -> Story:
    story = Story()
    story.publish("a1")
    story.query()
    story.publish("a2", TWO_DAYS)
    story.query()
    return story


def a_query_that_waits_through_a_replacement() -> Story:
    story = Story()
    story.publish("a1")
    query = story.begin()
    story.publish("a2")
    story.read(query=query)
    story.query()
    return story


def several_batches() -> Story:
    story = Story()
    story.claim("a1")
    for record in range(3):
        story.land("a1", record)
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1")
    story.catalogue("a1")
    story.flip("a1")
    story.query()
    return story


def a_bad_version_between() -> Story:
    story = Story()
    story.publish("a1")
    story.claim("a2")
    story.publish("a3")
    story.query()
    return story


def an_overtaken_one() -> Story:
    story = Story()
    story.publish("a1")
    story.claim("a2")
    story.land("a2")
    story.enlist("a2")
    story.declare("a2")
    story.fill("a2", only=1)
    story.claim("a3")
    story.retire("a2")
    story.land("a3")
    story.enlist("a3")
    story.declare("a3")
    story.fill("a3")
    story.flip("a3")
    story.query()
    return story


def one_overtaken_that_nobody_retired() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1")
    story.publish("a2")
    story.query()
    return story


def a_withdrawal() -> Story:
    story = Story()
    story.publish("a1")
    story.publish("b1")
    story.query()
    story.withdraw("a1")
    story.query()
    story.publish("a2")
    story.query()
    return story


def a_withdrawal_while_it_is_copied() -> Story:
    story = Story()
    story.publish("b1")
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1", only=1)
    story.withdraw("a1")
    story.fill("a1")
    story.query()
    return story


def a_tombstone_of_what_never_was() -> Story:
    story = Story()
    story.claim("a1")
    story.withdraw("a1")
    return story


def a_killed_seal() -> Story:
    """Both attempts enlist, write and copy; what was refused is looked into."""
    story = Story()
    story.claim("a1", TWO_DAYS)
    story.land("a1")
    story.enlist("a1")
    story.refused("cellflow-seal-upload.2", story.entries()[-1])
    story.declare("a1")
    story.fill("a1", only=2)
    story.declare("a1")
    story.fill("a1")
    story.catalogue("a1")
    story.flip("a1")
    story.refused("cellflow-make-upload-visible.2", story.entries()[-1])
    story.query()
    return story


def sweeps() -> Story:
    """What was replaced goes, the log is summed up, and what the summary covers goes."""
    story = Story()
    story.invoke_sweep()
    story.publish("a1")
    story.publish("a2")
    story.publish("b1")
    story.summarise()
    story.query()
    story.pass_time(GRACE)
    story.sweep_objects("a1")
    covered = story.entries()
    story.publish("b2")
    story.summarise(swept=["a1"])
    story.delete(covered)
    story.query()
    story.pass_time(GRACE)
    story.sweep_objects("b1")
    story.summarise(without=["a1"], swept=["b1"])
    story.delete(["visibility/summary-c-00000001.json", *story.entries()])
    story.query()
    story.publish("a3")
    story.query()
    return story


def a_merge() -> Story:
    """Two uploads of a day come to share objects; their own go."""
    story = Story()
    story.publish("a1")
    story.publish("b1")
    story.merge("a1", "b1")
    story.query()
    story.pass_time(GRACE)
    story.sweep_objects("a1")
    story.sweep_objects("b1")
    story.query()
    return story


def a_merge_of_some_days() -> Story:
    story = Story()
    story.publish("a1", TWO_DAYS)
    story.publish("b1")
    story.merge("a1", "b1")
    story.query(("2026-01-06",))
    story.query()
    return story


def a_query_that_waits_through_a_merge() -> Story:
    story = Story()
    story.publish("a1")
    story.publish("b1")
    query = story.begin()
    story.merge("a1", "b1")
    story.read(query=query)
    story.query()
    return story


def a_killed_merge() -> Story:
    """Another goes on with it; what was refused is looked into. One of its members is replaced before it is moved."""
    story = Story()
    for name in ("a1", "b1", "c1"):
        story.publish(name)
    number = story.begin_merge("a1", "b1", "c1")
    merged = story.merges[number][0]["objects"][0]["key"]
    story.put("cellflow-merge-days.1", merged, condition="absent", size=500)
    story.refused("cellflow-merge-days.2", merged)
    story.put("cellflow-merge-days.2", story.merges[number][0]["objects"][1]["key"], condition="absent", size=500)
    story.move("a1", number)
    story.publish("b2")
    story.move("b1", number)
    story.refused("cellflow-merge-days.1", story.entries()[-1])
    story.move("c1", number)
    story.close_merge(number)
    story.pass_time(NOTICE)
    story.query()
    story.merge("a1", "c1")
    story.query()
    return story


def merged_ones_that_go() -> Story:
    """A merged upload is withdrawn, another replaced; the one that is left is moved on, then what they shared goes."""
    story = Story()
    for name in ("a1", "b1", "c1"):
        story.publish(name)
    first = story.merge("a1", "b1", "c1")
    story.withdraw("a1")
    story.publish("b2")
    story.query()
    second = story.merge("c1")
    story.query()
    story.pass_time(GRACE)
    for name in ("a1", "b1", "c1"):
        story.sweep_objects(name)
    story.sweep_merge(first)
    dead = ("a1", "a1-1", "b1", "b1-1", "c1", "c1-1")
    story.summarise(swept=dead)
    story.query()
    story.withdraw("c1")
    story.merge("b2")
    story.pass_time(GRACE)
    story.sweep_objects("b2")
    story.sweep_merge(second)
    story.summarise(swept=(*dead, "b2", "c1-2"))
    story.query()
    return story


def a_failed_query() -> Story:
    """It met what was deleted since it had listed it, failed, and is asked again."""
    story = Story()
    story.publish("a1")
    query = story.begin()
    story.read(query=query)
    story.lines[-1].update(state="FAILED", missing=[story.within("measurements/")[0]])
    story.query()
    return story


def a_test_that_sweeps_by_itself() -> Story:
    """It cannot wait for hours, and says so."""
    story = Story()
    story.publish("a1")
    story.publish("a2")
    story.note("given", grace=10_000)
    story.pass_time(10_000)
    story.sweep_objects("a1")
    story.query()
    return story


def what_a_test_did_itself() -> Story:
    """A test takes an object away and puts it back, as no part of Cellflow may."""
    story = Story()
    story.publish("a1")
    table = story.within("measurements/")[0]
    story.delete([table])
    story.lines[-1]["by"] = "tester"
    story.put("tester", table, size=100)
    story.query()
    return story


GOOD: list[Callable[[], Story]] = [
    an_upload,
    a_replacement,
    a_query_that_waits_through_a_replacement,
    several_batches,
    a_bad_version_between,
    an_overtaken_one,
    one_overtaken_that_nobody_retired,
    a_withdrawal,
    a_withdrawal_while_it_is_copied,
    a_tombstone_of_what_never_was,
    a_killed_seal,
    sweeps,
    a_merge,
    a_merge_of_some_days,
    a_query_that_waits_through_a_merge,
    a_killed_merge,
    merged_ones_that_go,
    a_failed_query,
    a_test_that_sweeps_by_itself,
    what_a_test_did_itself,
]


def harmless(event: Event, others: list[Event]) -> str | None:
    """Why a trace may well lack an event, if it may."""
    failed = {x.query for x in others if isinstance(x, End) and x.state != "SUCCEEDED"}
    match event:
        case Listing(query=query) if query in failed:
            return "a listing of a query that gave no answer"
        case Put(by="tester") | Delete(by="tester"):
            return "what a test did itself"
        case Put(status=status) if status >= 300:
            return "a write that was refused"
        case Put(key=key, etag=etag) if any(isinstance(x, Put) and (x.key, x.etag) == (key, etag) for x in others):
            return "a write of what is written at another time too"
        case Put() if not any(_needs(other) for other in others if other.n > event.n):
            return "a write after which nobody looked"
        case Put(key=key) if key.startswith("claims/") and not any(
            isinstance(x, Put) and x.key.startswith(("claims/", "visibility/")) and x.n > event.n for x in others
        ):
            return "a claim that nothing follows"
        case Put(key=key) if key.startswith("merges/") and not any(
            isinstance(x, Put) and x.key.startswith("merges/") and x.key >= key and x.n > event.n for x in others
        ):
            return "a step of a merge that nothing follows"
        case Put(key=key, body=body) if key.startswith("merges/") and json.loads(body)["state"] == "gone":
            return "the end of a merge, after which nobody asks for it"
        case Delete(keys=keys) if all(key.startswith("sealed/") for key in keys):
            return "a deletion of what no query lists"
        case Delete():
            return None if any(isinstance(x, End) and x.n > event.n for x in others) else "a deletion nobody looked for"
        case Invoke() | Answer():
            return "the call of a function"
        case End():
            return "a query whose end is not told"
    return None


def unmissed(events: list[Event]) -> list[str]:
    """Events without which a trace is accepted, though nothing says why it may lack them."""
    left = []
    for event in events:
        others = [other for other in events if other is not event]
        if not check(others) and harmless(event, others) is None:
            left.append(str(event))
    return left


def _needs(event: Event) -> bool:
    return isinstance(event, Put | End)


@pytest.mark.parametrize("tell", GOOD, ids=lambda tell: tell.__name__)
def test_a_good_trace_is_accepted(tell: Callable[[], Story]) -> None:
    assert [str(refusal) for refusal in check(tell().events())] == []


@pytest.mark.parametrize("tell", GOOD, ids=lambda tell: tell.__name__)
def test_an_event_that_is_left_out_is_missed(tell: Callable[[], Story]) -> None:
    assert unmissed(tell().events()) == []


def test_a_real_trace_is_accepted_and_misses_what_is_left_out() -> None:
    """Of eight uploads to the laptop edition, one of them a replacement; with a query or two of the reports of each."""
    with (Path(__file__).parent / "real.jsonl").open() as lines:
        events = read_events(lines)

    assert [str(refusal) for refusal in check(events)] == []
    assert len(events) > 140
    assert unmissed(events) == []
