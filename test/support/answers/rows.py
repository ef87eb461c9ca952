"""The rows of a file as the answers take them: numbers for text, and what place and power tell of a row."""

import numpy as np
import pandas as pd

from support.tables import tile

# Names of the columns in files, by those that they have in the tables.
TABLE_NAMES = {
    "latitude": "lat",
    "longitude": "long",
    "speed_kmh": "speed",
    "gps_accuracy_m": "precission",
    "signal_dbm": "dbm",
    "rsrq_db": "rsrq",
    "sinr_db": "sinr",
    "download_mbps": "download",
    "upload_mbps": "upload",
    "latency_ms": "latency",
}
NUMBERS = (
    *("lat", "long", "signal", "status", "speed", "satellites", "precission"),
    *("dbm", "rsrq", "sinr", "download", "upload", "latency"),
)
TEXTS = ("operator", "network", "postal_code", "technology", "provider", "activity")

# The least dBm of very good, good and weak; below is none.
CLASSES = ("very good", "good", "weak", "none")
LIMITS = {"2G": (-75, -85, -101), "3G": (-75, -85, -101), "4G": (-85, -95, -111), "5G": (-85, -95, -111)}


def rows_of(accepted: pd.DataFrame) -> pd.DataFrame:
    """The accepted rows of a file, from text to numbers. An unknown signal and an empty text are missing values.

    `accepted` has the columns of a file of Cellflow's own layout, or those of `measurements`. What it lacks is unknown.
    """
    rows = accepted.rename(columns=TABLE_NAMES)
    for column in (*NUMBERS, *TEXTS):
        if column not in rows:
            rows[column] = None
    for column in NUMBERS:
        rows[column] = rows[column].astype(float)
    for column in TEXTS:
        rows[column] = rows[column].astype(object).where(rows[column].notna(), np.nan)
    rows.loc[rows["signal"] == 99, "signal"] = np.nan
    for column in ("operator", "network"):
        rows[column] = rows[column].str.strip().str.lower().replace("", np.nan)
    rows["postal_code"] = rows["postal_code"].str.removesuffix(".0").replace("", np.nan)
    if "hour" in rows:
        rows["hour_of_day"] = rows["hour"].str[:2].astype(int)
    else:
        rows["hour_of_day"] = [moment.hour for moment in rows["measured_at"]]
    rows["tile"] = [tile(*place) for place in zip(rows["lat"], rows["long"], strict=True)]
    rows["place"] = rows["postal_code"].where(rows["postal_code"].notna(), rows["tile"].str[:12])
    # Whole, rounded half up. A row whose dBm is known is told by it; ASU speaks where it is not.
    rows["dbm"] = np.floor(rows["dbm"] + 0.5)
    rows["asu"] = rows["signal"].where(rows["dbm"].isna())
    rows["coverage"] = [coverage(*told) for told in zip(rows["technology"], rows["dbm"], strict=True)]
    return rows


def coverage(technology: object, dbm: float) -> object:
    """The class of a power; a technology that is not known counts as 2G."""
    if np.isnan(dbm):
        return np.nan
    very_good, good, weak = LIMITS.get(str(technology), LIMITS["2G"])
    return CLASSES[sum(dbm < limit for limit in (very_good, good, weak))]
