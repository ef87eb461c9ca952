"""Sealing, cataloguing, reports and S3 itself go wrong; uploads meet each other."""

import json
import time

import pytest
from support.files import clean_csv
from support.lake import assert_exact, assert_landed
from support.laptop import Laptop, until

ROWS = 4_000
DAYS = ("2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08")


@pytest.mark.parametrize(
    ("function", "operation", "where", "skip"),
    [
        ("seal-upload", "PutObject", "measurements/", 2),
        ("seal-upload", "PutObject", "sealed/", 0),
        # It dies while it reads the log: a write that comes later than its moment is beyond what is promised.
        ("make-upload-visible", "GetObject", "visibility/", 0),
    ],
)
def test_killed_in_a_request_then_retried(
    laptop: Laptop, running_job: None, function: str, operation: str, where: str, skip: int
) -> None:
    key = f"lake/{function}-{operation}.csv"
    first, _ = laptop.run(clean_csv(ROWS, seed=41, days=DAYS), key)
    body = clean_csv(ROWS, seed=42, days=DAYS)
    lake = laptop.outputs["LakeBucket"]
    # The first calls pass, the next takes so long that the function dies in it.
    name = f"{lake}/{where}"
    laptop.inject(service="s3", operation=operation, name=name, effect="delay", milliseconds=4_000, skip=skip, count=8)
    laptop.inject(service="lambda", name=f"cellflow-{function}", effect="kill", milliseconds=1_500, count=1)

    upload, ended = laptop.run(body, key, seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert laptop.faults_fired() >= 2
    assert_exact(laptop, key, upload, body, [first, upload])


def test_a_crawl_that_fails_once(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=43, days=("2025-12-01",))
    laptop.inject(service="glue", operation="Crawl", name=laptop.outputs["CrawlerName"], effect="fail", count=1)
    upload = laptop.put(body, "lake/crawl-fails.csv")
    execution = laptop.execution_of(upload)

    failed = laptop.wait(execution)
    ended = laptop.redrive(execution)

    assert failed["status"] == "FAILED"
    assert failed["error"] == "CrawlFailed"
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert laptop.states_entered(execution).count("Seal upload") == 1
    assert_exact(laptop, upload.key, upload, body, [upload])


def test_a_crawler_that_is_busy(laptop: Laptop, running_job: None) -> None:
    # On a busy machine the execution may reach the crawler before this test does: then another upload is tried.
    for day in ("2025-12-02", "2025-12-12", "2025-12-22"):
        body = clean_csv(ROWS, seed=44, days=(day,))
        upload = laptop.put(body, f"lake/crawl-busy-{day}.csv")
        execution = laptop.execution_of(upload)
        until("sealing", lambda arn=execution: "Seal upload" in laptop.states_entered(arn), 60, pause=0.05)
        try:
            laptop.glue.start_crawler(Name=laptop.outputs["CrawlerName"])
            was_busy = True
        except laptop.glue.exceptions.CrawlerRunningException:
            was_busy = False

        assert_landed(laptop, laptop.wait(execution), upload, body)
        if was_busy:
            return
    raise AssertionError("no upload met a crawler that somebody else had started")


def test_uploads_at_once(laptop: Laptop, running_job: None) -> None:
    bodies = {
        "lake/same-day-a.csv": clean_csv(ROWS, seed=45, days=("2025-12-03",)),
        "lake/same-day-b.csv": clean_csv(ROWS, seed=46, days=("2025-12-03",)),
        "lake/other-day.csv": clean_csv(ROWS, seed=47, days=("2025-12-04", "2025-12-05")),
    }
    uploads = {key: laptop.put(body, key) for key, body in bodies.items()}

    for key, upload in uploads.items():
        ended = laptop.wait(laptop.execution_of(upload), 120)
        assert ended["status"] == "SUCCEEDED", ended.get("cause")
        assert_exact(laptop, key, upload, bodies[key], [upload])
        # By whichever of the three executions: what comes together may be reported together.
        page = until("the round that reports it", lambda upload=upload: laptop.reported(upload), 60)["upload"]
        described = [laptop.read_json(name) for name in laptop.keys(f"runs/{page}/reports/")]
        assert {report["status"] for report in described} == {"done"}
        assert reported_rows(laptop, page) >= ROWS


def reported_rows(laptop: Laptop, upload: str) -> int:
    """Rows that a report counted over the upload's days, those of other uploads of these days among them."""
    import csv
    import io

    for name in ("signal-through-the-day",):
        rows = list(csv.DictReader(io.StringIO(laptop.read(f"{upload}/{name}.csv", "ReportsBucket").decode())))
        counts = [column for column in rows[0] if column.startswith("count")]
        return sum(int(row[counts[0]]) for row in rows)
    raise AssertionError


def test_a_broken_report_is_mended_and_retried(laptop: Laptop, running_job: None) -> None:
    workgroup = laptop.outputs["WorkgroupName"]
    identifiers = laptop.athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"]
    queries = laptop.athena.batch_get_named_query(NamedQueryIds=identifiers)["NamedQueries"]
    query = next(item for item in queries if item["Name"] == "activity-and-movement")
    identity = {"NamedQueryId": query["NamedQueryId"], "Name": query["Name"]}
    laptop.athena.update_named_query(**identity, QueryString="select no_such_column from hourly_quality")
    body = clean_csv(ROWS, seed=48)
    upload = laptop.put(body, "lake/broken-report.csv")
    execution = laptop.execution_of(upload)

    failed = laptop.wait(execution)
    mail = laptop.mail_that_names(upload.key, "Run reports", query["Name"])
    laptop.athena.update_named_query(**identity, QueryString=query["QueryString"])
    summary = json.loads(laptop.cellflow("retry", execution, "--json"))

    assert failed["status"] == "FAILED"
    assert "cellflow retry" in mail.get_content()
    assert summary["status"] == "SUCCEEDED"
    entered = laptop.states_entered(execution)
    assert entered.count("Publish chunks") == 1
    assert entered.count("Seal upload") == 1
    assert_exact(laptop, upload.key, upload, body, [upload])


def test_s3_is_overloaded_for_a_while(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=49)
    laptop.inject(service="s3", effect="error", status=503, code="SlowDown", probability=0.3, seconds=8)
    started = time.monotonic()

    upload = laptop.put(body, "lake/overloaded.csv")
    execution = laptop.execution_of(upload)
    ended = laptop.wait(execution, 120)
    if ended["status"] == "FAILED":
        until("the overload to pass", lambda: time.monotonic() - started > 8, 10)
        ended = laptop.redrive(execution, 120)

    assert laptop.faults_fired() > 0
    assert_landed(laptop, ended, upload, body)
