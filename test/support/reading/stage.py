"""A performance: authors upload, troubles strike, days are merged and swept, and all the while readers ask."""

import csv
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow.parquet as pq

from support.files import clean_csv
from support.lake import OBJECT, UPLOAD_ID_LENGTH, assert_exact
from support.laptop import Laptop, Upload
from support.reading.asking import JOIN, Readers, rows_in
from support.reading.authors import Author, day_before
from support.reading.histories import Histories
from support.reading.judging import Answer, Verdict, judge
from support.reading.keepers import Merger, Sweeper
from support.reading.troubles import Troubles

# A saved query: each upload's own reports answer it too.
REPORT = "what readers see"


@dataclass(frozen=True)
class Plan:
    authors: int
    # Steps of each author, at least.
    steps: int
    # Names of `troubles.py`, each of which strikes at least once.
    troubles: tuple[str, ...]
    # Longer than any query takes: a sweep deletes what was retired this long ago.
    grace_seconds: float
    seconds: float
    name: str = "readers"
    # Number of the first author: performances in one edition have authors, and so days, of their own.
    first: int = 0
    sweep_pause: float = 2
    # Whether the days that authors share are merged.
    merges: bool = False
    readers: int = 2
    # Told of each upload that was claimed: what a planted fault does with it.
    on_claim: Callable[[Laptop, Upload], None] | None = None


@dataclass
class Outcome:
    verdict: Verdict
    failures: list[str]
    asked_again: int
    longest_seconds: float
    kinds: Counter[str]
    uploads: int
    redrives: int
    struck: dict[str, int]
    swept: Counter[str]
    merged: Counter[str]
    reports: int
    seconds: float

    def __str__(self) -> str:
        struck = ", ".join(f"{name} {times}" for name, times in self.struck.items())
        return (
            f"{self.verdict}, {self.reports} of them by reports; {len(self.failures)} queries without an answer, "
            f"{self.asked_again} asked again, the longest {self.longest_seconds:.1f} s; {self.uploads} uploads, "
            f"{self.redrives} redrives; swept {dict(self.swept)}; merged {dict(self.merged)}; "
            f"struck: {struck or 'nothing'}; {self.seconds:.0f} s"
        )


def perform(laptop: Laptop, plan: Plan) -> Outcome:
    """Everything at once; returns what the judge says when all has ended."""
    # There is no table to ask before the first upload.
    laptop.run(clean_csv(100, seed=1, days=("2020-12-31",)), f"{plan.name}/first.csv", 240)
    started = time.monotonic()
    histories = Histories(time.time)
    troubles = Troubles(laptop, plan.troubles)
    end = started + plan.seconds

    def over(turn: int) -> bool:
        return (turn >= plan.steps and troubles.all_struck) or time.monotonic() > end

    authors = [
        Author(laptop, histories, number, f"{plan.name}/{number}.csv", over, day_before(plan.first), plan.on_claim)
        for number in range(plan.first, plan.first + plan.authors)
    ]
    readers = Readers(laptop, lambda: histories.days, plan.readers)
    sweeper = Sweeper(laptop, plan.grace_seconds, plan.sweep_pause)
    merger = Merger(laptop, plan.sweep_pause)
    try:
        with saved_query(laptop):
            readers.start()
            sweeper.start()
            if plan.merges:
                merger.start()
            for author in authors:
                author.start()
            if plan.troubles:
                troubles.start()
            try:
                for author in authors:
                    author.join()
            finally:
                if plan.troubles:
                    troubles.stop()
                # The end of it all is read too.
                time.sleep(1)
                readers.stop()
                sweeper.stop()
                if plan.merges:
                    merger.stop()
        for thread in (*authors, troubles, sweeper, merger):
            if thread.failed is not None:
                raise thread.failed
        reported = list(answers_of_reports(laptop, authors))
        if plan.on_claim is None and plan.grace_seconds > 0:
            # No query runs any more. Those who lie beside rows that nobody sees are moved first.
            merger.turn()
            sweeper.turn(0)
            for author in authors:
                assert_swept(laptop, author)
    finally:
        sweeper.close()
        merger.close()
    answers = [*readers.answers, *reported]
    return Outcome(
        judge(histories, answers),
        readers.failures,
        readers.asked_again,
        max((answer.ended - answer.begun for answer in readers.answers), default=0),
        Counter(answer.kind for answer in answers),
        sum(len(author.uploads) for author in authors),
        sum(author.redrives for author in authors),
        troubles.struck,
        sweeper.done,
        merger.done,
        len(reported),
        time.monotonic() - started,
    )


def assert_swept(laptop: Laptop, author: Author) -> None:
    """Nothing lies in the tables but the rows of the key's last version."""
    last = author.last[0].id if author.last else None
    others = {upload.id for upload in author.uploads if upload.id != last}
    keys = [key for table in ("measurements", "hourly_quality") for key in laptop.keys(f"{table}/")]
    left = sorted(key for key in keys if uploads_in(laptop, key) & others)
    assert not left, f"{author.key}: the sweep left {left}"
    if author.last:
        assert_exact(laptop, author.key, *author.last, author.uploads)


def uploads_in(laptop: Laptop, key: str) -> set[str]:
    """Ids of the uploads whose rows an object of a table holds."""
    found = OBJECT.match(key)
    assert found, f"{key} is no object of Cellflow's"
    if found.group(3):
        return {found.group(3)}
    ids = pq.read_table(io.BytesIO(laptop.read(key)), columns=["upload_id"])["upload_id"].unique().to_pylist()
    return {one[:UPLOAD_ID_LENGTH] for one in ids}


@contextmanager
def saved_query(laptop: Laptop) -> Iterator[None]:
    identifier = laptop.athena.create_named_query(
        Name=REPORT,
        QueryString=JOIN.format(where=""),
        Database=laptop.outputs["DatabaseName"],
        WorkGroup=laptop.outputs["WorkgroupName"],
    )["NamedQueryId"]
    try:
        yield
    finally:
        laptop.athena.delete_named_query(NamedQueryId=identifier)


def answers_of_reports(laptop: Laptop, authors: list[Author]) -> Iterator[Answer]:
    """What the saved query answered in the reports of each upload, which began when the upload was visible."""
    for author in authors:
        for upload, told, stopped in author.executions:
            for report in told.get("reports") or []:
                if report["name"] != REPORT or "visible_from" not in told:
                    continue
                assert report["status"] == "done", f"{report}: {reason_of(laptop, upload, report['file'])}"
                text = laptop.read(f"{upload.id}/{report['file']}.csv", "ReportsBucket").decode()
                lines = list(csv.reader(io.StringIO(text)))
                yield Answer("report", told["visible_from"], stopped, None, rows_in(lines[1:]))


def reason_of(laptop: Laptop, upload: Upload, file: str) -> str | None:
    """Why a report of the upload failed, as its page tells."""
    kept = laptop.read_json(f"runs/{upload.id}/reports/{file}.json")
    return None if kept is None else kept.get("reason")
