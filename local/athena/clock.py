"""The clock of a query, which stands still: each `current_timestamp` in it is the moment at which it was submitted."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from sqlglot import exp

# To milliseconds, as Athena tells the time unless asked for more or fewer digits.
PRECISION = 3


def now() -> datetime:
    """This moment to the millisecond, in UTC, which is the time zone of every session of Athena."""
    at = datetime.now(timezone.utc)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def stop_clock(statement: exp.Expr, at: datetime) -> exp.Expr:
    """The statement with a constant in place of everything that tells the time."""
    for node in list(statement.walk()):
        told = _TELLERS.get(type(node))
        if told is None:
            continue
        constant = told(at, node)
        if node is statement:
            return constant
        node.replace(constant)
    return statement


def text_of(at: datetime) -> str:
    """A moment as a constant has it that stands for a time of date and clock."""
    return f"{_rounded(at, exp.CurrentTimestamp()):%Y-%m-%d %H:%M:%S.%f}"


def tells_more(statement: exp.Expr) -> bool:
    """Whether anything in it tells the time in other words than `text_of` has."""
    return any(
        type(node) in _TELLERS
        and (not isinstance(node, exp.CurrentTimestamp | exp.Localtimestamp) or node.args.get("this") is not None)
        for node in statement.walk()
    )


def _rounded(at: datetime, node: exp.Expr) -> datetime:
    asked = node.args.get("this")
    unit = 10 ** (6 - min(6, int(asked.name) if isinstance(asked, exp.Literal) else PRECISION))
    start = at.replace(microsecond=0)
    return start + timedelta(microseconds=(at.microsecond + unit // 2) // unit * unit)


def _literal(text: str, kind: str) -> exp.Expr:
    return exp.cast(exp.Literal.string(text), kind)


_TELLERS: dict[type[exp.Expr], Callable[[datetime, exp.Expr], exp.Expr]] = {
    exp.CurrentTimestamp: lambda at, node: _literal(f"{_rounded(at, node):%Y-%m-%d %H:%M:%S.%f}+00:00", "timestamptz"),
    exp.Localtimestamp: lambda at, node: _literal(f"{_rounded(at, node):%Y-%m-%d %H:%M:%S.%f}", "timestamp"),
    exp.CurrentDate: lambda at, _node: _literal(f"{at:%Y-%m-%d}", "date"),
    exp.CurrentTime: lambda at, node: _literal(f"{_rounded(at, node):%H:%M:%S.%f}+00:00", "timetz"),
    exp.Localtime: lambda at, node: _literal(f"{_rounded(at, node):%H:%M:%S.%f}", "time"),
    exp.CurrentTimezone: lambda _at, _node: exp.Literal.string("UTC"),
}
