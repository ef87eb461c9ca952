"""Files as people in this field have them, from the bucket to tables, page and mail."""

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from support.lake import assert_absent, read_table
from support.laptop import Laptop, Upload

pytestmark = pytest.mark.usefixtures("few_reports")

DAY = "2026-04-10"
OPERATOR = "Telefónica Móviles España"

Row = dict[str, str]


def measurement(number: int, **changes: str) -> Row:
    """A row that differs from others in its place and time of day."""
    return {
        "date": DAY,
        "hour": f"{8 + number // 3_600:02}:{number // 60 % 60:02}:{number % 60:02}",
        "lat": f"{41 + number / 1_000:.5f}",
        "long": "2.17000",
        "signal": str(5 + number % 20),
        "network": "movistar",
        "operator": OPERATOR,
        "status": "0",
        "description": "STATE_IN_SERVICE",
        "speed": "12.5",
        "satellites": "7",
        "precission": "4.0",
        "provider": "gps",
        "activity": "ON_FOOT",
        "postal_code": "080193",
        **changes,
    }


def table(rows: Iterable[Row], delimiter: str = ",") -> str:
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def with_commas(row: Row) -> Row:
    """As a spreadsheet in Spain writes numbers."""
    return {name: value.replace(".", ",") for name, value in row.items()}


ROWS = [measurement(number) for number in range(60)]
DIALECTS = {
    "packed.csv.gz": gzip.compress(table(ROWS).encode()),
    "tabs.tsv": table(ROWS, "\t").encode(),
    "utf-16.txt": table(ROWS, "\t").encode("utf-16"),
    "packed-utf-16.TXT.GZ": gzip.compress(table(ROWS, "\t").encode("utf-16")),
    "spreadsheet.csv": table(map(with_commas, ROWS), ";").encode("utf-8-sig"),
    "windows-1252.csv": table(ROWS).encode("cp1252"),
    "two-in-one.csv": (table(ROWS[:30]) + table(ROWS[30:])).encode(),
}


@pytest.fixture(scope="module")
def dialects(laptop: Laptop) -> dict[str, Upload]:
    """One upload a dialect, all at once."""
    return {name: laptop.put(body, f"field/{name}") for name, body in DIALECTS.items()}


def ended(laptop: Laptop, upload: Upload) -> dict[str, Any]:
    """The state that an execution left that succeeded."""
    execution = laptop.wait(laptop.execution_of(upload), 120)
    assert execution["status"] == "SUCCEEDED", execution.get("cause")
    return json.loads(execution["output"])


def landed(laptop: Laptop, upload: Upload) -> list[dict[str, Any]]:
    rows = read_table(laptop, "measurements", [upload]).to_pylist()
    return sorted(rows, key=lambda row: (row["day"], row["latitude"]))


def run(laptop: Laptop, body: bytes, key: str) -> tuple[dict[str, Any], list[dict[str, Any]], Upload]:
    upload = laptop.put(body, key)
    return ended(laptop, upload), landed(laptop, upload), upload


def page_of(laptop: Laptop, upload: Upload) -> str:
    return laptop.result(upload, "index.html")


def refused(laptop: Laptop, upload: Upload, error: str) -> str:
    """The mail about a file that cannot be read; nothing of it is in the tables."""
    execution = laptop.wait(laptop.execution_of(upload), 60)
    assert (execution["status"], execution["error"]) == ("FAILED", error)
    assert_absent(laptop, [upload])
    return laptop.mail_that_names(upload.key, "failed at Plan upload").get_content()


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_says_the_same_as_any_other(laptop: Laptop, dialects: dict[str, Upload], name: str) -> None:
    state = ended(laptop, dialects[name])

    totals = state["totals"]
    assert (totals["rows"], totals["valid"], totals["rejected"]) == (60, 60, 0)
    assert totals["headers"] == (1 if name == "two-in-one.csv" else 0)
    assert totals["setAside"] == {}
    rows = landed(laptop, dialects[name])
    assert [row["latitude"] for row in rows] == [float(row["lat"]) for row in ROWS]
    assert [row["signal"] for row in rows] == [int(row["signal"]) for row in ROWS]
    assert rows[0]["measured_at"].replace(tzinfo=None) == datetime.fromisoformat(f"{DAY}T08:00:00")
    assert {row["operator"] for row in rows} == {OPERATOR.lower()}
    assert {row["speed_kmh"] for row in rows} == {12.5}
    assert {row["postal_code"] for row in rows} == {"080193"}
    assert {row["day"] for row in rows} == {DAY}


def test_the_page_says_how_a_file_was_read(laptop: Laptop) -> None:
    _, _, upload = run(laptop, DIALECTS["spreadsheet.csv"], "field/alone.csv")
    page = page_of(laptop, upload)
    assert "Semicolons between columns, decimal commas" in page
    assert "(cellflow)" in page
    assert "Wall clock of UTC" in page
    assert "Not in this file: " in page


def test_a_page_of_several_files_says_how_each_was_read(laptop: Laptop, dialects: dict[str, Upload]) -> None:
    for name, way in (("spreadsheet.csv", "Semicolons between columns, decimal commas"), ("tabs.tsv", "Tabs between")):
        assert way in page_of(laptop, dialects[name])


def test_unknown_words_and_impossible_values_cost_no_row(laptop: Laptop) -> None:
    odd = [
        measurement(0, network="NULL", operator="?????", postal_code="nan"),
        measurement(1, signal="99", speed="", satellites=""),
        measurement(2, signal="2147483647", activity="N/A"),
        measurement(3, satellites="1.15E+13"),
        measurement(4, provider="local_database", precission="2.0E+14"),
        measurement(5, provider="GPS", postal_code="80193.0"),
    ]
    good = [measurement(number) for number in range(6, 40)]

    state, rows, upload = run(laptop, table(odd + good).encode(), "field/odd-values.csv")

    assert state["totals"]["valid"] == len(rows) == 40
    assert state["totals"]["setAside"] == {"satellites range": 1, "provider choice": 1, "precission range": 1}
    assert state["totals"]["rowsWithSetAside"] == 2
    assert (rows[0]["network"], rows[0]["operator"], rows[0]["postal_code"]) == (None, None, None)
    assert (rows[1]["signal"], rows[1]["speed_kmh"], rows[1]["satellites"]) == (None, None, None)
    assert (rows[2]["signal"], rows[2]["activity"]) == (None, None)
    assert rows[3]["satellites"] is None
    assert (rows[4]["provider"], rows[4]["gps_accuracy_m"]) == (None, None)
    assert (rows[5]["provider"], rows[5]["postal_code"]) == ("gps", "080193")

    listed = laptop.result(upload, "set-aside-values.csv")
    values = {(row["line"], row["column"], row["value"]) for row in csv.DictReader(io.StringIO(listed))}
    assert values == {
        ("5", "satellites", "1.15E+13"),
        ("6", "provider", "local_database"),
        ("6", "precission", "2.0E+14"),
    }
    page = page_of(laptop, upload)
    assert "3 impossible values in 2 rows were set aside" in page
    mail = laptop.mail_that_names(upload.id).get_content()
    for told in (page, mail):
        assert f"/{upload.id}/set-aside-values.csv?" in told


def test_the_technology_of_the_public_data_lands(laptop: Laptop) -> None:
    words = ["2G", "3G", "4G", "LTE", "null"]
    rows = [measurement(number, signal="21", net=word) for number, word in enumerate(words)]

    _, found, _ = run(laptop, table(rows).encode(), "field/technology.csv")

    assert [row["technology"] for row in found] == ["2G", "3G", "4G", "4G", None]
    # Android of those years gave GSM's scale whatever the technology.
    assert [row["signal_dbm"] for row in found] == [-71, -71, -71, -71, None]


def test_the_export_of_an_app_is_a_known_format(laptop: Laptop) -> None:
    header = "mcc,mnc,lac,cell_id,lat,lon,accuracy,speed,measured_at,asu,dbm,net_type,neighboring,device"
    moments = ["2026-04-11T23:59:59.500Z", "2026-04-12T00:30:00.000+02:00", "2026-04-12T00:00:00.000Z"]
    lines = [
        f'214,7,21200,1234{number},41.{number}5,2.1,8.0,10.0,"{moment}",30,-110,LTE,False,A phone'
        for number, moment in enumerate(moments)
    ]
    neighbour = lines[0].replace("False", "True")
    body = "\r\n".join([header, *lines, neighbour, ""]).encode()

    state, rows, upload = run(laptop, body, "field/tower.csv")

    assert state["upload"]["format"] == "tower-collector"
    assert (state["totals"]["valid"], state["totals"]["leftOut"]) == (3, 1)
    assert [row["day"] for row in rows] == ["2026-04-11", "2026-04-11", "2026-04-12"]
    assert {row["signal_dbm"] for row in rows} == {-110}
    assert {row["speed_kmh"] for row in rows} == {36.0}
    assert {row["cell"][:11] for row in rows} == {"214-7-21200"}
    assert len({row["tile"] for row in rows}) == 3
    assert "Moments, turned into days and hours of UTC" in page_of(laptop, upload)


def test_a_format_that_is_named_is_taken(laptop: Laptop) -> None:
    bucket = laptop.outputs["UploadsBucket"]
    body = table(ROWS).encode()
    version = laptop.s3.put_object(
        Bucket=bucket, Key="field/named.csv", Body=body, Metadata={"format": "no-such-format"}
    )["VersionId"]
    mail = refused(laptop, Upload(bucket, "field/named.csv", version), "UnusableFormat")
    assert "no-such-format" in mail
    assert "--format NAME" in mail


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("field/drive.xlsx", ["an Excel workbook", "save each sheet as CSV UTF-8"]),
        ("field/Logs.ZIP", ["an archive", "unpack it first"]),
        ("field/drive.parquet", ["a Parquet file", "write it as CSV"]),
    ],
)
def test_a_table_that_is_no_text_gets_the_mail_that_says_what_to_do(laptop: Laptop, key: str, words: list[str]) -> None:
    mail = refused(laptop, laptop.put(b"PK\x03\x04 and so on", key), "UnreadableUpload")
    for word in [*words, ".csv.gz", "under a name that ends in"]:
        assert word in mail
    assert f"--key '{key}'" not in mail


def test_all_else_is_left_alone(laptop: Laptop) -> None:
    others = ["field/notes.md", "field/folder/", "field/run.log", "field/log.csv/"]
    for key in others:
        laptop.put(b"", key)
    last = laptop.put(b"", "field/last.csv")
    laptop.wait(laptop.execution_of(last))

    for key in others:
        assert laptop.executions_for(key) == []


def test_rows_far_from_all_others_land_and_widen_nothing(laptop: Laptop) -> None:
    stray = [measurement(number, date="2000-01-01") for number in range(2)]
    rows = [measurement(number, date=f"2026-04-{21 + number % 2}") for number in range(2, 62)]

    state, found, upload = run(laptop, table(stray + rows).encode(), "field/stray.csv")

    totals = state["totals"]
    assert (totals["strayDays"], totals["strayRows"]) == (["2000-01-01"], 2)
    assert (totals["firstDay"], totals["lastDay"]) == ("2026-04-21", "2026-04-22")
    assert [row["day"] for row in found].count("2000-01-01") == 2
    report = laptop.result(upload, "days-at-a-glance.csv")
    assert [row["day"] for row in csv.DictReader(io.StringIO(report))] == ["2026-04-21", "2026-04-22"]
    told = (
        "2 rows are dated 2000-01-01, far from all others: they landed, and the reports leave them out of their days."
    )
    assert told in page_of(laptop, upload)
    assert told in laptop.mail_that_names(upload.id).get_content()


def test_dates_that_can_be_read_in_two_ways_are_refused_once(laptop: Laptop) -> None:
    rows = [measurement(number, date=f"{1 + number % 9}/4/2026") for number in range(20)]
    mail = refused(laptop, laptop.put(table(rows).encode(), "field/two-ways.csv"), "AmbiguousDates")
    assert "spreadsheet" in mail
    assert "YYYY-MM-DD" in mail


def test_dates_that_can_mean_one_thing_only_are_read(laptop: Laptop) -> None:
    dates = ["13/5/2026", "2/5/2026", "2/5/2026"]
    rows = [measurement(number, date=date, hour=f"8:0{number}:08") for number, date in enumerate(dates)]

    state, found, _ = run(laptop, table(rows).encode(), "field/day-first.csv")

    assert state["upload"]["dialect"]["dateOrder"] == "day first"
    assert [row["day"] for row in found] == ["2026-05-02", "2026-05-02", "2026-05-13"]


def test_a_large_file_whose_last_row_tells_what_its_dates_mean_is_read_so(laptop: Laptop) -> None:
    # More than a sample of it looks at, with few rows: a column that nobody asked for is long.
    dates = ["5/6/2026"] * 2_499 + ["5/13/2026"]
    rows = [measurement(number, date=date, note="x" * 1_000) for number, date in enumerate(dates)]

    state, found, upload = run(laptop, table(rows).encode(), "field/last-row.csv")

    assert state["upload"]["dialect"]["dateOrder"] == "month first"
    assert state["totals"]["rejected"] == 0
    days = Counter(row["day"] for row in found)
    assert days == {"2026-05-06": 2_499, "2026-05-13": 1}
    assert laptop.states_entered(laptop.execution_of(upload)).count("Plan upload exactly") == 1


def test_the_command_line_takes_them_too(laptop: Laptop, tmp_path: Any) -> None:
    file = tmp_path / "drive.csv.gz"
    rows = [measurement(number, satellites="5000" if number < 2 else "5") for number in range(20)]
    file.write_bytes(gzip.compress(table(rows).encode()))

    told = laptop.cellflow("upload", str(file), "--format", "cellflow")

    assert "20 of 20 rows in the lake" in told
    assert "2 values set aside as impossible, their rows kept: satellites range 2" in told
    assert "2 impossible values in 2 rows" in laptop.mail_that_names("drive.csv.gz reported").get_content()

    notes = tmp_path / "notes.md"
    notes.write_text("no measurements")
    for arguments in (("upload", str(notes)), ("upload", str(file), "--format", "no-such-format")):
        laptop.cellflow(*arguments, code=2)
