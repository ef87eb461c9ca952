"""What several answers reckon alike."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

Answer = pd.DataFrame
Figures = dict[str, Any]


def percentile(values: pd.Series, share: float) -> float:
    """The smallest value that so large a share of the known ones does not exceed."""
    known = values.dropna()
    return np.nan if known.empty else float(np.quantile(known, share, method="inverted_cdf"))


def share(part: pd.Series, of: pd.Series) -> float:
    """Rows for which `part` holds, in per cent of those for which `of` holds."""
    whole = int(of.sum())
    return 100 * int((part & of).sum()) / whole if whole else np.nan


def status(rows: pd.DataFrame, *names: str) -> Figures:
    """Shares of service states: of rows whose status is known and not radio off, but that of radio off itself."""
    known = rows["status"].notna()
    on = known & (rows["status"] != 3)
    found = {
        "share_in_service": share(rows["status"] == 0, on),
        "share_out_of_service": share(rows["status"] == 1, on),
        "share_emergency_only": share(rows["status"] == 2, on),
        "share_radio_off": share(rows["status"] == 3, known),
    }
    return {name: found[name] for name in names}


def weakness(rows: pd.DataFrame) -> Figures:
    """Shares of rows with a class: of those that are weak or worse, and of those that are none."""
    classed = rows["coverage"].notna()
    return {
        "share_weak": share(rows["coverage"].isin(("weak", "none")), classed),
        "share_none": share(rows["coverage"] == "none", classed),
    }


def groups(rows: pd.DataFrame, keys: list[str], figures: Callable[[pd.DataFrame], Figures]) -> Answer:
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


def ordered(answer: Answer, by: Iterable[str], most: int | None = None) -> Answer:
    """Sorted by columns, descending where a name begins with a minus sign; at most so many lines."""
    if answer.empty:
        return answer
    names = [name.lstrip("-") for name in by]
    lines = answer.sort_values(names, ascending=[not name.startswith("-") for name in by], kind="stable")
    return lines if most is None else lines.head(most)


def largest(rows: pd.DataFrame, key: str, most: int) -> list[str]:
    """The names with the most rows, the largest first."""
    sizes = rows[key].fillna("unknown").value_counts()
    return sorted(sizes.index, key=lambda name: (-sizes[name], name))[:most]
