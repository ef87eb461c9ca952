"""What has to change in a statement, beyond sqlglot's translation, so that DuckDB answers as Athena does."""

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.schema import MappingSchema

_INTEGERS = exp.DataType.INTEGER_TYPES
_FLOATS = exp.DataType.REAL_TYPES

# Joda-Time's letters, by their run, as strftime's.
_JODA = {
    "yyyy": "%Y", "yy": "%y", "y": "%Y", "YYYY": "%Y", "xxxx": "%G", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m",
    "dd": "%d", "d": "%-d", "DDD": "%j", "D": "%-j", "EEEE": "%A", "EEE": "%a", "E": "%a", "e": "%u", "ww": "%V",
    "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "a": "%p", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S",
    "SSS": "%g",
}  # fmt: skip
_JODA_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)


def adapt(statement: exp.Expr, schema: dict[str, dict[str, str]]) -> exp.Expr:
    """The statement for DuckDB. `schema` has the columns and types of the relations that it reads."""
    _annotate(statement, schema)
    # Children first: what takes the place of a node holds children that have been adapted already.
    for node in reversed(list(statement.walk())):
        replacement = _adapt(node)
        if replacement is node:
            continue
        if node is statement:
            statement = replacement
        else:
            node.replace(replacement)
    return statement


def strftime_of(joda: str) -> str:
    """A Joda-Time pattern as strftime's."""
    out = ""
    for match in _JODA_TOKEN.finditer(joda):
        token = match.group(0)
        if match.group(1) is not None:
            out += (match.group(1).replace("''", "'") or "'").replace("%", "%%")
        elif match.group(2):
            out += _JODA.get(token, token)
        else:
            out += token.replace("%", "%%")
    return out


def _annotate(statement: exp.Expr, schema: dict[str, dict[str, str]]) -> None:
    """Types where they can be told. They are told on a copy with full names, node by node the same as the statement."""
    copy = statement.copy()
    try:
        mapping = MappingSchema({**schema}, dialect="athena")
        originals = {id(node): original for node, original in zip(copy.walk(), statement.walk(), strict=True)}
        pairs = [(node, originals[id(node)]) for node in copy.walk()]
        qualify_columns(copy, mapping, expand_alias_refs=False, expand_stars=False)
        annotate_types(copy, mapping, dialect="athena")
    except Exception:
        # What this cannot resolve, DuckDB reports with a better reason.
        return
    for node, original in pairs:
        if node.type is not None:
            # Nobody changes a type: the two may share it.
            original.type = node.type


def _adapt(node: exp.Expr) -> exp.Expr:
    change = _CHANGES.get(type(node))
    if change is not None:
        return change(node)
    if isinstance(node, exp.Anonymous):
        rewrite = _FUNCTIONS.get(node.name.lower())
        if rewrite is not None:
            return rewrite(node)
    return node


def _call(name: str, *arguments: exp.Expr | None) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument for argument in arguments if argument is not None])


def _percentile(node: exp.Expr) -> exp.Expr:
    weight = node.args.get("weight")
    if weight is None:
        return _call("approx_percentile", node.this, node.args["quantile"])
    return _call("approx_percentile_weighted", node.this, weight, node.args["quantile"])


def _exact_distinct(node: exp.Expr) -> exp.Expr:
    # Exact is within the error that Athena allows itself, and the same at every run.
    return exp.Count(this=exp.Distinct(expressions=[node.this]))


def _cast(node: exp.Cast) -> exp.Expr:
    """Athena rounds a half away from zero where DuckDB rounds it to the even neighbour."""
    if node.to.this in _INTEGERS and node.this.is_type(*_FLOATS) and not isinstance(node.this, exp.Floor | exp.Round):
        node.set("this", exp.Round(this=node.this))
    return node


def _date_arithmetic(node: exp.Expr) -> exp.Expr:
    """A date and an interval of days make a date, not a timestamp."""
    if node.this.is_type(exp.DataType.Type.DATE) and (
        isinstance(node.expression, exp.Interval) or isinstance(node, exp.DateAdd | exp.DateSub)
    ):
        return exp.cast(node.copy(), "date")
    return node


def _truncated(node: exp.Expr) -> exp.Expr:
    """A truncated date is a date."""
    return exp.cast(node.copy(), "date") if node.this.is_type(exp.DataType.Type.DATE) else node


def _whole_units(node: exp.Expr) -> exp.Expr:
    """Athena counts whole hours that have passed where DuckDB's `date_diff` counts strokes of the clock."""
    unit = exp.Literal.string(node.args["unit"].name.lower())
    return _call("date_sub", unit, node.expression, node.this)


def _slice(node: exp.Expr) -> exp.Expr:
    """Athena's third argument is a length, DuckDB's the last place."""
    start, length = node.args["start"], node.args["end"]
    last = exp.Sub(
        this=exp.Add(this=exp.paren(start.copy()), expression=exp.paren(length)), expression=exp.Literal.number(1)
    )
    return _call("list_slice", node.this, start, last)


def _group_references(node: exp.Expr) -> exp.Expr:
    """`$1` of a Java replacement is `\\1`."""
    replacement = node.args.get("replacement")
    if isinstance(replacement, exp.Literal) and replacement.is_string:
        replacement.set("this", re.sub(r"\$(\d)", r"\\\1", replacement.this))
    return node


def _null_for_empty(node: exp.Expr) -> exp.Expr:
    """No match is null."""
    return exp.Nullif(this=node.copy(), expression=exp.Literal.string(""))


def _format_datetime(node: exp.Anonymous) -> exp.Expr:
    value, pattern = node.expressions
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return node
    return _call("strftime", exp.cast(value, "timestamp"), exp.Literal.string(strftime_of(pattern.this)))


def _parse_datetime(node: exp.Anonymous) -> exp.Expr:
    value, pattern = node.expressions
    if not (isinstance(pattern, exp.Literal) and pattern.is_string):
        return node
    return _call("strptime", value, exp.Literal.string(strftime_of(pattern.this)))


def _matches(node: exp.Anonymous) -> exp.Expr:
    return _call("len", _call("list_filter", *node.expressions))


# Each for nodes of its own type.
_CHANGES: dict[type[exp.Expr], Callable[[Any], exp.Expr]] = {
    exp.ApproxQuantile: _percentile,
    exp.ApproxDistinct: _exact_distinct,
    exp.Cast: _cast,
    exp.Add: _date_arithmetic,
    exp.Sub: _date_arithmetic,
    exp.DateAdd: _date_arithmetic,
    exp.DateSub: _date_arithmetic,
    exp.ArraySlice: _slice,
    exp.Typeof: lambda node: exp.Lower(this=node.copy()),
    exp.DateDiff: _whole_units,
    exp.DateTrunc: _truncated,
    exp.TimestampTrunc: _truncated,
    exp.RegexpReplace: _group_references,
    exp.RegexpExtract: _null_for_empty,
    exp.SplitPart: _null_for_empty,
}

_FUNCTIONS: dict[str, Callable[[exp.Anonymous], exp.Expr]] = {
    "every": lambda node: _call("bool_and", *node.expressions),
    "map_agg": lambda node: _call("map", *(_call("list", argument) for argument in node.expressions)),
    "any_match": lambda node: exp.GT(this=_matches(node), expression=exp.Literal.number(0)),
    "none_match": lambda node: exp.EQ(this=_matches(node), expression=exp.Literal.number(0)),
    "all_match": lambda node: exp.EQ(this=_matches(node), expression=_call("len", node.expressions[0].copy())),
    "format_datetime": _format_datetime,
    "parse_datetime": _parse_datetime,
    "bit_count": lambda node: _call("bit_count", exp.cast(node.expressions[0], "bigint")),
    "checksum": lambda node: _call("bit_xor", _call("hash", *node.expressions)),
}
