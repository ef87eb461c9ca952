"""Each saved report's question answered with pandas, straight from the rows of the file that was uploaded.

Written from the questions and the columns, with none of the pipeline's code or SQL: what both agree on is likely true.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

Answer = pd.DataFrame


def rows_of(accepted: pd.DataFrame) -> pd.DataFrame:
    """The accepted rows of a file, from text to numbers. An unknown signal and an empty text are missing values."""
    rows = accepted.copy()
    for column in ("lat", "long", "signal", "status", "speed", "satellites", "precission"):
        rows[column] = rows[column].astype(float)
    rows.loc[rows["signal"] == 99, "signal"] = np.nan
    for column in ("operator", "network"):
        rows[column] = rows[column].str.strip().str.lower().replace("", np.nan)
    rows["postal_code"] = rows["postal_code"].str.removesuffix(".0").replace("", np.nan)
    rows["hour_of_day"] = rows["hour"].str[:2].astype(int)
    # Where the status is not known, nothing is said of the service.
    rows["in_service"] = (rows["status"] == 0).astype(float).where(rows["status"].notna())
    return rows


def percentile(values: pd.Series, share: float) -> float:
    known = values.dropna()
    return np.nan if known.empty else float(np.quantile(known, share, method="inverted_cdf"))


def groups(rows: pd.DataFrame, keys: list[str], figures: Callable[[pd.DataFrame], dict]) -> Answer:
    """One line of figures for each combination of keys that occurs; a missing key is `unknown`."""
    named = rows.copy()
    for key in keys:
        if named[key].dtype == object:
            named[key] = named[key].fillna("unknown")
    lines = []
    for values, part in named.groupby(keys):
        values = values if isinstance(values, tuple) else (values,)
        lines.append({**dict(zip(keys, values, strict=True)), **figures(part)})
    return pd.DataFrame(lines)


def ordered(answer: Answer, by: Iterable[str], most: int) -> Answer:
    """Sorted by columns, descending where a name begins with a minus sign; at most so many lines."""
    names = [name.lstrip("-") for name in by]
    return answer.sort_values(names, ascending=[not name.startswith("-") for name in by], kind="stable").head(most)


def signal_strength(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["operator", "network"],
        lambda part: {
            "count_rows": len(part),
            "share_known": 100 * part["signal"].notna().mean(),
            "average_signal_asu": part["signal"].mean(),
            "p10_signal_asu": percentile(part["signal"], 0.1),
            "median_signal_asu": percentile(part["signal"], 0.5),
            "p90_signal_asu": percentile(part["signal"], 0.9),
        },
    )
    return ordered(answer, ["-count_rows", "operator", "network"], 100)


def gps_accuracy(rows: pd.DataFrame) -> Answer:
    answer = groups(
        # Where the accuracy is not known, there is nothing to tell.
        rows[rows["precission"].notna()],
        ["provider", "operator"],
        lambda part: {
            "count_rows": len(part),
            "average_accuracy_m": part["precission"].mean(),
            "median_accuracy_m": percentile(part["precission"], 0.5),
            "p90_accuracy_m": percentile(part["precission"], 0.9),
            "worst_accuracy_m": part["precission"].max(),
            "average_satellites": part["satellites"].mean(),
        },
    )
    return ordered(answer, ["-count_rows", "provider", "operator"], 100)


def operator_performance(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["operator"],
        lambda part: {
            "count_rows": len(part),
            "share_of_rows": 100 * len(part) / len(rows),
            "share_in_service": 100 * part["in_service"].mean(),
            "average_signal_asu": part["signal"].mean(),
            "median_signal_asu": percentile(part["signal"], 0.5),
            "average_speed_kmh": part["speed"].mean(),
            "average_accuracy_m": part["precission"].mean(),
            "count_postal_codes": part["postal_code"].nunique(),
        },
    )
    return ordered(answer, ["-count_rows", "operator"], 100)


def service_by_postal_code(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["postal_code"],
        lambda part: {
            "count_rows": len(part),
            "count_in_service": int(part["in_service"].sum()),
            "count_out_of_service": int((part["status"] == 1).sum()),
            "count_emergency_only": int((part["status"] == 2).sum()),
            "count_radio_off": int((part["status"] == 3).sum()),
            "share_in_service": 100 * part["in_service"].mean(),
            "share_without_service": 100 * (1 - part["in_service"].mean()),
            "count_operators": part["operator"].nunique(),
            "lost": int((part["in_service"] == 0).sum()),
        },
    )
    return ordered(answer, ["-lost", "-count_rows", "postal_code"], 200).drop(columns="lost")


def signal_through_the_day(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["hour_of_day"],
        lambda part: {
            "count_rows": len(part),
            "average_signal_asu": part["signal"].mean(),
            "median_signal_asu": percentile(part["signal"], 0.5),
            "share_in_service": 100 * part["in_service"].mean(),
            "average_speed_kmh": part["speed"].mean(),
        },
    )
    return answer.rename(columns={"hour_of_day": "hour"}).sort_values("hour")


def operator_hours(rows: pd.DataFrame) -> Answer:
    sizes = rows["operator"].fillna("unknown").value_counts()
    largest = sorted(sizes.index, key=lambda name: (-sizes[name], name))[:15]
    answer = groups(
        rows,
        ["operator", "hour_of_day"],
        lambda part: {
            "count_rows": len(part),
            "average_signal_asu": part["signal"].mean(),
            "share_in_service": 100 * part["in_service"].mean(),
        },
    )
    answer = answer[answer["operator"].isin(largest)]
    answer = answer.assign(rank=answer["operator"].map(largest.index)).rename(columns={"hour_of_day": "hour"})
    return answer.sort_values(["rank", "hour"]).drop(columns="rank")


def activity_and_movement(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["activity"],
        lambda part: {
            "count_rows": len(part),
            "share_of_rows": 100 * len(part) / len(rows),
            "average_speed_kmh": part["speed"].mean(),
            "top_speed_kmh": part["speed"].max(),
            "average_signal_asu": part["signal"].mean(),
            "average_accuracy_m": part["precission"].mean(),
            "average_satellites": part["satellites"].mean(),
        },
    )
    return ordered(answer, ["-count_rows", "activity"], 50)


def signal_distribution(rows: pd.DataFrame) -> Answer:
    counts = rows["signal"].dropna().astype(int).value_counts().sort_index()
    return pd.DataFrame(
        {
            "signal_asu": counts.index,
            "count_rows": counts.to_numpy(),
            "share_of_rows": 100 * counts.to_numpy() / counts.sum(),
            "share_up_to": 100 * counts.cumsum().to_numpy() / counts.sum(),
        }
    )


def signal_map(rows: pd.DataFrame) -> Answer:
    cells = rows.assign(
        latitude=(np.floor(rows["lat"] * 100) + 0.5) / 100, longitude=(np.floor(rows["long"] * 100) + 0.5) / 100
    )
    answer = groups(
        cells,
        ["latitude", "longitude"],
        lambda part: {
            "count_rows": len(part),
            "average_signal_asu": part["signal"].mean(),
            "share_in_service": 100 * part["in_service"].mean(),
            "count_operators": part["operator"].nunique(),
        },
    )
    return ordered(answer, ["-count_rows", "latitude", "longitude"], 1000)


def weak_spots(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows[rows["postal_code"].notna()],
        ["postal_code", "operator"],
        lambda part: {
            "count_rows": len(part),
            "median_signal_asu": percentile(part["signal"], 0.5),
            "average_signal_asu": part["signal"].mean(),
            "share_weak": 100 * (part["signal"] < 8).sum() / max(part["signal"].notna().sum(), 1),
            "share_in_service": 100 * part["in_service"].mean(),
        },
    )
    answer = answer[(answer["count_rows"] >= 5) & answer["median_signal_asu"].notna()]
    return ordered(answer, ["median_signal_asu", "-share_weak", "-count_rows", "postal_code", "operator"], 50)


def days_at_a_glance(rows: pd.DataFrame) -> Answer:
    return groups(
        rows,
        ["day"],
        lambda part: {
            "count_rows": len(part),
            "count_operators": part["operator"].nunique(),
            "count_networks": part["network"].nunique(),
            "count_postal_codes": part["postal_code"].nunique(),
            "count_uploads": 1,
            "share_in_service": 100 * part["in_service"].mean(),
            "share_signal_unknown": 100 * part["signal"].isna().mean(),
            "average_signal_asu": part["signal"].mean(),
            "average_speed_kmh": part["speed"].mean(),
            "average_accuracy_m": part["precission"].mean(),
        },
    ).sort_values("day")


ANSWERS: dict[str, Callable[[pd.DataFrame], Answer]] = {
    "activity-and-movement": activity_and_movement,
    "days-at-a-glance": days_at_a_glance,
    "gps-accuracy": gps_accuracy,
    "operator-hours": operator_hours,
    "operator-performance": operator_performance,
    "service-by-postal-code": service_by_postal_code,
    "signal-distribution": signal_distribution,
    "signal-map": signal_map,
    "signal-strength": signal_strength,
    "signal-through-the-day": signal_through_the_day,
    "weak-spots": weak_spots,
}


def assert_agrees(header: list[str], found: list[list[str | None]], answer: Answer, tolerance: float = 1e-9) -> None:
    """A report's CSV rows against the answer: same columns, same rows in the same order, numbers to the tolerance."""
    assert header == list(answer.columns)
    assert len(found) == len(answer)
    for number, (row, expected) in enumerate(zip(found, answer.itertuples(index=False), strict=True)):
        for name, text, value in zip(header, row, expected, strict=True):
            where = f"row {number}, {name}: {text!r} is not {value!r}"
            if isinstance(value, str):
                assert text == value, where
            elif pd.isna(value):
                assert text is None, where
            else:
                assert text is not None and abs(float(text) - value) <= tolerance * max(1, abs(value)), where
