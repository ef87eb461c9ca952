"""Forged traces: each is a good one with a small change, and is refused by the rule that it is for."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from traces.checker import check
from traces.rules import RULES
from traces.story import GRACE, MINUTE, NOTICE, Story, claim_of, upload_of
from traces.test_checker import a_merge, a_replacement, an_upload, merged_ones_that_go, several_batches, sweeps

TWO_DAYS = ("2026-01-05", "2026-01-06")
Line = dict[str, Any]
TABLE = '"key": "measurements/'


@dataclass(frozen=True)
class Forged:
    rule: str
    what: str
    tell: Callable[[], Story]


FORGED: list[Forged] = []


def forged(rule: str, what: str) -> Callable[[Callable[[], Story]], Callable[[], Story]]:
    """Decorator: a story that the rule has to refuse."""

    def add(tell: Callable[[], Story]) -> Callable[[], Story]:
        FORGED.append(Forged(rule, what, tell))
        return tell

    return add


def found(story: Story, kind: str, part: str = "") -> Iterator[Line]:
    return (line for line in story.lines if line["kind"] == kind and part in json.dumps(line))


def nth(story: Story, kind: str, part: str = "", number: int = 0) -> Line:
    return list(found(story, kind, part))[number]


def dropped(story: Story, line: Line) -> Story:
    story.lines.remove(line)
    return story


def moved_before(story: Story, line: Line, other: Line) -> Story:
    story.lines.remove(line)
    story.lines.insert(story.lines.index(other), line)
    return story


def doubled(story: Story, line: Line, **changes: Any) -> Story:
    story.lines.insert(story.lines.index(line) + 1, {**line, **changes})
    return story


def rewritten(line: Line, change: Callable[[Any], None]) -> None:
    """Change a body of JSON lines, or of one."""
    parts = [json.loads(text) for text in line["body"].splitlines()]
    for part in parts:
        change(part)
    line["body"] = "".join(json.dumps(part) + "\n" for part in parts)


def flip_of(story: Story, name: str) -> Line:
    lines = found(story, "put", "visible_from")
    return next(line for line in lines if json.loads(line["body"].splitlines()[0])["upload_id"] == upload_of(name))


# Who


@forged("writer", "the job makes an upload visible")
def _() -> Story:
    story = an_upload()
    flip_of(story, "a1")["by"] = "jr_1"
    return story


@forged("writer", "a seal deletes what was replaced")
def _() -> Story:
    story = sweeps()
    nth(story, "delete", "measurements/")["by"] = "cellflow-seal-upload.1"
    return story


# Claims


@forged("claim-conditional", "a claim is moved without a condition")
def _() -> Story:
    story = a_replacement()
    nth(story, "put", "claims/", 1)["condition"] = None
    return story


@forged("claim-forward", "an older version takes the claim")
def _() -> Story:
    story = a_replacement()
    rewritten(nth(story, "put", "claims/", 1), lambda body: body.update(sequencer="0000"))
    return story


@forged("claim-forward", "a version takes the claim again")
def _() -> Story:
    story = a_replacement()
    story.claim("a1")
    return story


@forged("claim-forward", "a withdrawal is undone")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.withdraw("a1")
    known = story.claims["a"]
    key, etag = nth(story, "put", "claims/")["key"], story.lines[known["line"]]["etag"]
    story.put("cellflow-plan-upload.1", key, {**known["body"], "withdrawn": False}, etag)
    return story


@forged("claim-generation", "two versions have one generation")
def _() -> Story:
    story = a_replacement()
    rewritten(nth(story, "put", "claims/", 1), lambda body: body.update(generation=1))
    return story


# Landing and the ledger


@forged("landing-once", "a second attempt writes under the first one's names")
def _() -> Story:
    story = an_upload()
    return doubled(story, nth(story, "put", "landing/"), etag="other")


@forged("ledger-conditional", "a page is written whatever is there")
def _() -> Story:
    story = several_batches()
    nth(story, "put", "landings/", 1)["condition"] = None
    return story


@forged("ledger-number", "a page of the ledger is left out")
def _() -> Story:
    story = several_batches()
    return dropped(story, nth(story, "put", '"key": "landings/', 1))


@forged("ledger-number", "a second driver writes a number again")
def _() -> Story:
    story = several_batches()
    page = nth(story, "put", '"key": "landings/', 2)
    return doubled(story, page, body=page["body"].replace("[[2, 2]]", "[[3, 3]]"), etag="other")


@forged("ledger-record-once", "two drivers land one record")
def _() -> Story:
    story = several_batches()
    rewritten(nth(story, "put", '"key": "landings/', 2), lambda page: page.update(records={"0": [[1, 2]]}))
    return story


@forged("ledger-objects-first", "a page comes before its objects")
def _() -> Story:
    story = several_batches()
    page, written = nth(story, "put", '"key": "landings/'), nth(story, "put", '"key": "landing/')
    return moved_before(story, page, written)


@forged("ledger-objects-first", "an object has another size than its page says")
def _() -> Story:
    story = several_batches()
    nth(story, "put", '"key": "landing/')["size"] = 7
    return story


@forged("ledger-object-once", "two pages name one object")
def _() -> Story:
    story = several_batches()
    first = json.loads(nth(story, "put", '"key": "landings/', 0)["body"])
    rewritten(nth(story, "put", '"key": "landings/', 1), lambda page: page.update(objects=first["objects"]))
    return story


@forged("ledger-says", "a page counts other rows than its objects have")
def _() -> Story:
    story = several_batches()
    rewritten(nth(story, "put", '"key": "landings/'), lambda page: page.update(rows=9))
    return story


# The log of visibility


@forged("log-conditional", "an entry is written whatever is there")
def _() -> Story:
    story = an_upload()
    flip_of(story, "a1")["condition"] = None
    return story


@forged("log-number", "an entry is written twice")
def _() -> Story:
    story = an_upload()
    return doubled(story, nth(story, "put", '"key": "visibility/'))


@forged("log-number", "the numbers of a claim begin anew after all of it was deleted")
def _() -> Story:
    story = Story()
    story.invoke_sweep()
    story.publish("a1")
    story.withdraw("a1")
    story.summarise()
    story.pass_time(GRACE)
    story.sweep_objects("a1")
    entries = story.entries()
    story.summarise(swept=["a1"])
    story.delete(entries)
    story.last.clear()
    story.log.clear()
    story.claim("a2")
    story.land("a2")
    story.enlist("a2")
    return story


@forged("log-lines", "an entry makes two uploads visible")
def _() -> Story:
    story = a_replacement()

    def both(line: Line) -> None:
        line["visible_from"] = line.pop("visible_until", None) or line["visible_from"]

    rewritten(flip_of(story, "a2"), both)
    return story


@forged("log-claim", "an entry is about an upload of another key")
def _() -> Story:
    story = an_upload()
    rewritten(nth(story, "put", '"key": "visibility/'), lambda line: line.update(upload_id=upload_of("b1")))
    return story


@forged("log-claim", "an entry says another generation than the claim")
def _() -> Story:
    story = an_upload()
    rewritten(nth(story, "put", '"key": "visibility/'), lambda line: line.update(generation=2))
    return story


@forged("enlist-once", "an upload is enlisted again")
def _() -> Story:
    story = an_upload()
    story.enlist("a1")
    return story


@forged("enlist-order", "the claim is read before the log: an overtaken one is enlisted")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.publish("a2")
    story.enlist("a1")
    return story


@forged("flip-enlisted", "an upload is made visible that was not enlisted")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.log[claim_of("a1")] = {}
    story.flip("a1")
    return story


@forged("flip-retired", "a withdrawn upload becomes visible")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1")
    story.catalogue("a1")
    story.withdraw("a1")
    story.flip("a1")
    return story


@forged("flip-once", "a retried function makes visible again, at another moment")
def _() -> Story:
    story = an_upload()
    story.flip("a1")
    return story


@forged("flip-put", "an object is not put")
def _() -> Story:
    story = an_upload()
    return dropped(story, nth(story, "put", TABLE))


@forged("flip-put", "the last object comes after the flip")
def _() -> Story:
    story = an_upload()
    return moved_before(story, flip_of(story, "a1"), nth(story, "put", TABLE, 1))


@forged("flip-put", "an object of the upload was deleted")
def _() -> Story:
    story = an_upload()
    put = nth(story, "put", TABLE)
    deletion = {**put, "kind": "delete", "by": "tester", "keys": [put["key"]]}
    story.lines.insert(story.lines.index(flip_of(story, "a1")), deletion)
    return story


@forged("flip-catalogued", "a day is not catalogued")
def _() -> Story:
    story = a_replacement()
    return dropped(story, nth(story, "partitions", "2026-01-06"))


@forged("flip-catalogued", "the flip comes before the crawl")
def _() -> Story:
    story = an_upload()
    return moved_before(story, flip_of(story, "a1"), nth(story, "partitions"))


@forged("flip-hides-older", "the old version stays")
def _() -> Story:
    story = a_replacement()
    flip = flip_of(story, "a2")
    flip["body"] = flip["body"].splitlines()[0] + "\n"
    return story


@forged("flip-hides-older", "the old version is hidden by an entry of its own")
def _() -> Story:
    story = a_replacement()
    flip = flip_of(story, "a2")
    first, second = flip["body"].splitlines()
    number = int(flip["key"][-13:-5])
    flip["body"] = first + "\n"
    return doubled(story, flip, key=f"{flip['key'][:-13]}{number + 1:08d}.json", body=second + "\n")


@forged("flip-hides-older", "the old version ends at another moment")
def _() -> Story:
    story = a_replacement()

    def later(line: Line) -> None:
        if "visible_until" in line:
            line["visible_until"] += 1

    rewritten(flip_of(story, "a2"), later)
    return story


@forged("flip-hides-older", "an older one that was only enlisted is left")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.publish("a2")
    flip = flip_of(story, "a2")
    flip["body"] = flip["body"].splitlines()[0] + "\n"
    return story


@forged("flip-only-older", "an overtaken one that comes late hides the newer one")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1")
    story.catalogue("a1")
    story.claim("a2")
    story.land("a2")
    story.enlist("a2")
    moment = story.time + NOTICE
    lines = [story.line("a1", visible_from=moment), story.line("a2", visible_until=moment)]
    story.enter("cellflow-make-upload-visible.1", "a1", lines)
    return story


@forged("retire-once", "a withdrawal is told twice")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.withdraw("a1")
    story.hide("a1")
    return story


@forged("hide-claim-first", "a withdrawal hides before it marks the claim")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.hide("a1")
    return story


@forged("moment-ahead", "a flip is late: its moment has passed")
def _() -> Story:
    story = a_replacement()
    flip_of(story, "a2")["at"] += NOTICE
    return story


@forged("moment-ahead", "a withdrawal hides at once")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.withdraw("a1")
    rewritten(
        nth(story, "put", "visible_until"), lambda line: line.update(visible_until=line["visible_until"] - NOTICE)
    )
    return story


@forged("moment-latest", "a clock that is behind: a later change names an earlier moment")
def _() -> Story:
    story = a_replacement()
    first = json.loads(flip_of(story, "a1")["body"])["visible_from"]

    def earlier(line: Line) -> None:
        line.update({name: first for name in ("visible_from", "visible_until") if name in line})

    flip = flip_of(story, "a2")
    rewritten(flip, earlier)
    flip["at"] = first - 1
    return story


# Sealing


@forged("sealed-enlisted", "a seal writes down what it will put before it enlists")
def _() -> Story:
    story = an_upload()
    sealed, entry = nth(story, "put", '"key": "sealed/'), nth(story, "put", '"key": "visibility/')
    return moved_before(story, sealed, entry)


@forged("sealed-same", "a second seal writes down fewer objects")
def _() -> Story:
    story = an_upload()
    sealed = nth(story, "put", '"key": "sealed/')
    body = json.loads(sealed["body"])
    return doubled(story, sealed, body=json.dumps({**body, "objects": body["objects"][1:]}), etag="other")


@forged("sealed-says", "what is written down lacks a day of the ledger")
def _() -> Story:
    story = an_upload()
    rewritten(nth(story, "put", '"key": "sealed/'), lambda body: body["objects"].pop())
    return story


@forged("table-enlisted", "an object comes before the upload is enlisted")
def _() -> Story:
    story = an_upload()
    return moved_before(story, nth(story, "put", TABLE), nth(story, "put", '"key": "visibility/'))


@forged("table-declared", "an object comes before what is written down")
def _() -> Story:
    story = an_upload()
    return moved_before(story, nth(story, "put", TABLE), nth(story, "put", '"key": "sealed/'))


@forged("table-declared", "an object that is not written down")
def _() -> Story:
    story = an_upload()
    story.put("cellflow-seal-upload.1", f"measurements/day=2026-01-05/{upload_of('a1')}-9.parquet", size=3)
    return story


@forged("table-says", "an object lacks rows of a file")
def _() -> Story:
    story = an_upload()
    nth(story, "put", TABLE)["size"] -= 1
    return story


@forged("table-same", "a second seal puts other bytes")
def _() -> Story:
    story = an_upload()
    return doubled(story, nth(story, "put", TABLE), etag="other")


@forged("table-late", "a seal that outlived its function puts an object")
def _() -> Story:
    story = a_replacement()
    story.pass_time(16 * MINUTE)
    story.fill("a1", only=1)
    return story


# Merging


def shared(story: Story, number: int = 0) -> Line:
    """An object that uploads share."""
    return [line for line in found(story, "put") if "/merged-" in line["key"]][number]


def moves(story: Story) -> list[Line]:
    """The entries by which uploads move to their copies."""
    return [line for line in found(story, "put", "cellflow-merge-days") if line["key"].startswith("visibility/")]


def record_of(story: Story, state: str) -> Line:
    return next(line for line in found(story, "put", "merges/") if json.loads(line["body"]).get("state") == state)


def an_open_merge() -> Story:
    story = Story()
    story.publish("a1")
    story.publish("b1")
    story.begin_merge("a1", "b1")
    return story


@forged("merge-conditional", "a merge is written whatever is there")
def _() -> Story:
    story = a_merge()
    record_of(story, "open")["condition"] = None
    return story


@forged("merge-conditional", "a merge moves on from what it is no more")
def _() -> Story:
    story = a_merge()
    record_of(story, "done")["condition"] = "other"
    return story


@forged("merge-number", "a number is left out")
def _() -> Story:
    story = an_open_merge()
    record_of(story, "open")["key"] = "merges/00000002.json"
    return story


@forged("merge-forward", "a number is given again")
def _() -> Story:
    story = merged_ones_that_go()
    record = {**story.merges[1][0], "n": 2, "state": "open"}
    story.record("cellflow-merge-days.1", record)
    return story


@forged("merge-serial", "a merge begins beside one that is open")
def _() -> Story:
    story = an_open_merge()
    story.publish("c1")
    story.begin_merge("c1")
    return story


@forged("merge-says", "a merge names what was never visible")
def _() -> Story:
    story = Story()
    story.claim("a1")
    story.land("a1")
    story.enlist("a1")
    story.declare("a1")
    story.fill("a1")
    story.begin_merge("a1")
    return story


@forged("merge-says", "a merge names an upload twice")
def _() -> Story:
    story = an_open_merge()
    rewritten(record_of(story, "open"), lambda body: body["members"].append(body["members"][0]))
    return story


@forged("merge-says", "a copy bears the number of another merge")
def _() -> Story:
    story = an_open_merge()
    rewritten(record_of(story, "open"), lambda body: body["members"][0].update(to=f"{upload_of('a1')}-2"))
    return story


@forged("merge-says", "a merge takes an upload for one of another claim")
def _() -> Story:
    story = an_open_merge()
    rewritten(record_of(story, "open"), lambda body: body["members"][0].update(claim=body["members"][1]["claim"]))
    return story


@forged("merge-says", "a merge counts on fewer rows than an upload has")
def _() -> Story:
    story = an_open_merge()
    rewritten(record_of(story, "open"), lambda body: body["members"][0]["rows"].update(measurements=9))
    return story


@forged("merge-says", "a merge has no object for a day of an upload")
def _() -> Story:
    story = an_open_merge()
    rewritten(record_of(story, "open"), lambda body: body["objects"].pop())
    return story


@forged("merge-says", "a merge is to write an object of another merge")
def _() -> Story:
    story = an_open_merge()

    def other(body: Line) -> None:
        body["objects"][0]["key"] = body["objects"][0]["key"].replace("00000001", "00000002")

    rewritten(record_of(story, "open"), other)
    return story


@forged("merge-forward", "a merge that is done has lost a member")
def _() -> Story:
    story = a_merge()
    rewritten(record_of(story, "done"), lambda body: body["members"].pop())
    return story


@forged("merge-forward", "a merge is gone before it is done")
def _() -> Story:
    story = an_open_merge()
    story.record("cellflow-sweep-lake.1", {"n": 1, "state": "gone", "members": [], "objects": []})
    return story


@forged("writer", "a merge says itself that it is gone")
def _() -> Story:
    story = merged_ones_that_go()
    record_of(story, "gone")["by"] = "cellflow-merge-days.1"
    return story


@forged("merge-moved", "a merge is done before its last member is moved")
def _() -> Story:
    story = a_merge()
    return moved_before(story, record_of(story, "done"), moves(story)[-1])


@forged("merged-once", "an object that uploads share is written whatever is there")
def _() -> Story:
    story = a_merge()
    shared(story)["condition"] = None
    return story


@forged("merged-once", "an object that uploads share is put again")
def _() -> Story:
    story = a_merge()
    return doubled(story, shared(story))


@forged("merged-declared", "an object comes before the record of its merge")
def _() -> Story:
    story = a_merge()
    return moved_before(story, shared(story), record_of(story, "open"))


@forged("merged-declared", "an object comes after its merge was done")
def _() -> Story:
    story = merged_ones_that_go()
    story.put("cellflow-merge-days.2", "measurements/day=2026-01-06/merged-00000001.parquet", "", "absent", 500)
    return story


@forged("writer", "a seal writes an object that uploads share")
def _() -> Story:
    story = a_merge()
    shared(story)["by"] = "cellflow-seal-upload.1"
    return story


@forged("writer", "a seal moves an upload to its copy")
def _() -> Story:
    story = a_merge()
    moves(story)[0]["by"] = "cellflow-seal-upload.1"
    return story


@forged("writer", "a merge hides an upload")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.withdraw("a1")
    nth(story, "put", "visible_until")["by"] = "cellflow-merge-days.1"
    return story


@forged("copy-declared", "a copy comes of what the merge does not name")
def _() -> Story:
    story = Story()
    story.publish("a1")
    story.publish("b1")
    story.begin_merge("a1")
    story.write_merged(1)
    story.move("b1", 1)
    return story


@forged("copy-one-entry", "a copy comes and its source goes by two entries")
def _() -> Story:
    story = a_merge()
    move = moves(story)[0]
    first, second = move["body"].splitlines()
    move["body"] = first + "\n"
    key = f"{move['key'][:-13]}{int(move['key'][-13:-5]) + 1:08d}.json"
    return doubled(story, move, key=key, body=second + "\n")


@forged("copy-one-entry", "a copy comes before its source goes")
def _() -> Story:
    story = a_merge()

    def later(line: Line) -> None:
        if "visible_until" in line:
            line["visible_until"] += 1

    rewritten(moves(story)[0], later)
    return story


@forged("copy-one-entry", "a copy comes in the place of another upload")
def _() -> Story:
    story = a_merge()

    def other(line: Line) -> None:
        if "visible_until" in line:
            line["upload_id"] = upload_of("b1")

    rewritten(moves(story)[0], other)
    return story


@forged("copy-put", "an upload is moved before the last object is there")
def _() -> Story:
    story = a_merge()
    return moved_before(story, moves(story)[0], shared(story, 1))


@forged("copy-retired", "a copy comes of what was withdrawn meanwhile")
def _() -> Story:
    story = an_open_merge()
    story.write_merged(1)
    story.withdraw("a1")
    moment = story.time + NOTICE
    copy = {**story.line("a1", visible_from=moment), "upload_id": f"{upload_of('a1')}-1"}
    story.enter("cellflow-merge-days.1", "a1", [copy, story.line("a1", visible_until=moment)])
    return story


@forged("copy-retired", "a copy is given up though its source is seen")
def _() -> Story:
    story = an_open_merge()
    story.write_merged(1)
    copy = {**story.line("a1", visible_until=story.time), "upload_id": f"{upload_of('a1')}-1"}
    story.enter("cellflow-merge-days.1", "a1", [copy])
    return story


@forged("flip-hides-older", "a newer version leaves the copy of the older one")
def _() -> Story:
    story = a_merge()
    story.publish("a2")
    flip = flip_of(story, "a2")
    flip["body"] = flip["body"].splitlines()[0] + "\n"
    return story


@forged("hide-copies", "a withdrawal leaves the copy")
def _() -> Story:
    story = an_open_merge()
    story.write_merged(1)
    story.move("a1", 1)
    story.pass_time(NOTICE)
    story.log[claim_of("a1")].pop(f"{upload_of('a1')}-1")
    story.withdraw("a1")
    return story


@forged("hide-claim-first", "a merged upload is hidden before its claim is marked")
def _() -> Story:
    story = a_merge()
    story.hide("a1")
    return story


@forged("flip-put", "a merged upload's newer version has nothing in the tables")
def _() -> Story:
    story = a_merge()
    story.publish("a2")
    for line in list(found(story, "put", f"/{upload_of('a2')}-0.parquet")):
        if "/day=" in line["key"]:
            story.lines.remove(line)
    return story


@forged("delete-retired", "shared objects go while one of the uploads is seen")
def _() -> Story:
    story = a_merge()
    story.withdraw("a1")
    story.pass_time(GRACE)
    story.sweep_merge(1)
    return story


@forged("delete-retired", "shared objects go as soon as nobody sees them")
def _() -> Story:
    story = a_merge()
    story.withdraw("a1")
    story.withdraw("b1")
    story.sweep_merge(1)
    return story


@forged("delete-retired", "shared objects go as soon as their merge is done, and somebody may be at it still")
def _() -> Story:
    story = an_open_merge()
    story.withdraw("a1")
    story.withdraw("b1")
    story.pass_time(GRACE)
    story.write_merged(1)
    story.move("a1", 1)
    story.move("b1", 1)
    for copy in ("a1", "b1"):
        entry = next(line for line in moves(story) if upload_of(copy) in line["body"])
        rewritten(entry, lambda line: line.update(visible_until=line["visible_until"] - GRACE))
    story.close_merge(1)
    story.sweep_merge(1)
    return story


@forged("delete-retired", "what an upload was made of goes as soon as it is moved")
def _() -> Story:
    story = an_open_merge()
    story.write_merged(1)
    story.move("a1", 1)
    story.sweep_objects("a1")
    return story


@forged("delete-order", "a merge is gone before its objects are")
def _() -> Story:
    story = merged_ones_that_go()
    deletion = nth(story, "delete", "/merged-")
    deletion["keys"] = deletion["keys"][1:]
    return story


@forged("summary-swept", "a summary calls a copy swept whose objects are there")
def _() -> Story:
    story = a_merge()
    story.withdraw("a1")
    story.pass_time(GRACE)
    story.summarise(swept=["a1", "a1-1"])
    return story


@forged("summary-says", "a summary leaves out a copy that is seen")
def _() -> Story:
    story = a_merge()
    story.summarise(without=["a1-1"])
    return story


@forged("kept", "the record of a merge is deleted")
def _() -> Story:
    story = merged_ones_that_go()
    story.delete(["merges/00000001.json"])
    return story


@forged("reader-whole", "a query that does not list what uploads share")
def _() -> Story:
    story = a_merge()
    story.delete([key for key in story.within("measurements/") if "merged" in key])
    story.query()
    return story


# Sweeping


@forged("delete-retired", "a visible upload is deleted")
def _() -> Story:
    story = an_upload()
    story.delete(story.within("measurements/")[:1])
    return story


@forged("delete-retired", "what was replaced is deleted at once")
def _() -> Story:
    story = a_replacement()
    story.sweep_objects("a1")
    return story


@forged("delete-order", "what names the objects goes before the last of them")
def _() -> Story:
    story = sweeps()
    deletion = nth(story, "delete", "measurements/")
    deletion["keys"] = deletion["keys"][1:]
    return story


@forged("log-covered", "entries go as soon as they are summed up")
def _() -> Story:
    story = a_replacement()
    story.summarise()
    story.delete(story.entries())
    return story


@forged("log-covered", "an entry goes that came after the summary")
def _() -> Story:
    story = an_upload()
    story.summarise()
    story.publish("a2")
    story.pass_time(GRACE)
    story.delete(story.entries())
    return story


@forged("log-covered", "the summary before goes as the next one comes")
def _() -> Story:
    story = sweeps()
    deletion = nth(story, "delete", "summary-c-00000001")
    deletion["keys"] = ["visibility/summary-c-00000002.json"]
    return story


@forged("summary-number", "two sweeps write a summary")
def _() -> Story:
    story = sweeps()
    return doubled(story, nth(story, "put", "summary-c"))


@forged("summary-says", "a summary leaves a key out whose entries are gone")
def _() -> Story:
    story = sweeps()
    line = nth(story, "put", "summary-c-00000003")
    line["body"] = "".join(text + "\n" for text in line["body"].splitlines() if claim_of("b") not in text)
    return story


@forged("summary-says", "a summary forgets when an upload was hidden")
def _() -> Story:
    story = sweeps()
    rewritten(nth(story, "put", "summary-c"), lambda line: line.pop("visible_until", None))
    return story


@forged("summary-says", "a summary leaves out what an entry still names")
def _() -> Story:
    story = sweeps()
    line = nth(story, "put", "summary-c-00000002")
    line["body"] = "".join(text + "\n" for text in line["body"].splitlines() if upload_of("a1") not in text)
    return story


@forged("summary-swept", "a summary calls swept what is there")
def _() -> Story:
    story = a_replacement()
    story.summarise(swept=["a1"])
    return story


@forged("kept", "a page of the ledger is deleted")
def _() -> Story:
    story = an_upload()
    story.delete(story.within("landings/"))
    return story


# Readers


@forged("report-after", "a report is run before the moment of the flip")
def _() -> Story:
    story = an_upload()
    nth(story, "invoke")["at"] = flip_of(story, "a1")["at"] + 1
    return story


@forged("query-order", "a query lists after its end")
def _() -> Story:
    story = an_upload()
    listing, ended = nth(story, "list"), nth(story, "end")
    ended["read"] = []
    story.lines.remove(listing)
    story.lines.insert(story.lines.index(ended) + 1, listing)
    return story


@forged("query-order", "a query's clock is ahead")
def _() -> Story:
    story = an_upload()
    nth(story, "begin")["clock"] += MINUTE
    return story


@forged("reader-lists", "a listing lacks an entry of the log")
def _() -> Story:
    story = an_upload()
    nth(story, "list", '"visibility/"')["keys"].pop()
    return story


@forged("reader-asks", "one of two tables is read without the log")
def _() -> Story:
    story = an_upload()
    return dropped(story, nth(story, "list", '"visibility/"'))


@forged("reader-version", "a query with the clock of its first listing, not of its beginning")
def _() -> Story:
    story = an_upload()
    query = story.begin()
    story.publish("a2")
    nth(story, "begin", query)["clock"] = story.time
    # What it would see is what began then would see; but it claims to have seen the old one.
    entries = [key for key in story.entries() if key != flip_of(story, "a2")["key"]]
    story.read(query=query)
    for listing in found(story, "list", query):
        if listing["folder"] == "visibility/":
            listing["keys"] = entries
    return story


@forged("reader-one-version", "a flip in two writes, and a query between them")
def _() -> Story:
    story = a_replacement()
    flip = flip_of(story, "a2")
    first, second = flip["body"].splitlines()
    flip["body"] = first + "\n"
    number = int(flip["key"][-13:-5])
    key = f"{flip['key'][:-13]}{number + 1:08d}.json"
    story.put("cellflow-make-upload-visible.1", key, second + "\n", "absent")
    return story


@forged("reader-whole", "a query that lists while objects are deleted too early")
def _() -> Story:
    story = an_upload()
    story.delete(story.within("measurements/")[:1])
    story.query()
    return story


@forged("reader-catalogued", "a query whose table lost a day")
def _() -> Story:
    story = an_upload()
    story.days["measurements"].remove("2026-01-06")
    story.query()
    return story


@forged("reader-missing", "a query leaves out what it did not find")
def _() -> Story:
    story = an_upload()
    ended = nth(story, "end")
    ended["missing"] = ended["read"][:1]
    return story


@forged("reader-read", "a query reads what came after its listing")
def _() -> Story:
    story = an_upload()
    nth(story, "end")["read"].append("measurements/day=2026-01-05/other-0.parquet")
    return story


@pytest.mark.parametrize("trace", FORGED, ids=lambda forged: f"{forged.rule}: {forged.what}")
def test_a_forged_trace_is_refused(trace: Forged) -> None:
    refusals = check(trace.tell().events())
    assert trace.rule in {refusal.rule for refusal in refusals}, [str(refusal) for refusal in refusals]
    # By the event itself, not by what follows of it only.
    first = [refusal for refusal in refusals if refusal.event == refusals[0].event]
    assert trace.rule in {refusal.rule for refusal in first} or trace.rule.startswith("reader-"), str(refusals[0])


def test_the_readme_says_the_rules() -> None:
    text = (Path(__file__).parent / "README.md").read_text()
    told = dict(re.findall(r"^\| `([a-z]+(?:-[a-z]+)*)` \| (.*) \|$", text, re.MULTILINE))
    assert {rule: told.get(rule) for rule in RULES} == RULES


def test_each_rule_has_a_forged_trace() -> None:
    assert RULES.keys() - {trace.rule for trace in FORGED} == set()
