"""Reports that compare operators."""

import pandas as pd

from support.answers.figures import Answer, groups, largest, ordered, status, weakness


def operator_performance(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["operator"],
        lambda part: {
            "count_rows": len(part),
            "share_of_rows": 100 * len(part) / len(rows),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service", "share_radio_off"),
            "count_dbm": int(part["dbm"].notna().sum()),
            **weakness(part),
            "average_speed_kmh": part["speed"].mean(),
            "average_accuracy_m": part["precission"].mean(),
            "count_postal_codes": part["postal_code"].nunique(),
        },
    )
    return ordered(answer, ["-count_rows", "operator"], 100)


def operator_hours(rows: pd.DataFrame) -> Answer:
    names = largest(rows, "operator", 15)
    answer = groups(
        rows,
        ["operator", "hour_of_day"],
        lambda part: {
            "count_rows": len(part),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service"),
            "count_dbm": int(part["dbm"].notna().sum()),
            **weakness(part),
        },
    )
    answer = answer[answer["operator"].isin(names)]
    answer = answer.assign(rank=answer["operator"].map(names.index)).rename(columns={"hour_of_day": "hour"})
    return answer.sort_values(["rank", "hour"]).drop(columns="rank")


ANSWERS = {"operator-performance": operator_performance, "operator-hours": operator_hours}
