"""What a workbook has to hold for the CSV of a report, worked out without the code that writes it."""

import math
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADING_ROW = 3
LONGEST_TEXT = 32_767
CONTENTS = "Contents"

INTEGERS = ("tinyint", "smallint", "integer", "int", "bigint")
DECIMALS = ("double", "real", "float", "decimal")
TEXTS = ("varchar", "char", "string")
FORMATS = {"°": "0.00000", "%": "0.0", "dBm": "0.0", "ASU": "0.0", "dB": "0.0", "km/h": "#,##0.0", "ms": "#,##0.0"}


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    unit: str | None = None

    @property
    def kind(self) -> str:
        bare = self.type.split("(")[0]
        if bare in INTEGERS:
            return "hour" if self.name.split("_")[-1] == "hour" else "integer"
        if bare in DECIMALS:
            return "decimal"
        if bare == "date" or (bare in TEXTS and self.name.split("_")[-1] in ("day", "week", "date")):
            return "day"
        if bare.startswith("timestamp"):
            return "timestamp"
        return "boolean" if bare == "boolean" else "text"


def columns_of(report: dict[str, Any]) -> list[Column]:
    return [Column(c["name"], c["type"], report["units"].get(c["name"])) for c in report["columns"]]


def cleaned(text: str, longest: int = LONGEST_TEXT) -> str:
    """What of a text XML can hold, cut to what a cell takes, in the characters that Excel counts."""
    text = re.sub(r"\r\n?", "\n", text)
    text = "".join("\ufffd" if is_unwritable(character) else character for character in text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - 1)].decode("utf-16-le", errors="ignore") + "…"


def is_unwritable(character: str) -> bool:
    code = ord(character)
    control = (code < 0x20 and character not in "\t\n") or 0x7F <= code < 0xA0
    return control or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


def unescaped(text: str) -> str:
    """A text as Excel reads it: `_x0041_` in the file is one character. openpyxl leaves that to its caller."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def as_number(text: str) -> float | None:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return None
    return float(text) if math.isfinite(float(text)) else None


def as_day(text: str) -> datetime | None:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Before, Excel counts a day that never was.
    return datetime(day.year, day.month, day.day) if day >= date(1900, 3, 1) else None


def as_timestamp(text: str) -> datetime | None:
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?\d*", text, re.ASCII)
    if found is None or (day := as_day(found[1])) is None:
        return None
    hour, minute, second = (int(found[place]) for place in (2, 3, 4))
    if hour > 23 or minute > 59 or second > 59:
        return None
    thousandths = int((found[5] or "0").ljust(3, "0"))
    return day + timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=thousandths)


def expected(column: Column, text: str) -> Any:
    """The value of a cell for the text that the engine gave: a number, a day, a boolean, a text, or nothing."""
    if text == "":
        return None
    value: Any = None
    if column.kind in ("integer", "hour"):
        value = as_number(text)
        if value is not None and abs(value) > 999_999_999_999_999:
            value = None
    elif column.kind == "decimal":
        value = as_number(text)
    elif column.kind == "day":
        value = as_day(text)
    elif column.kind == "timestamp":
        value = as_timestamp(text)
    elif column.kind == "boolean":
        value = {"true": True, "false": False}.get(text)
    return cleaned(text) if value is None else value


def unguarded(cell: str) -> str:
    """A cell of a CSV without the apostrophe that keeps spreadsheet programs from running it."""
    return cell[1:] if re.match("'[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]", cell) else cell


def format_of(column: Column) -> str:
    match column.kind:
        case "integer":
            return "0" if column.name.split("_")[-1] in ("id", "code", "year") else "#,##0"
        case "hour":
            return '00":00"'
        case "decimal":
            return FORMATS.get(column.unit or "", "#,##0.00")
        case "day":
            return "yyyy-mm-dd"
        case "timestamp":
            return "yyyy-mm-dd hh:mm:ss"
        case "boolean":
            return "General"
    return "@"


def is_same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool):
        return found is wanted
    if isinstance(wanted, str):
        return isinstance(found, str) and unescaped(found) == wanted
    if isinstance(wanted, datetime):
        # Excel's numbers of days are exact to some microseconds.
        return isinstance(found, datetime) and abs(found - wanted) < timedelta(milliseconds=1)
    if wanted is None:
        return found is None
    # A spreadsheet has no other numbers.
    return type(found) in (int, float) and float(found) == float(wanted)


def read_workbook(file: Path) -> Workbook:
    return openpyxl.load_workbook(file)


def assert_sheet(
    sheet: Worksheet, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], remark: str
) -> int:
    """Holds the sheet against the texts that the engine gave; gives how many cells were compared."""
    assert unescaped(sheet["A1"].value) == title
    assert unescaped(sheet["A2"].value).endswith(remark)
    assert sheet.freeze_panes == f"A{HEADING_ROW + 1}"
    compared = 0
    filled = HEADING_ROW
    for number, row in enumerate(rows, HEADING_ROW + 1):
        filled = number
        cells = next(iter(sheet.iter_rows(min_row=number, max_row=number, max_col=len(columns))))
        for column, cell, text in zip(columns, cells, row, strict=True):
            wanted = expected(column, text)
            assert is_same(cell.value, wanted), (sheet.title, cell.coordinate, cell.value, wanted)
            if wanted is not None:
                assert cell.number_format == format_of(column), (sheet.title, cell.coordinate)
            compared += 1
    assert sheet.max_row == max(filled, HEADING_ROW)
    last = sheet.cell(HEADING_ROW, len(columns)).column_letter
    assert sheet.auto_filter.ref == f"A{HEADING_ROW}:{last}{filled}"
    headings = [unescaped(str(cell.value)) for cell in sheet[HEADING_ROW]]
    assert len(headings) == len(columns)
    for column, heading in zip(columns, headings, strict=True):
        if column.unit is not None:
            assert heading.endswith((f"({column.unit})", f" {column.unit}")), heading
    for column in columns:
        letter = sheet.cell(HEADING_ROW, columns.index(column) + 1).column_letter
        assert 8 <= sheet.column_dimensions[letter].width <= 60
    return compared


def assert_harmless(book: Workbook, file: Path) -> None:
    """No formula, no link out of the workbook, in no cell and no part."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if cell.hyperlink is None:
                    continue
                assert (sheet.title, cell.hyperlink.target) == (CONTENTS, None)
                assert sheet_of(cell.hyperlink.location) in book.sheetnames
    assert_parts_are_plain(file)


def sheet_of(location: str) -> str:
    quoted = re.fullmatch(r"'(.*)'!A1", location, re.DOTALL)
    assert quoted is not None, location
    return quoted[1].replace("''", "'")


def assert_parts_are_plain(file: Path) -> None:
    """Whatever a reader makes of them: the parts name no formula and nothing outside, and are XML."""
    with zipfile.ZipFile(file) as parts:
        assert parts.testzip() is None
        names = parts.namelist()
        assert len(names) == len(set(names))
        assert not [name for name in names if re.search(r"vba|external|connections|media|drawing", name, re.I)]
        for name in names:
            root = ElementTree.fromstring(parts.read(name))
            tags = {element.tag.split("}")[-1] for element in root.iter()}
            if name.startswith("xl/worksheets/sheet"):
                assert not tags & {"f", "legacyDrawing", "oleObjects", "controls", "dataValidations"}, name
            if name.endswith(".rels"):
                assert not [element for element in root.iter() if element.get("TargetMode") == "External"]
