"""Page and exports are made side by side: one of them fails."""

import json

import pytest
from support.files import clean_csv
from support.laptop import Laptop

ROWS = 2_000


@pytest.mark.parametrize(
    ("file", "stage"),
    [("reports.xlsx", "Export workbook"), ("signal-map.geojson", "Export map"), ("index.html", "Build report page")],
)
def test_one_that_fails_is_named_and_retried(laptop: Laptop, running_job: None, file: str, stage: str) -> None:
    key = f"reports/{file}.csv"
    upload = laptop.put(clean_csv(ROWS, seed=71, days=("2026-01-12",)), key)
    name = f"{laptop.outputs['ReportsBucket']}/{upload.id}/{file}"
    laptop.inject(service="s3", operation="PutObject", name=name, effect="error", status=403, code="AccessDenied")
    execution = laptop.execution_of(upload)

    failed = laptop.wait(execution)

    assert (failed["status"], failed["error"]) == ("FAILED", "AccessDenied")
    assert laptop.faults_fired() > 0
    told = laptop.mail_that_names(key, stage).get_content()
    assert "reports that were run; no query is run again" in told
    assert next(row for row in json.loads(laptop.cellflow("list", "--json")) if row["key"] == key)["stage"] == stage
    laptop.clear_faults()
    queried = laptop.states_entered(execution).count("Run report")

    ended = laptop.redrive(execution)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert laptop.states_entered(execution).count("Run report") == queried
    published = json.loads(ended["output"])["published"]
    there = set(laptop.keys(f"{upload.id}/", "ReportsBucket"))
    assert {*published["exports"].values(), published["mail"]["page"]} <= there
    links = laptop.mail_that_names(upload.id, "/index.html?").get_content()
    assert all(f"/{key}?expires=" in links for key in published["exports"].values())
