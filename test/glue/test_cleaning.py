import re
from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from cellflow.cleaning import clean, parse_rows
from cellflow.poison import Poison
from cellflow.schemas import CLEANED
from support.kinesis_records import NEWEST, row, sparse_row
from support.tables import tile

UPLOAD = "0123456789abcdef"


NEW_IN_2 = (
    *("technology", "signal_dbm", "rsrq_db", "sinr_db", "town", "cell"),
    *("download_mbps", "upload_mbps", "latency_ms", "device"),
)


def cleaned(*lines: str, version: int = NEWEST) -> dict[str, pa.Table]:
    return clean(parse_rows("".join(lines).encode(), version), UPLOAD)


def only(line: str, version: int = NEWEST) -> dict[str, Any]:
    (table,) = cleaned(line, version=version).values()
    assert table.schema == CLEANED
    return table.to_pylist()[0]


def one(**values: Any) -> dict[str, Any]:
    return only(row(**values))


def test_a_row_is_typed_and_named_as_the_table_is() -> None:
    assert one() == {
        "measured_at": datetime(2026, 1, 1, 7, 15),
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
        "postal_code": "080193",
        "technology": "4G",
        "signal_dbm": -95.5,
        "rsrq_db": -11.0,
        "sinr_db": 7.5,
        "town": "Barcelona",
        "cell": "214-7-2310-27447297",
        "download_mbps": 48.25,
        "upload_mbps": 9.5,
        "latency_ms": 31.0,
        "device": "Pixel 8",
        "tile": tile(41.5, 2.25),
        "upload_id": UPLOAD,
        "hour": 8,
    }


def test_a_row_of_version_1_lacks_what_came_with_the_second() -> None:
    found = only(row(1), version=1)

    assert found == {
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
        **dict.fromkeys(NEW_IN_2),
        "tile": tile(41.5, 2.25),
        "upload_id": UPLOAD,
        "hour": 8,
    }


def test_a_row_may_know_no_more_than_its_place_and_time() -> None:
    found = only(sparse_row())

    assert {name: value for name, value in found.items() if value is not None} == {
        "measured_at": datetime(2026, 1, 1, 8, 15),
        "latitude": 41.5,
        "longitude": 2.25,
        "tile": tile(41.5, 2.25),
        "upload_id": UPLOAD,
        "hour": 8,
    }


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("column", "written", "name", "kept"),
    [
        ("signal", "99", "signal", None),
        ("signal", "99.0", "signal", None),
        ("signal", "255", "signal", None),
        ("signal", "2147483647", "signal", None),
        ("signal", "", "signal", None),
        ("signal", "0", "signal", 0),
        ("signal", "-5", "signal", -5),
        ("signal", "97", "signal", 97),
        ("signal", "7.0", "signal", 7),
        ("status", "", "status", None),
        ("satellites", "4.0", "satellites", 4),
        ("satellites", "99", "satellites", 99),
        ("satellites", "", "satellites", None),
        ("network", "", "network", None),
        ("network", "  ", "network", None),
        ("operator", " Vodafone ES ", "operator", "vodafone es"),
        ("operator", '"Orange, ""E"""', "operator", 'orange, "e"'),
        ("operator", "ÑANDÚ", "operator", "ñandú"),
        ("description", '"two\nlines"', "description", "two\nlines"),
        ("provider", "", "provider", None),
        ("activity", " STILL ", "activity", "STILL"),
        ("postal_code", "", "postal_code", None),
        ("postal_code", "250236.0", "postal_code", "250236"),
        ("postal_code", "08012", "postal_code", "08012"),
        ("postal_code", "EC1A 1BB", "postal_code", "EC1A 1BB"),
        ("speed", "0.05", "speed_kmh", 0.1),
        ("speed", "1.149", "speed_kmh", 1.1),
        ("speed", "1.15", "speed_kmh", 1.2),
        ("speed", "137.6", "speed_kmh", 137.6),
        ("speed", "", "speed_kmh", None),
        ("precission", "7.25", "gps_accuracy_m", 7.3),
        ("lat", "-9.40543", "latitude", -9.40543),
    ],
)
def test_values_are_cleaned(version: int, column: str, written: str, name: str, kept: Any) -> None:
    assert only(row(version, **{column: written}), version)[name] == kept
    # Among others that are known, too.
    (table,) = cleaned(row(version), row(version, **{column: written}), version=version).values()
    assert table.column(name).to_pylist()[1] == kept


@pytest.mark.parametrize(
    ("column", "written", "name", "kept"),
    [
        ("technology", "", "technology", None),
        ("signal_dbm", "-113", "signal_dbm", -113.0),
        ("signal_dbm", "-95.25", "signal_dbm", -95.25),
        ("signal_dbm", "", "signal_dbm", None),
        ("rsrq", "-19.5", "rsrq_db", -19.5),
        ("sinr", "-0.2", "sinr_db", -0.2),
        ("town", "L'Hospitalet de Llobregat", "town", "L'Hospitalet de Llobregat"),
        ("cell", "", "cell", None),
        ("download", "0.0005", "download_mbps", 0.0005),
        ("upload", "0", "upload_mbps", 0.0),
        ("latency", "12.345", "latency_ms", 12.345),
        ("device", '"SM-G991B, ""blue"""', "device", 'SM-G991B, "blue"'),
    ],
)
def test_values_of_version_2_are_cleaned(column: str, written: str, name: str, kept: Any) -> None:
    assert one(**{column: written})[name] == kept


@pytest.mark.parametrize(
    ("day", "hour", "offset", "moment"),
    [
        ("2026-01-01", "23:59:59", "", datetime(2026, 1, 1, 23, 59, 59)),
        ("2026-01-01", "23:59:59", "0", datetime(2026, 1, 1, 23, 59, 59)),
        ("2026-01-01", "08:38:08.123", "0", datetime(2026, 1, 1, 8, 38, 8, 123_000)),
        ("2026-01-01", "08:38:08.5", "0", datetime(2026, 1, 1, 8, 38, 8, 500_000)),
        ("2026-01-01", "23:59:59.999", "60", datetime(2026, 1, 1, 22, 59, 59, 999_000)),
        # The days differ on both sides of midnight.
        ("2026-01-01", "00:30:00", "60", datetime(2025, 12, 31, 23, 30)),
        ("2026-01-01", "20:15:00.250", "-300", datetime(2026, 1, 2, 1, 15, 0, 250_000)),
        ("2026-01-01", "05:00:00", "345", datetime(2025, 12, 31, 23, 15)),
        ("2026-01-01", "05:00:00", "345.0", datetime(2025, 12, 31, 23, 15)),
        # The clocks go back: the same hour twice. They go forward: from 02:00 to 03:00.
        ("2026-10-25", "02:30:00", "120", datetime(2026, 10, 25, 0, 30)),
        ("2026-10-25", "02:30:00", "60", datetime(2026, 10, 25, 1, 30)),
        ("2026-03-29", "01:59:59", "60", datetime(2026, 3, 29, 0, 59, 59)),
        ("2026-03-29", "03:00:00", "120", datetime(2026, 3, 29, 1, 0)),
        ("1999-12-31", "23:00:00", "-120", datetime(2000, 1, 1, 1, 0)),
    ],
)
def test_a_moment_is_the_local_day_and_time_less_the_offset(day: str, hour: str, offset: str, moment: datetime) -> None:
    asked = row(day=day, hour=hour, utc_offset=offset)
    others = [row(day="2026-07-07"), row(day=day, hour="12:00:00", utc_offset="")]

    for lines in ([asked], [asked, *others]):
        parts = cleaned(*lines)

        assert set(parts) == ({day} if lines == [asked] else {day, "2026-07-07"})
        assert parts[day].column("measured_at").to_pylist()[0] == moment
        assert parts[day].column("hour").to_pylist()[0] == int(hour[:2])


def test_moments_with_offsets_of_a_zone_are_those_of_the_zone() -> None:
    zone = ZoneInfo("Europe/Madrid")
    start = datetime(2026, 10, 24, 20, tzinfo=timezone.utc)
    moments = [start + timedelta(minutes=7, milliseconds=1) * n for n in range(200)]
    local = [moment.astimezone(zone) for moment in moments]
    lines = [
        row(
            day=at.date().isoformat(),
            hour=at.time().isoformat("milliseconds"),
            utc_offset=int(at.utcoffset().total_seconds() // 60),  # type: ignore[union-attr]
        )
        for at in local
    ]

    parts = cleaned(*lines)

    found = [row for part in parts.values() for row in part.to_pylist()]
    assert [row["measured_at"] for row in found] == [moment.replace(tzinfo=None) for moment in moments]
    assert [row["hour"] for row in found] == [at.hour for at in local]
    assert {day: part.num_rows for day, part in parts.items()} == Counter(at.date().isoformat() for at in local)


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


def test_every_column_goes_to_the_day_of_its_row() -> None:
    days = [f"2026-01-{1 + n * n % 7:02d}" for n in range(60)]
    lines = [
        row(
            day=day,
            lat=n,
            hour=f"{n % 24:02d}:00:00",
            operator=f"operator {n}",
            town="" if n % 2 else f"town {n}",
            signal_dbm=-100 + n / 4,
            utc_offset=n,
            device="",
        )
        for n, day in enumerate(days)
    ]
    alone = {n: only(line) for n, line in enumerate(lines)}

    for day, part in cleaned(*lines).items():
        assert part.to_pylist() == [alone[n] for n in range(60) if days[n] == day]


SPOILED: list[dict[str, Any]] = [
    {"day": ""},
    {"day": "2026-13-01"},
    {"day": "01/02/2026"},
    {"hour": ""},
    {"hour": "25:00:00"},
    {"hour": "08:15:60"},
    {"hour": "08:15:00.1234"},
    {"hour": "noon"},
    {"lat": ""},
    {"lat": "north"},
    {"lat": "nan"},
    {"long": ""},
    {"long": "inf"},
    {"signal": "4.5"},
    {"satellites": "many"},
    {"speed": "inf"},
    {"speed": "1e300"},
]
SPOILED_OF_2: list[dict[str, Any]] = [
    {"utc_offset": "+01:00"},
    {"utc_offset": "1.5"},
    {"utc_offset": "1e12"},
    {"utc_offset": "nan"},
    {"signal_dbm": "weak"},
    {"signal_dbm": "nan"},
    # As a key it is an int.
    {"signal_dbm": "-1e10"},
    {"rsrq": "-inf"},
    {"sinr": "1e300"},
    {"download": "fast"},
    {"latency": "nan"},
]


@pytest.mark.parametrize(
    ("version", "values"),
    [*((1, spoiled) for spoiled in SPOILED), *((2, spoiled) for spoiled in SPOILED + SPOILED_OF_2)],
)
def test_values_that_are_not_of_their_kind_are_poison(version: int, values: dict[str, Any]) -> None:
    with pytest.raises(Poison):
        cleaned(row(version), row(version, **values), version=version)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    "line", ["2026-01-01,10:00:00,1,2\n", row(1), row(2), row(1)[:-1] + ",more\n", row(2)[:-1] + ",more\n", "\n"]
)
def test_rows_of_other_columns_are_poison(version: int, line: str) -> None:
    if line == row(version):
        assert cleaned(row(version), line, version=version)
        return
    with pytest.raises(Poison):
        cleaned(row(version), line, version=version)


def test_text_that_is_not_utf8_is_poison() -> None:
    with pytest.raises(Poison):
        clean(parse_rows(row().encode().replace(b"STILL", b"\xff\xfe")), UPLOAD)


def test_no_rows_are_no_days() -> None:
    assert clean(parse_rows(b""), UPLOAD) == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-01-01,10:00:00,secret\n", r"^rows: Expected \d+ columns, got 3$"),
        (row(lat="secret"), r"^rows: In CSV column #2: .*CSV conversion error to double$"),
        (row(hour="secret"), r"^rows: In CSV column #1: .*CSV conversion error to time32\[ms\]$"),
        (row(day="secret"), "^rows: a value is not what its column says$"),
        (row(satellites="4242.5"), "^rows: a value is not what its column says$"),
    ],
    ids=["too few columns", "no number", "no time", "no day", "no whole number"],
)
def test_a_reason_holds_no_value(line: str, reason: str) -> None:
    with pytest.raises(Poison, match=reason) as raised:
        cleaned(line)

    assert not re.search("secret|4242", str(raised.value))
