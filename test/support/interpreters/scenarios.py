"""Executions of the upload's state machine, by what functions and services answer, state by state."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from support.interpreters.script import After, Fails, Script, turns

LAKE = "cellflow-lake-000000000000-eu-west-1"
UPLOAD = "0123456789abcdef"
CHUNK_LIST = {"bucket": LAKE, "key": f"runs/{UPLOAD}/chunks.json"}
CHUNKS = [{"index": index, "start": index * 100, "end": index * 100 + 100} for index in range(3)]
OBJECTS = {(LAKE, CHUNK_LIST["key"]): json.dumps(CHUNKS).encode()}

EVENT = {
    "version": "0",
    "id": "3f2b0f0e-0000-4000-8000-000000000001",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "000000000000",
    "region": "eu-west-1",
    "resources": ["arn:aws:s3:::cellflow-uploads-000000000000-eu-west-1"],
    "detail": {
        "bucket": {"name": "cellflow-uploads-000000000000-eu-west-1"},
        "object": {"key": 'a "drive" in Girona.csv', "size": 300, "version-id": "v1", "sequencer": "00A1"},
    },
}

PLANNED = {
    "outcome": "planned",
    "id": UPLOAD,
    "key": EVENT["detail"]["object"]["key"],
    "format": "cellflow",
    "size": 300,
    "chunks": len(CHUNKS),
    "exact": False,
    "chunkList": CHUNK_LIST,
    "names": ["São Martinho", "l'Hospitalet"],
}
TOTALS = {"rows": 300, "valid": 297, "rejected": 3, "records": 3, "days": ["2026-01-01", "2026-01-02"]}
WAITING = {"status": "waiting", "rows": 0, "records": 0, "wait": 2, "polls": 1}
LANDED = {**WAITING, "status": "landed", "rows": 297, "records": 3, "polls": 2}
LOOKED = {"missing": 0, "crawls": 0, "next": "done", "wait": 1, "polls": 0}
CRAWLER = {"Crawler": {"Name": "cellflow-lake", "State": "READY", "LastCrawl": {"Status": "SUCCEEDED"}}}
REPORTS = [{"name": "weak-spots", "deployed": True}, {"name": "by hand", "deployed": False, "query": "q1"}]


def report(payload: Any, _before: int) -> Any:
    name = payload["report"]["name"]
    return {"name": name, "file": f"{name}.csv", "status": "done", "rows": len(name), "seconds": 0.5}


LEADS = {
    "role": "lead",
    "number": 7,
    "key": f"reporting/rounds/00000007-{UPLOAD}.json",
    "id": UPLOAD,
    "uploads": 1,
}
OTHER = "arn:aws:states:eu-west-1:000000000000:execution:cellflow-upload:another"
MAIL = {"subject": "Cellflow", "message": "Three links\nand a line", "page": "a/index.html", "send": True}


# A file that has nothing wrong. What the machine leaves out of the state is such that it would be seen there.
GOOD: Script = {
    "Plan upload": PLANNED,
    "Validate chunk": {"of no concern": "validated"},
    "Judge upload": TOTALS,
    "Publish chunk": {"of no concern": "published"},
    "Ensure streaming job": turns({"running": False, "state": "STOPPING"}, {"running": True, "state": "RUNNING"}),
    "Await landing": turns(WAITING, LANDED),
    "Seal upload": {"objects": 4, "rows": 297},
    "Catalogue new partitions": LOOKED,
    "Make upload visible": {"from": "2026-01-03T00:00:00.000Z", "replaced": []},
    "Join reporting": LEADS,
    "List saved reports": REPORTS,
    "Run report": report,
    "Export workbook": {"workbook": f"{UPLOAD}/reports.xlsx"},
    "Export map": {"map": f"{UPLOAD}/signal-map.geojson"},
    "Build report page": MAIL,
    "E-mail report links": {"outcome": "sent"},
}

NEEDS_CRAWL = {**LOOKED, "missing": 1, "next": "crawl", "wait": 3}
OVERTAKEN = Fails("Superseded", 'upload 0123456789abcdef was overtaken by "v2" of the same key')
CUT = Fails("CutInsideQuotes", "chunk 2 begins in a field")
DATES = Fails("DatesReadOtherwise", "all rows tell the month first")
BUSY = Fails("TransientFault", "S3 is busy: SlowDown")
TAKEN_OVER = Fails("RoundOvertaken", "The round 7 was taken over by another execution.")


@dataclass(frozen=True)
class Scenario:
    """An execution: what is answered otherwise than for a good file, how it ends, and states that it has to pass.

    `on_moto` is the other end that it has there, where moto is known to be at fault. `stopped` are branches that the
    failure of another one stops: they were begun, and whether they come to their ends before is a matter of moments.
    """

    name: str
    ends: str
    otherwise: Script = field(default_factory=dict)
    passes: tuple[str, ...] = ()
    error: str | None = None
    objects: dict[tuple[str, str], bytes] = field(default_factory=lambda: OBJECTS)
    on_moto: str | None = None
    stopped: tuple[str, ...] = ()

    @property
    def script(self) -> Script:
        return {**GOOD, **self.otherwise}


def failed(name: str, error: str, otherwise: Script, *passes: str, **fields: Any) -> Scenario:
    return Scenario(name, "FAILED", otherwise, passes, error, **fields)


def succeeded(name: str, otherwise: Script, *passes: str) -> Scenario:
    return Scenario(name, "SUCCEEDED", otherwise, passes)


# What leads to states that a good file does not reach. One report: of several, others may have begun when one ends it.
ON_THE_WAY: dict[str, Script] = {
    "Plan upload exactly": {"Judge upload": CUT},
    "Run report": {"List saved reports": REPORTS[:1]},
}


# They run side by side.
BRANCHES = ("Export workbook", "Export map", "Build report page")


def beside(state: str) -> tuple[str, ...]:
    """The branches that run beside one."""
    return tuple(other for other in BRANCHES if other != state) if state in BRANCHES else ()


def fails_at(state: str, error: Fails) -> Any:
    """What a state is answered that fails: a branch when those beside it were begun."""
    return After(beside(state), error) if state in BRANCHES else error


def overtaken(state: str) -> Scenario:
    """A state finds that a newer version has the key."""
    otherwise = {**ON_THE_WAY.get(state, {}), state: fails_at(state, OVERTAKEN)}
    ended = succeeded(f"overtaken at {state}", otherwise, "Read what overtook it", "Superseded")
    return replace(ended, stopped=beside(state))


# The ends on moto of what it is known to do otherwise than AWS; `DIFFERENCES` beside the test says why.
CHILDREN_DO_NOT_COUNT = "SUCCEEDED"
READERS_HAVE_NO_NAME = "FAILED"


def full_at_first(asked: Any, before: int) -> Any:
    return Fails("StreamThrottled", "the stream is full") if before < asked["chunk"]["index"] else {}


NEVER_UP = {"running": False, "state": "STOPPING"}

SCENARIOS = [
    succeeded("a good file", {}, "E-mail report links"),
    succeeded(
        "a good file of which nothing stands out",
        {"Build report page": {**MAIL, "send": False}, "E-mail report links": {"outcome": "unwanted"}},
        "Mailed?",
        "Nothing stands out",
    ),
    succeeded(
        "a duplicate event", {"Plan upload": {"outcome": "duplicate", "of": "another execution"}}, "Duplicate event"
    ),
    failed(
        "too many rejected rows",
        "TooManyInvalidRows",
        {"Judge upload": Fails("TooManyInvalidRows", '12 of 13 rows: línia 3, column "time"')},
    ),
    failed(
        "a chunk that fails",
        "States.ExceedToleratedFailureThreshold",
        {"Validate chunk": lambda asked, _: Fails("PlanGone") if asked["chunk"]["index"] == 1 else {}},
        on_moto=CHILDREN_DO_NOT_COUNT,
    ),
    failed(
        "a plan that is gone",
        "States.ItemReaderFailed",
        {},
        objects={(LAKE, "another object"): b"[]"},
        on_moto=READERS_HAVE_NO_NAME,
    ),
    succeeded(
        "a cut in quotes",
        {
            "Judge upload": turns(CUT, TOTALS),
            "Plan upload exactly": {**PLANNED, "exact": True},
        },
        "Plan upload exactly",
        "E-mail report links",
    ),
    succeeded(
        "dates of another order than a sample told",
        {"Judge upload": turns(DATES, TOTALS), "Plan upload exactly": PLANNED},
        "Plan upload exactly",
        "E-mail report links",
    ),
    succeeded("a stream that is full for a while", {"Publish chunk": full_at_first}, "E-mail report links"),
    failed(
        "staged records that are gone",
        "States.ExceedToleratedFailureThreshold",
        {"Publish chunk": Fails("StagedRecordsGone")},
        on_moto=CHILDREN_DO_NOT_COUNT,
    ),
    succeeded(
        "a job that does not come up",
        {"Ensure streaming job": turns(*[NEVER_UP] * 31)},
        "Streaming job looked after",
        "E-mail report links",
    ),
    succeeded(
        "faults in each of many looks",
        {"Await landing": turns(*[BUSY, BUSY, WAITING] * 6, LANDED)},
        "E-mail report links",
    ),
    failed("rows that do not land", "LandingStalled", {"Await landing": turns(WAITING, Fails("LandingStalled"))}),
    succeeded(
        "a seal that meets busy services",
        {"Seal upload": turns(BUSY, Fails("SealingUnfinished"), BUSY, GOOD["Seal upload"])},
        "E-mail report links",
    ),
    failed("a seal that meets only busy services", "TransientFault", {"Seal upload": BUSY}),
    succeeded(
        "a crawl",
        {"Catalogue new partitions": turns(NEEDS_CRAWL, LOOKED), "Start crawler": {}, "Look at crawler": CRAWLER},
        "Start crawler",
        "Look at crawler",
        "E-mail report links",
    ),
    succeeded(
        "a crawler that runs already",
        {
            "Catalogue new partitions": turns(NEEDS_CRAWL, {**NEEDS_CRAWL, "next": "wait"}, LOOKED),
            "Start crawler": turns(Fails("CrawlerRunningException", "Crawler cellflow-lake has already started")),
            "Look at crawler": turns(CRAWLER, CRAWLER),
        },
        "Wait for crawler",
        "E-mail report links",
    ),
    succeeded(
        "a crawler that Glue is too busy to start",
        {
            "Catalogue new partitions": turns(NEEDS_CRAWL, LOOKED),
            "Start crawler": turns(Fails("ThrottlingException", "Rate exceeded"), {}),
            "Look at crawler": CRAWLER,
        },
        "E-mail report links",
    ),
    failed(
        "a crawler that is gone",
        "Glue.EntityNotFoundException",
        {
            "Catalogue new partitions": NEEDS_CRAWL,
            "Start crawler": Fails("EntityNotFoundException", "Crawler entry with name cellflow-lake does not exist"),
        },
    ),
    failed(
        "a report that fails",
        "ReportFailed",
        {"List saved reports": REPORTS[:1], "Run report": Fails("ReportFailed", "weak-spots: TYPE_MISMATCH")},
    ),
    failed(
        "a workbook that cannot be written",
        "TransientFault",
        {"Export workbook": fails_at("Export workbook", Fails("TransientFault", "S3 is out of reach"))},
        stopped=beside("Export workbook"),
    ),
    succeeded("no report at all", {"List saved reports": [], "Run report": turns()}, "E-mail report links"),
    failed(
        "a mail that SNS refuses",
        "AuthorizationErrorException",
        {"E-mail report links": Fails("AuthorizationErrorException", "not authorized to perform: SNS:Publish")},
    ),
    succeeded(
        "a mail that SNS takes in the end",
        {"E-mail report links": turns(Fails("TransientFault", "try again"), Fails("Throttled"), {"outcome": "sent"})},
        "Reported",
    ),
    succeeded(
        "an attempt at the mail that was broken off, which is waited for",
        {"E-mail report links": turns(Fails("Sandbox.Timedout"), *[Fails("MailUnderWay")] * 4, {"outcome": "sent"})},
        "Reported",
    ),
    succeeded(
        "an upload that another execution reports",
        {"Join reporting": {"role": "joined", "by": OTHER}},
        "Reported with others",
    ),
    succeeded(
        "a successor, who waits and then leads",
        {"Join reporting": turns({"role": "wait", "wait": 1}, BUSY, {"role": "wait", "wait": 60}, LEADS)},
        "Wait for the round before",
        "Reported",
    ),
    succeeded(
        "others that wait when a round is done",
        {
            "Join reporting": turns(LEADS, {**LEADS, "number": 8, "id": "f" * 16, "uploads": 3}),
            "E-mail report links": turns({"outcome": "again"}, {"outcome": "sent"}),
        },
        "Reported",
    ),
    *[
        replace(
            succeeded(
                f"a round that is taken over at {state}",
                {
                    **ON_THE_WAY.get(state, {}),
                    "Join reporting": turns(LEADS, {"role": "reported", "by": OTHER}),
                    state: fails_at(state, TAKEN_OVER),
                },
                "Reported with others",
            ),
            stopped=beside(state),
        )
        for state in ("Run report", *BRANCHES, "E-mail report links")
    ],
]
