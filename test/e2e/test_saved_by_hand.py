"""Queries that people save in the workgroup become reports, and cannot do harm."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from support.files import clean_csv
from support.laptop import Laptop

pytestmark = pytest.mark.usefixtures("few_reports")

GOOD = """-- title: Rows by provider <b>&</b>
-- question: Where do the positions come from?
-- chart: bar x=provider y=count_rows
select provider, sum(count_rows) as count_rows, '=1+1' as formula
from hourly_quality
where day between ? and ?
group by provider
"""
QUERIES = {
    "rows by provider!": GOOD,
    "all rows ever": "select count(*) as count_rows from measurements",
    "harm": "drop table measurements",
    "mistake": "select no_such_column from measurements where day between ? and ?",
}


@pytest.fixture
def saved(laptop: Laptop) -> Iterator[None]:
    place = {"Database": laptop.outputs["DatabaseName"], "WorkGroup": laptop.outputs["WorkgroupName"]}
    made = [
        laptop.athena.create_named_query(Name=name, QueryString=text, **place)["NamedQueryId"]
        for name, text in QUERIES.items()
    ]
    yield
    for identifier in made:
        laptop.athena.delete_named_query(NamedQueryId=identifier)


def test_queries_saved_by_hand(laptop: Laptop, saved: None) -> None:
    body = clean_csv(900, seed=71, days=("2026-02-15",))

    upload, ended = laptop.run(body, "by-hand.csv")

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    reports = {report["name"]: report for report in json.loads(ended["output"])["reports"]}
    assert reports["rows by provider!"]["status"] == "done"
    assert reports["all rows ever"]["status"] == "done"
    assert reports["harm"]["status"] == "failed"
    assert reports["mistake"]["status"] == "failed"
    assert {reports[name]["status"] for name in reports.keys() - QUERIES.keys()} == {"done"}

    described = [laptop.read_json(key) for key in laptop.keys(f"runs/{upload.id}/reports/")]
    by_provider = next(report for report in described if report["name"] == "rows by provider!")
    text = laptop.read(by_provider["csv"], "ReportsBucket").decode()
    assert list(csv.reader(io.StringIO(text))) == [["provider", "count_rows", "formula"], ["gps", "900", "'=1+1"]]

    page = laptop.result(upload, "index.html")
    mail = laptop.mail_that_names(upload.id).get_content()
    assert "Rows by provider &lt;b&gt;&amp;&lt;/b&gt;" in page
    for told in (page, mail):
        assert "harm" in told
        assert "no_such_column" in told
    assert "<b>" not in page.split("<body")[1]
