"""The command `cellflow` as a person and a script use it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from support.files import clean_csv
from support.laptop import Laptop

pytestmark = pytest.mark.usefixtures("few_reports")


def test_from_upload_to_reports(laptop: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "drive-2026-02-10.csv"
    file.write_bytes(clean_csv(800, seed=61, days=("2026-02-10", "2026-02-11")))

    summary = json.loads(laptop.cellflow("upload", str(file), "--json"))

    assert summary["status"] == "SUCCEEDED"
    assert summary["rows"] == {"total": 800, "valid": 800, "rejected": 0}
    assert summary["days"] == ["2026-02-10", "2026-02-11"]
    assert summary["seconds"].keys() >= {"Plan upload", "Seal upload", "E-mail report links"}

    watched = json.loads(laptop.cellflow("watch", summary["execution"], "--json"))
    assert watched == summary

    listed = json.loads(laptop.cellflow("list", "--limit", "1", "--json"))
    assert [row["execution"] for row in listed] == [summary["execution"]]
    assert listed[0]["upload"] == summary["upload"]

    saved = tmp_path / "saved"
    reports = json.loads(laptop.cellflow("reports", summary["upload"], "--save", str(saved), "--json"))
    assert {report["status"] for report in reports["reports"]} == {"done"}
    assert (saved / "index.html").exists()
    for name, file in (("page", "index.html"), ("workbook", "reports.xlsx"), ("map", "signal-map.geojson")):
        assert f"/{summary['upload']}/{file}?expires=" in reports[name]
        # As long as the deployment's own links, in the mail, not as by default.
        assert timedelta(days=2) < expiry(reports[name]) - datetime.now(UTC) <= timedelta(days=3)
        assert (saved / file).stat().st_size > 1_000
    assert json.loads((saved / "signal-map.geojson").read_text())["features"]
    assert all((saved / f"{report['name']}.csv").exists() for report in reports["reports"])


def expiry(link: str) -> datetime:
    return datetime.fromtimestamp(int(parse_qs(urlparse(link).query)["expires"][0]), UTC)


def test_a_failure_is_told_with_its_way_out(laptop: Laptop, tmp_path: Path) -> None:
    file = tmp_path / "half.csv"
    file.write_bytes(clean_csv(100, seed=62).replace(b",lat,", b",latitud,"))

    told = laptop.cellflow("upload", str(file), code=1)

    assert "MissingColumns" in told
    assert "lat" in told
    assert "corrected file" in told
    listed = json.loads(laptop.cellflow("list", "--limit", "1", "--json"))
    assert listed[0]["stage"] == "Plan upload"
    assert "lat" in listed[0]["reason"]


def test_mistakes_are_one_line(laptop: Laptop, tmp_path: Path) -> None:
    text = tmp_path / "notes.md"
    text.write_text("no measurements")

    for arguments in (("upload", "no-such-file.csv"), ("upload", str(text)), ("reports", "0" * 16)):
        laptop.cellflow(*arguments, code=2)
