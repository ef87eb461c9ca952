"""Answers about how days differ from those before them."""

import numpy as np
import pandas as pd

from support.answers.figures import Answer, Figures, percentile

COLUMNS = [
    *("operator", "technology", "place", "scale"),
    *("count_rows", "count_before", "count_after", "hours_before", "hours_after"),
    *("median_before", "median_after", "change", "share_weaker", "t", "degrees_of_freedom"),
]
LEAST_ROWS, LEAST_HOURS = 20, 8


def signal_changes(rows: pd.DataFrame) -> Answer:
    """The days from `first_day` on against as many days with rows before them."""
    after = sorted(day for day in set(rows["day"]) if day >= rows.attrs.get("first_day", ""))
    before = sorted(set(rows["day"]) - set(after))[-len(after) :] if after else []
    # Where there is nothing before, there is nothing to compare.
    known = rows[rows["day"].isin([*before, *after] if before else []) & rows["place"].notna()].copy()
    known["value"] = known["dbm"].fillna(known["signal"])
    known = known[known["value"].notna()]
    known["scale"] = known["dbm"].notna().map({True: "dBm", False: "ASU"})
    known["is_after"] = known["day"].isin(after)
    for name in ("operator", "technology"):
        known[name] = known[name].fillna("unknown")
    known["hour_of_row"] = known["day"] + " " + known["hour_of_day"].astype(str)
    lines = []
    for (operator, technology, scale), network in known.groupby(["operator", "technology", "scale"]):
        scored = pd.concat([score(part) for _, part in network.groupby("place")])
        keys = {"operator": operator, "technology": technology, "scale": scale}
        for place, part in scored.groupby("place"):
            lines.append({**keys, "place": place, "count_rows": len(part), **compare(part)})
        # Over all places, those that both periods have; their rows are counted already.
        lines.append({**keys, "place": None, "count_rows": np.nan, **compare(scored[scored["weight"] > 0])})
    if not lines:
        return pd.DataFrame(columns=COLUMNS)
    told = pd.DataFrame(lines)[COLUMNS]
    told = told[told["count_after"] > 0]
    return told.sort_values(
        ["t", "count_after", "operator", "technology", "scale", "place"],
        ascending=[True, False, True, True, True, True],
        key=lambda column: column.fillna("") if column.name == "place" else column,
        na_position="last",
    )


def billionths(values: pd.Series) -> pd.Series:
    return np.floor(1e9 * values + 0.5) / 1e9


def score(place: pd.DataFrame) -> pd.DataFrame:
    """The rows of a place with their ranks from -1 to 1 and weights: the other period's share of the place's rows."""
    count, hours = len(place), place["hour_of_row"].nunique()
    share_after = place["is_after"].mean()
    scored = place.copy()
    rank = (2 * place["value"].rank(method="average") - 1 - count) / count
    weight = place["is_after"].map({True: 1 - share_after, False: share_after})
    scored["weight"] = billionths(weight)
    scored["score"] = billionths(weight * rank)
    scored["spread"] = billionths(weight * rank * np.sqrt(hours / (hours - 1))) if hours > 1 else 0.0
    return scored


def compare(part: pd.DataFrame) -> Figures:
    """Both periods of a line: medians and means by weight, Welch's t of the mean ranks with errors from whole hours."""
    before, after = (part[part["is_after"] == side] for side in (False, True))
    figures: Figures = {
        "count_before": len(before),
        "count_after": len(after),
        "hours_before": before["hour_of_row"].nunique(),
        "hours_after": after["hour_of_row"].nunique(),
        **dict.fromkeys(COLUMNS[9:], np.nan),
    }
    if part.empty or not (part["weight"] > 0).any():
        return figures
    figures["median_before"], figures["median_after"] = weighted_median(before), weighted_median(after)
    figures["change"] = weighted_mean(after, "value") - weighted_mean(before, "value")
    rank_change = after["score"].sum() / after["weight"].sum() - before["score"].sum() / before["weight"].sum()
    figures["share_weaker"] = 50 - 50 * rank_change
    enough = min(len(before), len(after)) >= LEAST_ROWS
    if not enough or min(figures["hours_before"], figures["hours_after"]) < LEAST_HOURS:
        return figures
    (error_before, freedom_before), (error_after, freedom_after) = spread(before), spread(after)
    error = error_before + error_after
    if error > 0:
        figures["t"] = rank_change / np.sqrt(error)
        figures["degrees_of_freedom"] = error**2 / (error_before**2 / freedom_before + error_after**2 / freedom_after)
    return figures


def weighted_mean(side: pd.DataFrame, column: str) -> float:
    return float((side[column] * side["weight"]).sum() / side["weight"].sum())


def weighted_median(side: pd.DataFrame) -> float:
    if side["weight"].nunique() == 1:
        return percentile(side["value"], 0.5)
    weights = side.groupby("value")["weight"].sum().sort_index()
    return float(weights.index[(2 * weights.cumsum() >= weights.sum() * (1 - 1e-12)).argmax()])


def spread(side: pd.DataFrame) -> tuple[float, float]:
    """The variance of a period's mean rank, from whole hours, and how many hours, less one, it is worth."""
    hours = side.groupby("hour_of_row")[["weight", "spread"]].sum()
    share = hours["weight"] / hours["weight"].sum()
    distance = hours["spread"] / hours["weight"].sum() - share * side["spread"].sum() / side["weight"].sum()
    worth = (share**2).sum() ** 2 / (share**4).sum()
    return float((distance**2 / (1 - share)).sum()), float(min(worth, len(hours)) - 1)


ANSWERS = {"signal-changes": signal_changes}
