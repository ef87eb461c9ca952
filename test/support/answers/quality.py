"""Reports of what a radio link is worth, of positions and of movement."""

import numpy as np
import pandas as pd

from support.answers.figures import Answer, Figures, groups, ordered, percentile, status, weakness


def rounded(values: pd.Series, parts: int) -> pd.Series:
    """To whole parts of one, half up."""
    return np.floor(values * parts + 0.5) / parts


def radio_quality(rows: pd.DataFrame) -> Answer:
    rows = rows.assign(rsrq=rounded(rows["rsrq"], 10), sinr=rounded(rows["sinr"], 10))

    def figures(part: pd.DataFrame) -> Figures:
        found: Figures = {"count_rows": len(part)}
        for name in ("rsrq", "sinr"):
            found |= {
                f"count_{name}": int(part[name].notna().sum()),
                f"p10_{name}_db": percentile(part[name], 0.1),
                f"median_{name}_db": percentile(part[name], 0.5),
                f"average_{name}_db": part[name].mean(),
            }
        return found

    answer = groups(rows[rows["rsrq"].notna() | rows["sinr"].notna()], ["operator", "technology"], figures)
    return ordered(answer, ["-count_rows", "operator", "technology"], 500)


def throughput_and_latency(rows: pd.DataFrame) -> Answer:
    rows = rows.assign(
        download=rounded(rows["download"], 1000),
        upload=rounded(rows["upload"], 1000),
        latency=rounded(rows["latency"], 10),
    )
    known = rows[["download", "upload", "latency"]].notna().any(axis=1)

    def figures(part: pd.DataFrame) -> Figures:
        found: Figures = {"count_rows": len(part)}
        for name, unit, last in (("download", "mbps", "p10"), ("upload", "mbps", "p10"), ("latency", "ms", "p90")):
            found |= {
                f"count_{name}": int(part[name].notna().sum()),
                f"median_{name}_{unit}": percentile(part[name], 0.5),
                f"{last}_{name}_{unit}": percentile(part[name], int(last[1:]) / 100),
                f"average_{name}_{unit}": part[name].mean(),
            }
        return found

    answer = groups(rows[known], ["operator", "technology"], figures)
    return ordered(answer, ["-count_rows", "operator", "technology"], 500)


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


def activity_and_movement(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["activity"],
        lambda part: {
            "count_rows": len(part),
            "share_of_rows": 100 * len(part) / len(rows),
            "average_speed_kmh": part["speed"].mean(),
            "top_speed_kmh": part["speed"].max(),
            **status(part, "share_in_service"),
            "count_dbm": int(part["dbm"].notna().sum()),
            **weakness(part),
            "average_accuracy_m": part["precission"].mean(),
            "average_satellites": part["satellites"].mean(),
        },
    )
    return ordered(answer, ["-count_rows", "activity"], 50)


ANSWERS = {
    "radio-quality": radio_quality,
    "throughput-and-latency": throughput_and_latency,
    "gps-accuracy": gps_accuracy,
    "activity-and-movement": activity_and_movement,
}
