"""The map of the signal."""

import numpy as np
import pandas as pd

from support.answers.figures import Answer, groups, ordered


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
            "share_in_service": 100 * (part["status"] == 0).sum() / max(part["status"].notna().sum(), 1)
            if part["status"].notna().any()
            else np.nan,
            "count_operators": part["operator"].nunique(),
        },
    )
    return ordered(answer, ["-count_rows", "latitude", "longitude"], 1000)


ANSWERS = {"signal-map": signal_map}
