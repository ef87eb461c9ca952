"""Each saved report's question answered with pandas, straight from the rows of the file that was uploaded.

Written from the questions and the columns, with none of the pipeline's code or SQL: what both agree on is likely true.
A module of this package is a subject; its `ANSWERS` has the reports that it answers, by their names.
"""

from collections.abc import Callable

import pandas as pd

from support.answers import changes, days, operators, places, quality, signal, signal_map
from support.answers.agreement import assert_agrees
from support.answers.figures import Answer
from support.answers.rows import rows_of

SUBJECTS = (days, changes, operators, signal, signal_map, places, quality)

ANSWERS: dict[str, Callable[[pd.DataFrame], Answer]] = {
    name: answer for subject in SUBJECTS for name, answer in subject.ANSWERS.items()
}

__all__ = ["ANSWERS", "Answer", "assert_agrees", "rows_of"]
