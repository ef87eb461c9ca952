"""Whether a report says what its answer says."""

import pandas as pd

from support.answers.figures import Answer


def assert_agrees(header: list[str], found: list[list[str | None]], answer: Answer, tolerance: float = 1e-9) -> None:
    """A report's CSV rows against the answer: same columns, same rows in the same order, numbers to the tolerance."""
    # An answer without lines knows no columns.
    assert header == list(answer.columns) or (answer.empty and not found)
    assert len(found) == len(answer)
    for number, (row, expected) in enumerate(zip(found, answer.itertuples(index=False), strict=True)):
        for name, text, value in zip(header, row, expected, strict=True):
            where = f"row {number}, {name}: {text!r} is not {value!r}"
            if isinstance(value, str):
                assert text == value, where
            elif pd.isna(value):
                assert text is None, where
            else:
                assert text is not None and abs(float(text) - value) <= tolerance * max(1, abs(value)), where
