"""Reports of days and weeks."""

import pandas as pd

from support.answers.figures import Answer, groups, percentile, status, weakness


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
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service", "share_radio_off"),
            "count_dbm": int(part["dbm"].notna().sum()),
            **weakness(part),
            "share_signal_unknown": 100 * (part["dbm"].isna() & part["asu"].isna()).mean(),
            "average_speed_kmh": part["speed"].mean(),
            "average_accuracy_m": part["precission"].mean(),
        },
    ).sort_values("day")


def weeks_overview(rows: pd.DataFrame) -> Answer:
    """Of files that lie within the last weeks as a whole."""
    days = pd.to_datetime(rows["day"])
    rows = rows.assign(week=(days - pd.to_timedelta(days.dt.weekday, unit="D")).dt.strftime("%Y-%m-%d"))
    answer = groups(
        rows,
        ["week", "operator", "technology"],
        lambda part: {
            "count_rows": len(part),
            "count_days": part["day"].nunique(),
            **status(part, "share_in_service", "share_emergency_only", "share_out_of_service"),
            "count_dbm": int(part["dbm"].notna().sum()),
            "median_signal_dbm": percentile(part["dbm"], 0.5),
            "average_signal_dbm": part["dbm"].mean(),
            **weakness(part),
            "count_asu": int(part["asu"].notna().sum()),
            "median_signal_asu": percentile(part["asu"], 0.5),
            "average_signal_asu": part["asu"].mean(),
        },
    )
    if answer.empty:
        return answer
    # A line a network: the largest first, and no more than forty.
    sizes = answer.groupby(["operator", "technology"])["count_rows"].sum()
    networks = sorted(sizes.index, key=lambda network: (-sizes[network], network))[:40]
    answer["place"] = [
        networks.index(network) if network in networks else -1
        for network in zip(answer["operator"], answer["technology"], strict=True)
    ]
    return answer[answer["place"] >= 0].sort_values(["place", "week"]).drop(columns="place")


def uploads_of_these_days(rows: pd.DataFrame) -> Answer:
    """Of one upload: its id is not in its rows."""
    upload = rows.attrs["upload"]
    return pd.DataFrame(
        [{"upload_id": upload, "count_rows": len(rows), "first_day": rows["day"].min(), "last_day": rows["day"].max()}]
    )


ANSWERS = {
    "days-at-a-glance": days_at_a_glance,
    "weeks-overview": weeks_overview,
    "uploads-of-these-days": uploads_of_these_days,
}
