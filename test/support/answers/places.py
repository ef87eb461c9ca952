"""Reports of places."""

import pandas as pd

from support.answers.figures import Answer, groups, ordered, percentile, status, weakness

# So many good rows are added to a few: a place of one weak row comes after one of ten.
ADDED = 10
BEST_ASU = 31


def weak_spots(rows: pd.DataFrame) -> Answer:
    def figures(part: pd.DataFrame) -> dict:
        weak, powers = int(part["coverage"].isin(("weak", "none")).sum()), int(part["dbm"].notna().sum())
        return {
            "count_rows": len(part),
            "count_dbm": powers,
            "median_signal_dbm": percentile(part["dbm"], 0.5),
            "average_signal_dbm": part["dbm"].mean(),
            "count_asu": int(part["asu"].notna().sum()),
            "median_signal_asu": percentile(part["asu"], 0.5),
            **weakness(part),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service"),
            "weight": weak / (powers + ADDED),
            "asu": (part["asu"].sum() + ADDED * BEST_ASU) / (part["asu"].notna().sum() + ADDED),
        }

    answer = groups(rows, ["place", "operator", "technology"], figures)
    by = ["-weight", "asu", "-count_rows", "place", "operator", "technology"]
    return ordered(answer, by, 10_000).drop(columns=["weight", "asu"])


def service_by_place(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["place"],
        lambda part: {
            "count_rows": len(part),
            "count_in_service": int((part["status"] == 0).sum()),
            "count_emergency_only": int((part["status"] == 2).sum()),
            "count_out_of_service": int((part["status"] == 1).sum()),
            "count_radio_off": int((part["status"] == 3).sum()),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service"),
            "count_operators": part["operator"].nunique(),
        },
    )
    return ordered(answer, ["-count_out_of_service", "-count_emergency_only", "-count_rows", "place"], 10_000)


ANSWERS = {"weak-spots": weak_spots, "service-by-place": service_by_place}
