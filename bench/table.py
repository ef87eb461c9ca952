"""Tables: in a terminal, and as Markdown."""

from collections.abc import Sequence

Rows = Sequence[Sequence[str]]


def number(value: float | None, unit: str = "") -> str:
    """With three digits that count, no more than two decimals; a dash for what was not measured."""
    if value is None:
        return "-"
    size = abs(value)
    text = f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 10 else f"{value:.2f}"
    return f"{text} {unit}".rstrip()


def plain(headings: Sequence[str], rows: Rows) -> str:
    """Aligned columns, the first to the left, the others to the right."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headings))]
    texts = [
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    ]
    return "\n".join(text.rstrip() for text in [texts[0], "-" * sum([*widths, 2 * len(widths) - 2]), *texts[1:]])


def markdown(headings: Sequence[str], rows: Rows) -> str:
    """A Markdown table."""
    lines = [headings, ["---", *(["--:"] * (len(headings) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
