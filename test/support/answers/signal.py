"""Reports of the signal by technology."""

import pandas as pd

from support.answers.figures import Answer, groups, ordered, percentile, share, status, weakness


def strengths(rows: pd.DataFrame, name: str, *shares: tuple[str, float]) -> dict[str, float]:
    """How many rows know a signal in a unit, its percentiles and its average."""
    return {
        f"count_{name}": int(rows[name].notna().sum()),
        **{f"{prefix}_signal_{name}": percentile(rows[name], part) for prefix, part in shares},
        f"average_signal_{name}": rows[name].mean(),
    }


def signal_strength(rows: pd.DataFrame) -> Answer:
    shares = (("p10", 0.1), ("median", 0.5), ("p90", 0.9))
    answer = groups(
        rows,
        ["operator", "technology"],
        lambda part: {
            "count_rows": len(part),
            **strengths(part, "dbm", *shares),
            **strengths(part, "asu", *shares),
            "share_known": 100 * (part["dbm"].notna() | part["asu"].notna()).mean(),
        },
    )
    return ordered(answer, ["-count_rows", "operator", "technology"], 500)


def coverage_classes(rows: pd.DataFrame) -> Answer:
    classed = rows[rows["coverage"].notna()]
    answer = groups(
        classed,
        ["operator", "technology"],
        lambda part: {
            "count_dbm": len(part),
            "count_very_good": int((part["coverage"] == "very good").sum()),
            "count_good": int((part["coverage"] == "good").sum()),
            "count_weak": int((part["coverage"] == "weak").sum()),
            "count_none": int((part["coverage"] == "none").sum()),
            "share_very_good": share(part["coverage"] == "very good", part["coverage"].notna()),
            **weakness(part),
        },
    )
    return ordered(answer, ["-count_dbm", "operator", "technology"], 500)


def signal_distribution(rows: pd.DataFrame) -> Answer:
    parts = []
    for technology, of in rows.assign(technology=rows["technology"].fillna("unknown")).groupby("technology"):
        for name in ("dbm", "asu"):
            counts = of[name].dropna().astype(int).value_counts().sort_index()
            part = pd.DataFrame(
                {
                    "technology": technology,
                    "signal_dbm": counts.index if name == "dbm" else None,
                    "signal_asu": counts.index if name == "asu" else None,
                    "count_rows": counts.to_numpy(),
                    "share_of_rows": 100 * counts.to_numpy() / max(counts.sum(), 1),
                    "share_up_to": 100 * counts.cumsum().to_numpy() / max(counts.sum(), 1),
                }
            )
            parts += [part.astype(object)] if len(part) else []
    return pd.concat(parts) if parts else pd.DataFrame()


def signal_through_the_day(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["hour_of_day", "technology"],
        lambda part: {
            "count_rows": len(part),
            **strengths(part, "dbm", ("median", 0.5)),
            **strengths(part, "asu", ("median", 0.5)),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service"),
            "average_speed_kmh": part["speed"].mean(),
        },
    )
    return answer.rename(columns={"hour_of_day": "hour"}).sort_values(["hour", "technology"])


ANSWERS = {
    "signal-strength": signal_strength,
    "coverage-classes": coverage_classes,
    "signal-distribution": signal_distribution,
    "signal-through-the-day": signal_through_the_day,
}
