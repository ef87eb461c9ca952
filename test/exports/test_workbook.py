"""The workbook of reports, read by openpyxl: every cell, whatever the rows and the titles hold."""

import json
import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.workbooks import (
    CONTENTS,
    assert_harmless,
    assert_sheet,
    cleaned,
    columns_of,
    read_workbook,
    unescaped,
    unguarded,
)

ROOT = Path(__file__).resolve().parents[2]
MOST_ROWS = 20_000

HOSTILE = [
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://evil.example","x")',
    '+HYPERLINK("http://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "\uff1d1\uff0b1",
    "\t=1+1",
    "\r=1+1",
    "'=1+1 with an apostrophe",
    "http://evil.example/",
    "mailto:x@evil.example",
    "_x0041_ and _x000D_",
    "\x00\x01\x07\x0b\x1b\x7f\x85\x9f",
    "\ufffe\uffff \u202e\u200b",
    "\U0001d54f 😀 é ñ ﷽",
    "]]><f>1+1</f><![CDATA[",
    "&lt;b&gt; &#x41; &amp;",
    "   spaces before and behind   ",
    "several\nlines\r\nof\rtext",
    "#REF!",
    "#N/A",
    "1e5",
    "0x10",
    "TRUE",
    "2026-01-01",
    "1/2",
    "00801",
    "x" * 32_767,
    "y" * 40_000,
    "😀" * 17_000,
    "NaN",
    "Infinity",
    " ",
    "null",
]
NUMBERS = [
    "0",
    "-0.5",
    "12",
    "-101.25",
    "1.0E-5",
    "2.5E7",
    "123456789012345",
    "1234567890123456789",
    "1E400",
    "99999999999999999999.5",
]
DAYS = ["2026-01-01", "1900-02-28", "1900-03-01", "2026-02-29", "2024-02-29", "9999-12-31", "0001-01-01", "2026-1-1"]
MOMENTS = ["2026-03-02 07:08:09.123", "2026-03-02 24:00:00", "2026-03-02 07:08:09", "2026-03-02 07:08:09.123 UTC"]
COLUMNS = [
    ("operator", "varchar"),
    ("day", "varchar"),
    ("first_day", "date"),
    ("hour", "integer"),
    ("count_rows", "bigint"),
    ("cell_id", "bigint"),
    ("median_signal_dbm", "double"),
    ("share_in_service", "double"),
    ("latitude", "decimal(10,5)"),
    ("measured_at", "timestamp(3)"),
    ("is_known", "boolean"),
    ("places", "array(varchar)"),
]
UNITS = {"median_signal_dbm": "dBm", "share_in_service": "%", "latitude": "°"}
TITLES = [
    "Weak spots",
    "weak SPOTS",
    "History",
    "contents",
    "",
    "a/b\\c?d*e[f]g:h",
    "'quoted'",
    "''",
    "x" * 200,
    "😀" * 40,
    "\ud800 half",
    "=1+1",
    "A title that is much longer than thirty-one characters",
    "A title that is much longer than a tab",
    "\x00\x01\u202e",
    "_x0041_",
    "It's",
]


@dataclass
class Report:
    """What *Run reports* keeps of a report, and the texts of its cells."""

    name: str
    title: str = "Title"
    columns: list[tuple[str, str]] = field(default_factory=lambda: COLUMNS)
    cells: list[list[str]] = field(default_factory=list)
    question: str | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        failed = self.reason is not None
        said = {"question": self.question, "reason": self.reason}
        return {
            **{name: text for name, text in said.items() if text is not None},
            "name": self.name,
            "title": self.title,
            "status": "failed" if failed else "done",
            "deployed": True,
            "units": UNITS,
            "columns": [] if failed else [{"name": name, "type": kind} for name, kind in self.columns],
            "rows": len(self.cells),
            "csv": f"0123456789abcdef/{self.name}.csv",
            "cells": self.cells,
        }


def totals_of(rows: int, rejected: int) -> dict[str, Any]:
    days = {"firstDay": "2026-03-02", "lastDay": "2026-03-03"}
    return {"rows": rows, "valid": rows - rejected, "rejected": rejected, **days}


def write(folder: Path, reports: list[Report], *keys: str) -> Path:
    """Write the workbook of files of 1,200 rows; of the last, 10 are rejected."""
    job, book = folder / "job.json", folder / "book.xlsx"
    keys = keys or ("north/drive.csv",)
    files = [
        {"upload": {"id": f"{n:016x}", "key": key}, "totals": totals_of(1_200, 10 if n == len(keys) else 0)}
        for n, key in enumerate(keys, start=1)
    ]
    about = {"files": files, "totals": totals_of(1_200 * len(keys), 10)}
    job.write_text(json.dumps({**about, "reports": [one.as_json() for one in reports]}))
    command = ["node", "--import", "tsx", "test/exports/write-workbook.ts", str(job), str(book)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr[-3_000:]
    return book


def random_rows(draw: random.Random, count: int) -> list[list[str]]:
    """Rows of all that a column may hold, mixed with what it never should."""
    pools = {"varchar": HOSTILE, "date": DAYS, "timestamp(3)": MOMENTS, "boolean": ["true", "false", "TRUE"]}

    def text() -> str:
        letters = [
            chr(draw.choice([draw.randrange(0x20, 0x7F), draw.randrange(0xA0, 0xD800), draw.randrange(0x1F)]))
            for _ in range(8)
        ]
        return "".join(letters)

    def cell(name: str, kind: str) -> str:
        usual = DAYS if name == "day" else pools.get(kind, NUMBERS)
        return draw.choice([draw.choice(usual), draw.choice(usual), draw.choice(HOSTILE), text(), ""])

    return [[cell(name, kind) for name, kind in COLUMNS] for _ in range(count)]


def test_every_cell_is_what_the_engine_gave_and_no_text_is_more_than_a_text(tmp_path: Path) -> None:
    draw = random.Random(41)
    reports = [Report(f"report-{n}", title, cells=random_rows(draw, 40)) for n, title in enumerate(TITLES)]
    # Each hostile text in each column, too.
    reports.append(
        Report("all", "All", cells=[[text] * len(COLUMNS) for text in [*HOSTILE, *NUMBERS, *DAYS, *MOMENTS]])
    )

    file = write(tmp_path, reports, "=cmd|'x'!A1.csv")
    book = read_workbook(file)

    assert_harmless(book, file)
    assert book.sheetnames[0] == CONTENTS
    compared = 0
    for report, sheet in zip(reports, book.worksheets[1:], strict=True):
        remark = f"{len(report.cells)} rows."
        # An apostrophe before what looks like a formula is taken for the guard of the CSV, whoever wrote it.
        rows = [[unguarded(text) for text in row] for row in report.cells]
        compared += assert_sheet(sheet, cleaned(report.title, 200), columns_of(report.as_json()), rows, remark)
    assert compared > 8_000
    assert book[CONTENTS]["B2"].value == "=cmd|'x'!A1.csv"


def test_the_first_sheet_names_each_file_of_several_as_text(tmp_path: Path) -> None:
    hostile = ["=cmd|'x'!A1.csv", '=HYPERLINK("http://evil.example")', "\u202egnp.csv", "x" * 1_000]
    keys = [*hostile, *(f"north/phone-{n}.csv" for n in range(1, 301))]

    file = write(tmp_path, [Report("one", "One")], *keys)
    book = read_workbook(file)

    assert_harmless(book, file)
    rows = [[cell.value for cell in row[:4]] for row in book[CONTENTS].iter_rows()]
    assert rows[1][:2] == ["Files", 304]
    assert ["Rows in the files", 364_800, None, None] in rows
    heading = rows.index(["File", "Days", "Rows", "Remarks"])
    assert heading > rows.index(["Report", "What it answers", "Rows", "Remarks"])
    days, files = "2026-03-02 \u2013 2026-03-03", rows[heading + 1 :]
    # What has rejected rows comes first.
    assert files[0] == ["north/phone-300.csv", days, 1_200, f"10 rejected, upload {304:016x}"]
    assert sorted(row[0] for row in files) == sorted(keys)
    assert {tuple(row[1:3]) for row in files} == {(days, 1_200)}


def test_sheets_have_names_that_excel_takes_each_once(tmp_path: Path) -> None:
    reports = [Report(f"report-{n}", title) for n, title in enumerate(TITLES * 3)]

    names = read_workbook(write(tmp_path, reports)).sheetnames

    assert len(names) == len(reports) + 1
    assert len({name.casefold() for name in names}) == len(names)
    assert "history" not in {name.casefold() for name in names}
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("\\/?*[]:")
        assert not name.startswith("'") and not name.endswith("'")
        assert name.isprintable()
    assert names[1] == "Weak spots"
    assert names[2] == "weak SPOTS (2)"


def test_the_contents_lead_to_each_sheet_and_name_what_failed(tmp_path: Path) -> None:
    question = '=HYPERLINK("http://evil.example")?'
    reports = [
        Report("good", "It's good", cells=[["x"] + [""] * 11], question=question),
        Report("bad", "=Bad", reason="line 1:8: Column '=roaming' cannot be resolved"),
        Report("empty", "Empty"),
    ]

    file = write(tmp_path, reports)
    book = read_workbook(file)
    rows = {row[0].value: row for row in book[CONTENTS].iter_rows(max_col=4)}

    assert_harmless(book, file)
    assert book.sheetnames == [CONTENTS, "It's good", "Empty"]
    assert [rows[name][1].value for name in ("File", "Upload")] == ["north/drive.csv", f"{1:016x}"]
    assert [rows[name][1].value.date().isoformat() for name in ("First day", "Last day")] == [
        "2026-03-02",
        "2026-03-03",
    ]
    assert [rows[name][1].value for name in ("Rows in the file", "Accepted", "Rejected")] == [1_200, 1_190, 10]
    assert rows["It's good"][0].hyperlink.location == "'It''s good'!A1"
    assert (rows["It's good"][1].value, rows["It's good"][2].value) == (question, 1)
    assert rows["=Bad"][0].hyperlink is None
    assert rows["=Bad"][3].value == "Failed: line 1:8: Column '=roaming' cannot be resolved"
    assert (rows["Empty"][2].value, book["Empty"].max_row) == (0, 3)


def test_a_large_report_has_its_first_rows_and_says_so(tmp_path: Path) -> None:
    columns = [("text", "varchar"), ("n", "bigint")]
    large = Report("large", "Large", columns, [[f"row {row}", str(row)] for row in range(MOST_ROWS + 5)])
    small = Report("small", "Small", columns, [["x", "7"]] * 10)

    book = read_workbook(write(tmp_path, [large, small]))

    said = "The first 20,000 of 20,005 rows; the CSV has all."
    assert_sheet(book["Large"], "Large", columns_of(large.as_json()), large.cells[:MOST_ROWS], said)
    assert_sheet(book["Small"], "Small", columns_of(small.as_json()), small.cells, "10 rows.")
    assert [row[3].value for row in book[CONTENTS].iter_rows(min_row=11, max_col=4)] == [said, None]


def test_texts_that_are_too_much_end_a_sheet_and_it_says_so(tmp_path: Path) -> None:
    cells = [["x" * 32_000, str(row)] for row in range(1_700)]
    columns = [("text", "varchar"), ("n", "bigint")]

    book = read_workbook(
        write(tmp_path, [Report("long", "Long", columns, cells), Report("next", "Next", columns, cells)])
    )
    long, following = book.worksheets[1:]

    # 50 million characters, 32,000 a row.
    assert long.auto_filter.ref == f"A3:B{3 + 1_562}"
    assert unescaped(long.cell(3 + 1_562 + 2, 1).value).startswith("The rest is left out")
    assert (following.max_row, following.cell(5, 1).value) == (5, long.cell(long.max_row, 1).value)
