"""The files that other programs open, from the bucket to their readers: the workbook to openpyxl, the map to GDAL."""

import csv
import gzip
import io
import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from support.files import clean_csv
from support.laptop import Laptop, Upload
from support.maps import assert_map, read_map
from support.workbooks import (
    CONTENTS,
    assert_harmless,
    assert_sheet,
    columns_of,
    read_workbook,
    sheet_of,
    unguarded,
)

TYPES = {
    "reports.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "signal-map.geojson": "application/geo+json",
}
ENCODINGS = {"signal-map.geojson": "gzip"}
CALLED = ("Everything in one workbook (Excel)", "The map as GeoJSON (QGIS)")


def reports_of(laptop: Laptop, upload: Upload, ended: dict[str, Any]) -> list[dict[str, Any]]:
    """What is kept of each report, in the order of the page."""
    ran = json.loads(ended["output"])["reports"]
    return [laptop.read_json(f"runs/{upload.id}/reports/{report['file']}.json") for report in ran]


def lines_of(laptop: Laptop, key: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(laptop.read(key, "ReportsBucket").decode(), newline="")))


def fetched(laptop: Laptop, upload: Upload, name: str, folder: Path) -> Path:
    """The file behind the link of the mail, which has its type and a name of its own."""
    words = laptop.mail_that_names(upload.id).get_content().split()
    link = next(word for word in words if f"/{upload.id}/{name}?" in word)
    with urllib.request.urlopen(link, timeout=20) as answer:
        assert answer.headers["Content-Type"] == TYPES[name]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{upload.id}-{name}"'
        assert answer.headers.get("Content-Encoding") == ENCODINGS.get(name)
        received = answer.read()
    # As browsers do.
    (folder / name).write_bytes(gzip.decompress(received) if name in ENCODINGS else received)
    stored = laptop.s3.head_object(Bucket=laptop.outputs["ReportsBucket"], Key=f"{upload.id}/{name}")
    assert stored["ContentType"] == TYPES[name]
    assert stored["ContentLength"] == len(received)
    return folder / name


def test_workbook_and_map_are_the_reports(laptop: Laptop, sample: Path, tmp_path: Path) -> None:
    # Operators as a hostile file calls them; the engine sees them in lower case.
    body = sample.read_bytes().replace(b",Orange,", b",=1+1|'x'!A0,")
    assert body != sample.read_bytes()

    upload, ended = laptop.run(body, "exports/two-days.csv", seconds=120)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    exports = json.loads(ended["output"])["published"]["exports"]
    assert exports == {"workbook": f"{upload.id}/reports.xlsx", "map": f"{upload.id}/signal-map.geojson"}
    message = laptop.mail_that_names(upload.id).get_content()
    page = laptop.result(upload, "index.html")
    for called in CALLED:
        assert f"{called}:\n" in message
        assert f">{called}</a>" in page

    file = fetched(laptop, upload, "reports.xlsx", tmp_path)
    book = read_workbook(file)
    assert_harmless(book, file)
    totals = json.loads(ended["output"])["totals"]
    contents = {row[0].value: row for row in book[CONTENTS].iter_rows(max_col=4)}
    assert contents["Rows in the file"][1].value == totals["rows"]
    assert contents["Last day"][1].value.date().isoformat() == totals["lastDay"]
    compared, hostile = 0, 0
    for report in reports_of(laptop, upload, ended):
        header, *rows = lines_of(laptop, report["csv"])
        assert header == [column["name"] for column in report["columns"]]
        rows = [[unguarded(cell) for cell in row] for row in rows]
        hostile += sum(cell.startswith("=1+1") for row in rows for cell in row)
        sheet = book[sheet_of(contents[report["title"]][0].hyperlink.location)]
        assert contents[report["title"]][2].value == report["rows"] == len(rows)
        compared += assert_sheet(sheet, report["title"], columns_of(report), rows, f"row{'s' * (len(rows) != 1)}.")
    assert compared > 1_000
    assert hostile > 0

    header, *rows = lines_of(laptop, f"{upload.id}/signal-map.csv")
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    assert assert_map(read_map(fetched(laptop, upload, "signal-map.geojson", tmp_path)), lines) > 10


@pytest.mark.usefixtures("few_reports")
def test_a_report_that_failed_is_named_and_the_rest_is_there(laptop: Laptop, tmp_path: Path) -> None:
    saved = laptop.athena.create_named_query(
        Name="By hand: [a/b]",
        Database=laptop.outputs["DatabaseName"],
        WorkGroup=laptop.outputs["WorkgroupName"],
        QueryString="-- title: =By hand\nselect roaming from measurements where day between ? and ?",
    )
    try:
        upload, ended = laptop.run(clean_csv(300, seed=84, days=("2026-02-20",)), "exports/by-hand.csv")
    finally:
        laptop.athena.delete_named_query(NamedQueryId=saved["NamedQueryId"])

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    file = fetched(laptop, upload, "reports.xlsx", tmp_path)
    book = read_workbook(file)
    contents = {row[0].value: row for row in book[CONTENTS].iter_rows(max_col=4)}
    assert contents["=By hand"][0].hyperlink is None
    assert contents["=By hand"][3].value.startswith("Failed: ")
    assert "roaming" in contents["=By hand"][3].value
    assert len(book.sheetnames) == len(reports_of(laptop, upload, ended))
    assert_harmless(book, file)
