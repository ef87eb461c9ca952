"""The lake's two tables made from a CSV as the contracts describe them, for tests that need tables and no pipeline."""

import io
import math
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

MEASUREMENTS = pa.schema(
    [
        ("measured_at", pa.timestamp("ms")),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("signal", pa.int32()),
        ("network", pa.string()),
        ("operator", pa.string()),
        ("status", pa.int32()),
        ("description", pa.string()),
        ("speed_kmh", pa.float64()),
        ("satellites", pa.int32()),
        ("gps_accuracy_m", pa.float64()),
        ("provider", pa.string()),
        ("activity", pa.string()),
        ("postal_code", pa.string()),
        ("technology", pa.string()),
        ("signal_dbm", pa.float64()),
        ("rsrq_db", pa.float64()),
        ("sinr_db", pa.float64()),
        ("town", pa.string()),
        ("cell", pa.string()),
        ("download_mbps", pa.float64()),
        ("upload_mbps", pa.float64()),
        ("latency_ms", pa.float64()),
        ("device", pa.string()),
        ("tile", pa.string()),
        ("upload_id", pa.string()),
    ]
)
METRICS = ("speed_kmh", "satellites", "gps_accuracy_m")
KEYS = (
    *((name, pa.string()) for name in ("operator", "network", "provider", "activity")),
    ("status", pa.int32()),
    ("postal_code", pa.string()),
    ("signal", pa.int32()),
    ("technology", pa.string()),
    # In whole dBm.
    ("signal_dbm", pa.int32()),
    ("upload_id", pa.string()),
)
HOURLY_QUALITY = pa.schema(
    [
        ("hour", pa.int32()),
        *KEYS,
        ("count_rows", pa.int64()),
        *(
            field
            for metric in METRICS
            for field in (
                (f"count_{metric}", pa.int64()),
                (f"sum_{metric}_tenths", pa.int64()),
                (f"min_{metric}", pa.float64()),
                (f"max_{metric}", pa.float64()),
            )
        ),
    ]
)
SCHEMAS = {"measurements": MEASUREMENTS, "hourly_quality": HOURLY_QUALITY}


# Texts, in lower case, that stand for no value.
UNKNOWN = ["", "null", "nan", "n/a", "na", "none", "\\n", "-", "--", "#n/a", "#null!", "?"]
# Values that stand for none besides, of some columns.
UNKNOWN_NUMBERS = {
    "signal": [99, 255, 2147483647],
    "status": [-1],
    "speed": [-1],
    "satellites": [-1],
    "precission": [-1],
}
# What is possible, bounds included; and what may have no fraction.
BOUNDS = {
    "lat": (-90, 90),
    "long": (-180, 180),
    "signal": (-5, 97),
    "status": (0, 3),
    "speed": (0, 1_500),
    "satellites": (0, 1_000),
    "precission": (0, 1_000_000),
}
WHOLE = ("signal", "status", "satellites")
STATUS_WORDS = {
    "state_in_service": "0",
    "in_service": "0",
    "state_out_of_service": "1",
    "out_of_service": "1",
    "state_emergency_only": "2",
    "emergency_only": "2",
    "state_power_off": "3",
    "power_off": "3",
}
PROVIDERS = ("gps", "network", "fused")
EARLIEST = "2000-01-01"


def accepted(csv: Path, day: str) -> pd.DataFrame:
    """The valid rows of a file of Cellflow's own layout, as text with their days; None is an unknown value."""
    width = csv.read_text().split("\n", 1)[0].count(",") + 1
    lines = [line.split(",") for line in csv.read_text().splitlines()]
    rows = pd.DataFrame([line for line in lines[1:] if len(line) == width], columns=lines[0])
    rows = rows.apply(lambda text: text.str.strip())
    rows = rows.mask(rows.apply(lambda text: text.str.lower().isin(UNKNOWN)), None)
    rows["day"] = rows.get("date", pd.Series(day, rows.index))
    rows["status"] = rows["status"].map(lambda text: STATUS_WORDS.get(str(text).lower(), text))
    for column, (least, greatest) in BOUNDS.items():
        number = pd.to_numeric(rows[column], errors="coerce")
        known = number.between(least, greatest) & ~number.isin(UNKNOWN_NUMBERS.get(column, []))
        rows[column] = rows[column].where(known & (number % 1 == 0) if column in WHOLE else known, None)
    provider = rows["provider"].str.lower()
    rows["provider"] = provider.where(provider.isin(PROVIDERS), None)
    rows["postal_code"] = rows["postal_code"].map(postal_code, na_action="ignore")
    tomorrow = str((pd.Timestamp.now() + pd.Timedelta(days=1)).date())
    return rows[
        rows["hour"].str.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?").eq(True)
        & pd.to_datetime(rows["day"], format="%Y-%m-%d", errors="coerce").between(EARLIEST, tomorrow)
        & rows["lat"].notna()
        & rows["long"].notna()
        # What a phone writes that has no fix.
        & ~(rows["lat"].astype(float).eq(0) & rows["long"].astype(float).eq(0))
        & (rows["signal"].notna() | rows["status"].notna())
    ].reset_index(drop=True)


def postal_code(text: str) -> str:
    """Without the fraction of noughts, and of six digits: a spreadsheet drops the nought at the front."""
    code = re.sub(r"\.0+$", "", text)
    return code.zfill(6) if re.fullmatch(r"\d{5}", code) else code


def tile(latitude: float, longitude: float, zoom: int = 16) -> str:
    """The quadkey of a place: at each zoom the quarter of the last square that holds it, from 0 to 3."""
    # Mercator's map from 0 to 1, its origin in the north-west.
    phi = math.radians(max(-85.05112878, min(85.05112878, latitude)))
    x, y = longitude / 360 + 0.5, 0.5 - math.asinh(math.tan(phi)) / (2 * math.pi)
    x, y = (min(max(share, 0.0), 1 - 2.0**-40) for share in (x, y))
    quarters = ""
    for _ in range(zoom):
        x, y = 2 * x, 2 * y
        quarters += str(int(x) + 2 * int(y))
        x, y = x % 1, y % 1
    return quarters


def measurements(rows: pd.DataFrame, upload: str) -> pd.DataFrame:
    """Cleaned rows, as of a deployment whose time zone is UTC; local `day` and `hour` beside the table's columns."""
    lowered = rows[["network", "operator"]].apply(lambda text: text.str.lower())
    latitude, longitude = rows["lat"].astype(float), rows["long"].astype(float)
    known = {
        "measured_at": pd.to_datetime(rows["day"] + " " + rows["hour"], format="ISO8601"),
        "latitude": latitude,
        "longitude": longitude,
        "signal": rows["signal"].astype(float).astype("Int32"),
        "network": lowered["network"],
        "operator": lowered["operator"],
        "status": rows["status"].astype(float).astype("Int32"),
        "description": rows["description"],
        "speed_kmh": rows["speed"].astype(float),
        "satellites": rows["satellites"].astype(float).astype("Int32"),
        "gps_accuracy_m": rows["precission"].astype(float),
        "provider": rows["provider"],
        "activity": rows["activity"],
        "postal_code": rows["postal_code"],
        "tile": [tile(*place) for place in zip(latitude, longitude, strict=True)],
        "upload_id": upload,
        "day": rows["day"],
        "hour": rows["hour"].str[:2].astype(int),
    }
    # The files of the tests have no others; without the technology, ASU does not tell the dBm.
    return pd.DataFrame(known | {name: None for name in MEASUREMENTS.names if name not in known})


def of_readings(read: pd.DataFrame, upload: str) -> pd.DataFrame:
    """Cleaned rows of a file that was read by its format: the columns of `measurements`, with the local `day`.

    The deployment's time zone is UTC here.
    """
    moments = pd.to_datetime(read["measured_at"], utc=True)
    made = {
        "measured_at": moments.dt.tz_localize(None),
        "tile": [tile(*place) for place in zip(read["latitude"], read["longitude"], strict=True)],
        "upload_id": upload,
        "hour": moments.dt.hour,
    }
    numbers = {name: read[name].astype(float).astype("Int32") for name in ("signal", "status", "satellites")}
    return read.assign(**made, **numbers)


def hourly_quality(cleaned: pd.DataFrame) -> pd.DataFrame:
    """The aggregates of cleaned rows."""
    keyed = cleaned.assign(
        signal_dbm=(cleaned["signal_dbm"].astype(float) + 0.5).floordiv(1).astype("Int32"), count_rows=1
    )
    totals = {"count_rows": ("count_rows", "sum")}
    for metric in METRICS:
        # Of objects, which a column without values has, pandas finds the least and the most by Python, group by group.
        if keyed[metric].dtype == object:
            keyed[metric] = keyed[metric].astype(float)
        keyed[f"{metric}_tenths"] = (keyed[metric].astype(float) * 10).round()
        totals |= {
            f"count_{metric}": (metric, "count"),
            f"sum_{metric}_tenths": (f"{metric}_tenths", "sum"),
            f"min_{metric}": (metric, "min"),
            f"max_{metric}": (metric, "max"),
        }
    keys = ["day", "hour", *(name for name, _kind in KEYS)]
    return keyed.groupby(keys, dropna=False).agg(**totals).reset_index()


def parquet(frame: pd.DataFrame, schema: pa.Schema) -> bytes:
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False, safe=False)
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def objects_of(cleaned: pd.DataFrame, upload: str) -> Iterator[tuple[str, str, str, bytes]]:
    """Table, day, key and Parquet of each object that cleaned rows of an upload leave in the lake."""
    for table, frame in (("measurements", cleaned), ("hourly_quality", hourly_quality(cleaned))):
        for one_day, part in frame.groupby("day"):
            body = parquet(part.drop(columns="day"), SCHEMAS[table])
            yield table, str(one_day), f"{table}/day={one_day}/{upload}-0.parquet", body


def objects(csv: Path, day: str, upload: str = "0123456789abcdef") -> Iterator[tuple[str, str, str, bytes]]:
    """The objects that an upload of a file of Cellflow's own layout leaves in the lake."""
    yield from objects_of(measurements(accepted(csv, day), upload), upload)
