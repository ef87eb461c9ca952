"""A file from the bucket to the mail."""

import csv
import io
import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from support.files import clean_csv
from support.lake import assert_exact, read_table
from support.laptop import Laptop

STAGES = [
    "Plan upload",
    "Validate chunks",
    "Judge upload",
    "Stream upload",
    "Await landing",
    "Seal upload",
    "Catalogue new partitions",
    "Join reporting",
    "List saved reports",
    "Run reports",
    "Publish reports",
    "E-mail report links",
]
# Side by side, in either order.
PUBLISHED = {"Export workbook", "Export map", "Build report page"}


def first_entries(states: list[str]) -> list[str]:
    return [state for state in dict.fromkeys(states) if state in STAGES]


def test_the_sample_becomes_reports(laptop: Laptop, sample: Path) -> None:
    upload, ended = laptop.run(sample.read_bytes(), "sample/two-days.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    entered = laptop.states_entered(ended["executionArn"])
    assert first_entries(entered) == STAGES
    after = entered.index("Publish reports")
    assert set(entered[after + 1 : after + 4]) == PUBLISHED
    state = json.loads(ended["output"])
    totals = state["totals"]
    lines = len(list(csv.reader(sample.open()))) - 1
    assert totals["rows"] == lines
    assert totals["valid"] + totals["rejected"] == lines
    assert totals["rejected"] > 0
    assert len(read_table(laptop, "measurements", [upload])) == totals["valid"]

    rejected = list(csv.DictReader(io.StringIO(laptop.result(upload, "rejected-rows.csv"))))
    assert len(rejected) == totals["rejected"]
    numbered = sample.read_text().splitlines()
    for row in rejected:
        assert row["rule"] and row["reason"]
        assert 2 <= int(row["line"]) <= len(numbered)

    mail = laptop.mail_that_names(upload.id)
    text = mail.get_content()
    link = next(word for word in text.split() if f"{upload.id}/index.html" in word)
    with urllib.request.urlopen(link, timeout=20) as answer:
        page = answer.read().decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.status == 200
    assert "<svg" in page
    for report in state["reports"]:
        assert report["status"] == "done"
        rows = list(csv.reader(io.StringIO(laptop.result(upload, f"{report['name']}.csv"))))
        assert len(rows) == report["rows"] + 1

    try:
        urllib.request.urlopen(link.replace("signature=", "signature=0"), timeout=20)
        raise AssertionError("a forged link was answered")
    except urllib.error.HTTPError as refusal:
        assert refusal.code in (403, 404)


def test_the_state_machine_has_every_name_filled_in(laptop: Laptop) -> None:
    machine = laptop.states.describe_state_machine(stateMachineArn=laptop.outputs["StateMachineArn"])
    definition = json.loads(machine["definition"])
    assert "${" not in machine["definition"]
    assert definition["States"]["Start crawler"]["Resource"] == "arn:aws:states:::aws-sdk:glue:startCrawler"
    chunks = definition["States"]["Validate chunks"]
    assert chunks["ItemReader"]["Resource"] == "arn:aws:states:::s3:getObject"


@pytest.mark.usefixtures("few_reports")
def test_a_known_day_starts_no_crawl_and_a_new_day_does(laptop: Laptop) -> None:
    first = clean_csv(2_000, seed=1, days=("2026-02-01",))
    again = clean_csv(2_000, seed=2, days=("2026-02-01",))
    other = clean_csv(2_000, seed=3, days=("2026-02-02",))

    crawled = []
    for number, body in enumerate((first, again, other)):
        upload, ended = laptop.run(body, f"crawls/{number}.csv")
        assert ended["status"] == "SUCCEEDED", ended.get("cause")
        crawled.append("Start crawler" in laptop.states_entered(ended["executionArn"]))
        assert_exact(laptop, f"crawls/{number}.csv", upload, body, [upload])

    assert crawled == [True, False, True]


@pytest.mark.usefixtures("few_reports")
def test_many_chunks_land_exactly(laptop: Laptop) -> None:
    body = clean_csv(30_000, seed=4, days=("2026-02-03", "2026-02-04", "2026-02-05"))

    upload, ended = laptop.run(body, "many/chunks.csv")

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    state = json.loads(ended["output"])
    assert state["upload"]["chunks"] > 20
    assert_exact(laptop, "many/chunks.csv", upload, body, [upload])
