"""Many files at once in an account that may do little at once: `make bench ONLY=quotas`.

While it runs, the endpoint refuses what a new account may not do: more functions at once, more active queries. Told
are how the executions ended, the time to the last mail, how often each file was reported, how many rows a query then
counts, what ran at once and what was refused.
"""

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from support.laptop import until

from bench.burst import ROWS, make_files, upload_all
from bench.edition import Edition
from bench.scale import Scale
from bench.table import number

TITLE = "Quotas: many files at once, with few functions and queries at once"
FUNCTIONS = 10
QUERIES = 20
AT_ONCE = 20
LONGEST_SECONDS = 1_500
# Leads to the page of a round. A mail also names other uploads that its days hold, so names tell nothing.
LINK = re.compile(r"/r/([0-9a-f]{16})/index\.html")
LIMITS: tuple[dict[str, Any], ...] = (
    {"service": "lambda", "operation": "Invoke", "at_once": FUNCTIONS},
    {"service": "athena", "operation": "StartQueryExecution", "at_once": QUERIES},
)


def begin_limits(edition: Edition) -> None:
    for limit in LIMITS:
        edition.laptop.inject(effect="limit", **limit)


def told_by_limits(edition: Edition) -> dict[str, dict[str, int]]:
    """What each limit has let run at once at most, and how often it refused."""
    rules = edition.laptop.control("GET", "faults")
    return {rule["service"]: {"most": rule["most"], "refused": rule["fired"]} for rule in rules}


def ends_of(edition: Edition, since: float) -> Counter[str]:
    """Executions that began since an epoch second, by how they ended."""
    pages = edition.laptop.states.get_paginator("list_executions").paginate(
        stateMachineArn=edition.laptop.outputs["StateMachineArn"]
    )
    began = datetime.fromtimestamp(since - 1, UTC)
    return Counter(item["status"] for page in pages for item in page["executions"] if item["startDate"] >= began)


def rounds(edition: Edition) -> dict[str, list[str]]:
    """The uploads that were reported together, by what stands for all of them in the address of their page."""
    s3, bucket = edition.laptop.s3, edition.laptop.outputs["LakeBucket"]
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="reporting/rounds/"):
        for item in page.get("Contents", []):
            told = json.loads(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
            found[told["id"]] = [one["upload"]["id"] for one in told["uploads"]]
    return found


def mails_of_uploads(edition: Edition, since: float) -> tuple[Counter[str], int, float]:
    """How many mails report each upload, how many mails there are, and when the last was written, in epoch seconds."""
    uploads = rounds(edition)
    reported: Counter[str] = Counter()
    written = []
    for path, mail in edition.mails(since):
        if link := LINK.search(mail.get_content()):
            reported.update(uploads[link.group(1)])
            written.append(path.stat().st_mtime)
    return reported, len(written), max(written, default=since)


def wait_for_ends(edition: Edition, scale: Scale, count: int, began: float) -> Counter[str]:
    """Until as many executions have ended; gives how."""
    told = time.monotonic()

    def ended() -> Counter[str] | None:
        nonlocal told
        ends = ends_of(edition, began)
        if time.monotonic() - told > 15:
            told = time.monotonic()
            scale.tell(f"{dict(ends)}, {edition.laptop.faults_fired()} calls refused")
        return ends if ends.total() >= count and ends["RUNNING"] == 0 else None

    return until(f"the ends of {count} executions", ended, LONGEST_SECONDS, pause=0.5)


def measure(scale: Scale, edition: Edition) -> dict[str, Any]:
    count = scale.of(200, 8)
    day = edition.calendar.take(1)
    files = make_files(edition, "quota", count, day)
    scale.tell(f"{count} files of {ROWS:,} rows at once, {FUNCTIONS} functions and {QUERIES} queries at once")
    begin_limits(edition)
    try:
        began, last = upload_all(edition, files, 0, AT_ONCE)
        scale.tell(f"all uploaded after {last - began:.1f} s")
        ends = wait_for_ends(edition, scale, count, began)
        limits = told_by_limits(edition)
    finally:
        edition.laptop.clear_faults()
    reported, mails, last_mail = mails_of_uploads(edition, began)
    counted = edition.ask(f"select count(*), count(distinct upload_id) from measurements where day = '{day}'")[0]
    return {
        "files": count,
        "rowsOfEach": ROWS,
        "uploadSeconds": last - began,
        "secondsToLastMail": last_mail - last,
        "executions": dict(ends),
        "mails": mails,
        "filesReportedOnce": sum(1 for times in reported.values() if times == 1),
        "filesReportedMore": sum(1 for times in reported.values() if times > 1),
        "rowsExpected": count * ROWS,
        "rowsCounted": int(counted[0] or 0),
        "uploadsCounted": int(counted[1] or 0),
        "functions": {"allowed": FUNCTIONS, **limits["lambda"]},
        "queries": {"allowed": QUERIES, **limits["athena"]},
    }


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    functions, queries = figures["functions"], figures["queries"]
    row = [
        f"{figures['files']} of {figures['rowsOfEach']:,} rows in {figures['uploadSeconds']:.0f} s",
        f"{figures['executions'].get('SUCCEEDED', 0)} of {figures['files']}",
        number(figures["secondsToLastMail"], "s"),
        str(figures["mails"]),
        f"{figures['filesReportedOnce']} of {figures['files']}",
        f"{figures['rowsCounted']:,} of {figures['rowsExpected']:,}",
        f"{functions['most']} of {functions['allowed']}, {functions['refused']:,} refused",
        f"{queries['most']} of {queries['allowed']}, {queries['refused']:,} refused",
    ]
    headings = [
        "files",
        "succeeded",
        "last upload to last mail",
        "mails",
        "files reported once",
        "rows that a query counts",
    ]
    return [([*headings, "functions at once", "queries at once"], [row])]
