"""What Cellflow should keep of a file of each shipped format, told without Cellflow.

Each layout is read by pandas and plain code, written from what `docs/formats.md` and the makers' documents say and not
from the files in `formats/`, so that a mistake there is not made twice.
"""

import re
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

COLUMNS = (
    "day",
    "measured_at",
    "latitude",
    "longitude",
    "signal",
    "network",
    "operator",
    "status",
    "description",
    "speed_kmh",
    "satellites",
    "gps_accuracy_m",
    "provider",
    "activity",
    "postal_code",
    "technology",
    "signal_dbm",
    "rsrq_db",
    "sinr_db",
    "town",
    "cell",
    "download_mbps",
    "upload_mbps",
    "latency_ms",
    "device",
)

NOTHING = {"", "null", "nan", "n/a", "na", "none", "\\n", "-", "--", "#n/a", "#null!"}
AROUND = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
TECHNOLOGIES = {
    **dict.fromkeys(("2g", "gsm", "gprs", "edge", "cdma", "1xrtt", "iden"), "2G"),
    **dict.fromkeys(("3g", "umts", "wcdma", "hsdpa", "hsupa", "hspa", "hspa+", "hspap", "td_scdma"), "3G"),
    **dict.fromkeys(("td-scdma", "tdscdma", "evdo", "evdo_0", "evdo_a", "evdo_b", "ehrpd"), "3G"),
    **dict.fromkeys(("4g", "lte", "lte_ca", "lte+"), "4G"),
    **dict.fromkeys(("5g", "nr", "nr_nsa", "nr_sa", "lte+nr", "5g nsa", "5g sa"), "5G"),
}
FIRST_DAY = "2000-01-01"

Row = dict[str, str]
Known = dict[str, object]
Reader = Callable[[Row, ZoneInfo], "Known | None"]


def text(row: Row, name: str, *nothing: str) -> str | None:
    """The value of a column; None where it is unknown."""
    value = row.get(name, "").strip(AROUND)
    return None if value.lower() in {*NOTHING, *nothing} or set(value) == {"?"} else value


def lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def number(value: str | None, least: float, most: float, times: str = "1") -> Decimal | None:
    """A number within bounds; None where it is unknown or impossible."""
    if value is None:
        return None
    try:
        read = Decimal(value.replace("\u2212", "-")) * Decimal(times)
    except InvalidOperation:
        return None
    return read if read.is_finite() and least <= read <= most else None


def whole(value: str | None, least: float, most: float) -> int | None:
    read = number(value, least, most)
    return int(read) if read is not None and read == read.to_integral_value() else None


def plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def tenths(value: Decimal | None) -> float | None:
    return None if value is None else float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def speed(value: str | None, times: str = "1") -> float | None:
    return tenths(number(value, 0, 1500, times))


def accuracy(value: str | None) -> float | None:
    return tenths(number(value, 0, 1_000_000))


def technology(value: str | None) -> str | None:
    return None if value is None else TECHNOLOGIES.get(value.lower())


def power(value: str | None) -> float | None:
    return plain(number(value, -150, -20))


def asu(value: str | None) -> int | None:
    return None if value in {"99", "255", "2147483647"} else whole(value, -5, 97)


def joined(row: Row, *names: str, nothing: tuple[str, ...] = ()) -> str | None:
    parts = [text(row, name, *nothing) for name in names]
    return None if None in parts else "-".join(part for part in parts if part is not None)


def place(row: Row, latitude: str, longitude: str) -> Known | None:
    lat = number(text(row, latitude), -90, 90)
    long = number(text(row, longitude), -180, 180)
    if lat is None or long is None or (lat == 0 and long == 0):
        return None
    return {"latitude": float(lat), "longitude": float(long)}


def moment(instant: datetime, zone: ZoneInfo) -> Known | None:
    """Day and instant; None where the day is none that a measurement can be of."""
    day = instant.astimezone(zone).date().isoformat()
    if day < FIRST_DAY:
        return None
    return {"day": day, "measured_at": instant.astimezone(timezone.utc)}


def wall_clock(written: str, shape: str, zone: ZoneInfo) -> Known | None:
    try:
        return moment(datetime.strptime(written, shape).replace(tzinfo=zone), zone)
    except ValueError:
        return None


def generalitat_signal(row: Row, name: str, kind: str | None) -> Known:
    """Android's ASU until 2017: GSM's up to 31 whatever the technology."""
    value = asu(text(row, name))
    dbm: int | None = None
    if value is not None and kind is not None:
        if value <= 31:
            dbm = 2 * value - 113
        elif kind == "4G":
            dbm = value - 140
    return {"signal": value, "technology": kind, "signal_dbm": None if dbm is None else float(dbm)}


def code(value: str | None) -> str | None:
    """A municipality's six digits, whatever a spreadsheet did to them."""
    if value is None:
        return None
    digits = re.sub(r"\.0+$", "", value)
    return f"0{digits}" if re.fullmatch(r"\d{5}", digits) else digits


def provider(value: str | None) -> str | None:
    return value.lower() if value is not None and value.lower() in {"gps", "network", "fused"} else None


def generalitat_row(row: Row, zone: ZoneInfo, names: dict[str, str]) -> Known | None:
    """A row of the data set, by the names that it has there; `names` has those that another file gives them."""

    def at(name: str, *nothing: str) -> str | None:
        return text(row, names.get(name, name), *nothing)

    when = wall_clock(f"{(at('date') or '')[:10]} {at('hour') or ''}", "%Y-%m-%d %H:%M:%S", zone)
    where = place(row, "lat", names.get("long", "long"))
    if when is None or where is None:
        return None
    return {
        **when,
        **where,
        **generalitat_signal(row, names.get("signal", "signal"), technology(at("net"))),
        "network": lower(at("network")),
        "operator": lower(at("operator")),
        "status": whole(at("status", "-1"), 0, 3),
        "description": at("description"),
        "speed_kmh": speed(at("speed", "-1")),
        "satellites": whole(at("satellites", "-1"), 0, 1000),
        "gps_accuracy_m": accuracy(at("precission", "-1")),
        "provider": provider(at("provider")),
        "activity": at("activity"),
        "postal_code": code(at("postal_code")),
        "town": at("town_name"),
    }


def generalitat(row: Row, zone: ZoneInfo) -> Known | None:
    return generalitat_row(row, zone, {})


def generalitat_portal(row: Row, zone: ZoneInfo) -> Known | None:
    names = {"hour": "hora_", "long": "long_", "signal": "senyal", "network": "xarxa", "operator": "operador"}
    return generalitat_row(row, zone, {**names, "description": "desc_", "activity": "activitat"})


def tower_collector(row: Row, zone: ZoneInfo) -> Known | None:
    if row["neighboring"] == "true":
        return None
    try:
        instant = datetime.strptime(row["measured_at"], "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None
    when, where = moment(instant, zone), place(row, "lat", "lon")
    if when is None or where is None:
        return None
    kind = text(row, "net_type", "unknown")
    network = joined(row, "mcc", "mnc")
    return {
        **when,
        **where,
        "signal": asu(text(row, "asu")),
        "network": network,
        "operator": network,
        # Android tells metres a second.
        "speed_kmh": speed(text(row, "speed", "-1"), "3.6"),
        "gps_accuracy_m": accuracy(text(row, "accuracy", "-1")),
        "technology": technology(kind),
        "signal_dbm": power(text(row, "dbm")),
        "rsrq_db": plain(number(text(row, "rsrq") or text(row, "ss_rsrq") or text(row, "csi_rsrq"), -50, 30)),
        "sinr_db": plain(number(text(row, "rssnr") or text(row, "ss_sinr") or text(row, "csi_sinr"), -50, 60)),
        "cell": joined(row, "mcc", "mnc", "lac", "cell_id", nothing=("-1", str(2**31 - 1), str(2**63 - 1))),
        "device": text(row, "device"),
    }


def gnettrack_pro(row: Row, zone: ZoneInfo) -> Known | None:
    when = wall_clock(row["Timestamp"], "%Y.%m.%d_%H.%M.%S", zone)
    where = place(row, "Latitude", "Longitude")
    if when is None or where is None:
        return None
    name = text(row, "Operatorname")
    no_coverage = name == "NO_COVERAGE"
    tech, mode = text(row, "NetworkTech"), text(row, "NetworkMode")
    kind = technology(tech or mode)
    network = None if no_coverage else lower(name)
    return {
        **when,
        **where,
        "network": network,
        "operator": network,
        # Who knows the technology of its cell is served by it.
        "status": 1 if no_coverage else 0 if any(map(technology, (tech, mode))) else None,
        "speed_kmh": speed(text(row, "Speed", "-1")),
        "gps_accuracy_m": accuracy(text(row, "Accuracy", "-1")),
        "technology": kind,
        "signal_dbm": power(text(row, "Level", "-200")),
        # The quality is RXQUAL of 2G and Ec/No of 3G.
        "rsrq_db": plain(number(text(row, "Qual"), -50, 30)) if kind in {"4G", "5G"} else None,
        "sinr_db": plain(number(text(row, "SNR"), -50, 60)),
        "cell": joined(row, "Operator", "LAC", "Node", "CellID"),
        "download_mbps": plain(number(text(row, "DL_bitrate", "-1"), 0, 100_000, "0.001")),
        "upload_mbps": plain(number(text(row, "UL_bitrate", "-1"), 0, 100_000, "0.001")),
        "latency_ms": plain(number(text(row, "PINGAVG", "-1"), 0, 600_000)),
    }


def opencellid_signal(value: str | None, kind: str | None) -> Known:
    """ASU from -5 on, dBm below; 0 where none was sent."""
    read = number(None if value == "0" else value, -1e9, 1e9)
    if read is None:
        return {"signal": None, "signal_dbm": None}
    if read < -5:
        return {"signal": None, "signal_dbm": power(value)}
    level = asu(value)
    scales = {"2G": (0, 31, 2, -113), "3G": (-5, 91, 1, -116), "4G": (0, 97, 1, -140)}
    dbm: float | None = None
    if level is not None and kind in scales:
        least, most, step, offset = scales[kind]
        dbm = float(step * level + offset) if least <= level <= most else None
    return {"signal": level, "signal_dbm": dbm}


def opencellid(row: Row, zone: ZoneInfo) -> Known | None:
    if not row["measured_at"].isdigit():
        return None
    milliseconds = int(row["measured_at"])
    instant = datetime.fromtimestamp(milliseconds // 1000, timezone.utc).replace(microsecond=milliseconds % 1000 * 1000)
    when, where = moment(instant, zone), place(row, "lat", "lon")
    if when is None or where is None:
        return None
    kind = technology(text(row, "act"))
    network = joined(row, "mcc", "mnc")
    return {
        **when,
        **where,
        **opencellid_signal(text(row, "signal"), kind),
        "network": network,
        "operator": network,
        "speed_kmh": speed(text(row, "speed", "-1"), "3.6"),
        "gps_accuracy_m": accuracy(text(row, "rating", "-1")),
        "technology": kind,
        "cell": joined(row, "mcc", "mnc", "lac", "cellid"),
    }


READERS: dict[str, Reader] = {
    "cellflow": generalitat,
    "generalitat": generalitat,
    "generalitat-portal": generalitat_portal,
    "gnettrack-pro": gnettrack_pro,
    "opencellid": opencellid,
    "tower-collector": tower_collector,
}
# Of the files that have no commas between their columns.
DELIMITERS = {"gnettrack-pro": "\t"}


def expected(name: str, csv_path: Path, time_zone: str) -> pd.DataFrame:
    """The rows of `measurements` that a file of the format `name` gives, rejected ones left out, in its order."""
    read, zone = READERS[name], ZoneInfo(time_zone)
    table = pd.read_csv(
        csv_path,
        sep=DELIMITERS.get(name, ","),
        dtype=str,
        keep_default_na=False,
        na_filter=False,
        index_col=False,
        encoding="utf-8",
    )
    rows = [read(row, zone) for row in table.to_dict("records")]
    kept = [row for row in rows if row is not None and is_measurement(row)]
    return pd.DataFrame(kept, columns=list(COLUMNS), dtype=object).astype(object).where(lambda cell: cell.notna(), None)


def is_measurement(row: Known) -> bool:
    return any(row.get(name) is not None for name in ("signal", "signal_dbm", "status"))
