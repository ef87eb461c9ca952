"""The map of the coverage."""

import pandas as pd

from support.answers.figures import Answer, groups
from support.answers.rows import CLASSES

STATES = {"in_service": 0, "emergency_only": 2, "out_of_service": 1, "radio_off": 3}


def signal_map(rows: pd.DataFrame) -> Answer:
    answer = groups(
        rows,
        ["tile", "operator", "technology"],
        lambda part: {
            "count_rows": len(part),
            **{f"count_{name}": int((part["status"] == code).sum()) for name, code in STATES.items()},
            **{f"count_{name.replace(' ', '_')}": int((part["coverage"] == name).sum()) for name in CLASSES},
            "count_dbm": int(part["dbm"].notna().sum()),
            "average_signal_dbm": part["dbm"].mean(),
            "count_asu": int(part["asu"].notna().sum()),
            "average_signal_asu": part["asu"].mean(),
        },
    )
    return answer if answer.empty else answer.sort_values(["tile", "operator", "technology"])


ANSWERS = {"signal-map": signal_map}
