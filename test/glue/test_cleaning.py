from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest
from cellflow.cleaning import clean, parse_rows
from cellflow.records import Poison
from cellflow.schemas import MEASUREMENTS
from support.kinesis_records import row

UPLOAD = "0123456789abcdef"


def cleaned(*lines: str) -> dict[str, pa.Table]:
    return clean(parse_rows("".join(lines).encode()), UPLOAD)


def one(**values: Any) -> dict[str, Any]:
    (table,) = cleaned(row(**values)).values()
    assert table.schema == MEASUREMENTS
    return table.to_pylist()[0]


def test_a_row_is_typed_and_named_as_the_table_is() -> None:
    assert one() == {
        "measured_at": datetime(2026, 1, 1, 8, 15),
        "latitude": 41.5,
        "longitude": 2.25,
        "signal": 12,
        "network": "movistar",
        "operator": "movistar",
        "status": 0,
        "description": "STATE_IN_SERVICE",
        "speed_kmh": 1.5,
        "satellites": 4,
        "gps_accuracy_m": 51.0,
        "provider": "gps",
        "activity": "STILL",
        "postal_code": "8012",
        "upload_id": UPLOAD,
    }


@pytest.mark.parametrize(
    ("column", "written", "name", "kept"),
    [
        ("signal", "99", "signal", None),
        ("signal", "99.0", "signal", None),
        ("signal", "0", "signal", 0),
        ("signal", "7.0", "signal", 7),
        ("satellites", "4.0", "satellites", 4),
        ("network", "", "network", None),
        ("network", "  ", "network", None),
        ("operator", " Vodafone ES ", "operator", "vodafone es"),
        ("operator", '"Orange, ""E"""', "operator", 'orange, "e"'),
        ("operator", "ÑANDÚ", "operator", "ñandú"),
        ("description", '"two\nlines"', "description", "two\nlines"),
        ("activity", " STILL ", "activity", "STILL"),
        ("postal_code", "", "postal_code", None),
        ("postal_code", "250236.0", "postal_code", "250236"),
        ("postal_code", "08012", "postal_code", "08012"),
        ("postal_code", "EC1A 1BB", "postal_code", "EC1A 1BB"),
        ("speed", "0.05", "speed_kmh", 0.1),
        ("speed", "1.149", "speed_kmh", 1.1),
        ("speed", "1.15", "speed_kmh", 1.2),
        ("speed", "137.6", "speed_kmh", 137.6),
        ("precission", "7.25", "gps_accuracy_m", 7.3),
        ("lat", "-9.40543", "latitude", -9.40543),
        ("hour", "23:59:59", "measured_at", datetime(2026, 1, 1, 23, 59, 59)),
    ],
)
def test_values_are_cleaned(column: str, written: str, name: str, kept: Any) -> None:
    assert one(**{column: written})[name] == kept


def test_rows_are_parted_by_day() -> None:
    days = [f"2026-01-{day:02d}" for day in (3, 1, 2, 1, 3, 1)]

    parts = cleaned(*(row(day=day, lat=n) for n, day in enumerate(days)))

    assert {day: part["latitude"].to_pylist() for day, part in parts.items()} == {
        "2026-01-01": [1, 3, 5],
        "2026-01-02": [2],
        "2026-01-03": [0, 4],
    }
    assert all(
        {at.date().isoformat() for at in part["measured_at"].to_pylist()} == {day} for day, part in parts.items()
    )


@pytest.mark.parametrize(
    "line",
    [
        row(day=""),
        row(day="2026-13-01"),
        row(day="01/02/2026"),
        row(hour="25:00:00"),
        row(hour="noon"),
        row(lat="north"),
        row(lat="nan"),
        row(long="inf"),
        row(signal="4.5"),
        row(satellites="many"),
        row(speed="inf"),
        row(speed="1e300"),
        "2026-01-01,10:00:00,1,2\n",
        row().rstrip("\n") + ",more\n",
        "\n",
    ],
)
def test_rows_that_are_not_canonical_are_poison(line: str) -> None:
    with pytest.raises(Poison):
        cleaned(row(), line)


def test_text_that_is_not_utf8_is_poison() -> None:
    with pytest.raises(Poison):
        clean(parse_rows(row().encode().replace(b"STILL", b"\xff\xfe")), UPLOAD)


def test_no_rows_are_no_days() -> None:
    assert clean(parse_rows(b""), UPLOAD) == {}
