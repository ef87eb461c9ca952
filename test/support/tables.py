"""The lake's two tables made from a CSV as the contracts describe them, for tests that need tables and no pipeline."""

import io
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
        ("upload_id", pa.string()),
    ]
)
METRICS = ("speed_kmh", "satellites", "gps_accuracy_m")
KEYS = (
    *((name, pa.string()) for name in ("operator", "network", "provider", "activity")),
    ("status", pa.int32()),
    ("postal_code", pa.string()),
    ("signal", pa.int32()),
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


def accepted(csv: Path, day: str) -> pd.DataFrame:
    """The valid rows of a file, as text, with the day of each."""
    width = csv.read_text().split("\n", 1)[0].count(",") + 1
    lines = [line.split(",") for line in csv.read_text().splitlines()]
    rows = pd.DataFrame([line for line in lines[1:] if len(line) == width], columns=lines[0])
    rows["day"] = rows.get("date", day)
    number = rows[["lat", "long", "signal", "status", "speed", "satellites", "precission"]].apply(
        pd.to_numeric, errors="coerce"
    )
    whole = number[["signal", "status", "satellites"]].fillna(0.5) % 1 == 0
    return rows[
        rows["hour"].str.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d")
        & number.notna().all(axis=1)
        & whole.all(axis=1)
        & (number["lat"].abs() <= 90)
        & (number["long"].abs() <= 180)
        & number["signal"].between(0, 99)
        & number["status"].between(0, 3)
        & (number[["speed", "satellites", "precission"]] >= 0).all(axis=1)
        & rows["provider"].isin(["gps", "network", "fused"])
        & (rows["activity"] != "")
        & (pd.to_datetime(rows["day"], format="%Y-%m-%d", errors="coerce").between("2016-01-01", "2027-12-31"))
    ].reset_index(drop=True)


def measurements(rows: pd.DataFrame, upload: str) -> pd.DataFrame:
    """Cleaned rows; `day` beside the columns of the table."""
    signal = rows["signal"].astype(float)
    lowered = rows[["network", "operator"]].apply(lambda text: text.str.strip().str.lower()).replace("", None)
    return pd.DataFrame(
        {
            "measured_at": pd.to_datetime(rows["day"] + " " + rows["hour"]),
            "latitude": rows["lat"].astype(float),
            "longitude": rows["long"].astype(float),
            "signal": signal.where(signal != 99).astype("Int32"),
            "network": lowered["network"],
            "operator": lowered["operator"],
            "status": rows["status"].astype(float).astype("Int32"),
            "description": rows["description"].str.strip(),
            "speed_kmh": rows["speed"].astype(float),
            "satellites": rows["satellites"].astype(float).astype("Int32"),
            "gps_accuracy_m": rows["precission"].astype(float),
            "provider": rows["provider"],
            "activity": rows["activity"],
            "postal_code": rows["postal_code"].str.replace(r"\.0$", "", regex=True).replace("", None),
            "upload_id": upload,
            "day": rows["day"],
        }
    )


def hourly_quality(cleaned: pd.DataFrame) -> pd.DataFrame:
    """The aggregates of cleaned rows."""
    keyed = cleaned.assign(hour=cleaned["measured_at"].dt.hour, count_rows=1)
    totals = {"count_rows": ("count_rows", "sum")}
    for metric in METRICS:
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


def objects(csv: Path, day: str, upload: str = "0123456789abcdef") -> Iterator[tuple[str, str, str, bytes]]:
    """Table, day, key and Parquet of each object that an upload of the file leaves in the lake."""
    cleaned = measurements(accepted(csv, day), upload)
    for table, frame in (("measurements", cleaned), ("hourly_quality", hourly_quality(cleaned))):
        for one_day, part in frame.groupby("day"):
            body = parquet(part.drop(columns="day"), SCHEMAS[table])
            yield table, str(one_day), f"{table}/day={one_day}/{upload}-0.parquet", body
