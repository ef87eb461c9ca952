"""Reads a statement in Athena's dialect: what kind it is, its parameters and the tables that it names."""

import logging
from collections.abc import Sequence
from functools import lru_cache

import sqlglot
from sqlglot import Dialect, Token, TokenType, exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.optimizer.scope import Scope, traverse_scope

from local.athena.errors import MalformedQuery, QueryFailed

DIALECT = "athena"
# It tells of each `show …`, which it does not read any closer.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
# Stands for a question mark while a text is parsed, with its number: a tree does not tell the order of the text.
_MARK = "\N{INVERTED QUESTION MARK}parameter:"


def parse(sql: str) -> exp.Expr:
    """The one statement of a text, for the caller to change; MalformedQuery where it is none."""
    return _parse(sql).copy()


def only_reads(sql: str) -> bool:
    """Whether a text is a query; MalformedQuery where it is no statement."""
    return is_query(_parse(sql))


@lru_cache(maxsize=64)
def _parse(sql: str) -> exp.Expr:
    # Saved queries come again with each upload.
    try:
        dialect = Dialect.get_or_raise(DIALECT)
        found = dialect.parser().parse(_number_parameters(dialect.tokenize(sql)), sql)
    except ParseError as error:
        first = error.errors[0]
        token = first.get("highlight") or "<EOF>"
        column = (first.get("col") or len(token)) - len(token) + 1
        raise MalformedQuery(
            f"mismatched input '{token}'. {first['description'].splitlines()[0]}",
            (first.get("line") or 1, max(column, 1)),
        ) from error
    except TokenError as error:
        raise MalformedQuery(str(error).splitlines()[0]) from error
    statements = [part for part in found if part is not None and not isinstance(part, exp.Semicolon)]
    if not statements:
        raise MalformedQuery("mismatched input '<EOF>'. Expecting: a statement")
    if len(statements) > 1:
        raise MalformedQuery("Only one sql statement is allowed.")
    statement = statements[0]
    for mark in list(statement.find_all(exp.Literal)):
        if mark.is_string and mark.this.startswith(_MARK):
            mark.replace(exp.Placeholder(this=mark.this.removeprefix(_MARK)))
    return statement


def _number_parameters(tokens: list[Token]) -> list[Token]:
    count = 0
    numbered = []
    for token in tokens:
        if token.token_type == TokenType.PLACEHOLDER:
            text = f"{_MARK}{count}"
            token = Token(TokenType.STRING, text, token.line, token.col, token.start, token.end)
            count += 1
        numbered.append(token)
    return numbered


def is_query(statement: exp.Expr) -> bool:
    """Whether the statement only reads."""
    return isinstance(statement, exp.Query | exp.Values)


def bind(statement: exp.Expr, parameters: Sequence[str]) -> exp.Expr:
    """Put the execution parameters, which are SQL literals, in the places of the question marks."""
    places = sorted(statement.find_all(exp.Placeholder), key=lambda place: int(place.name))
    if len(places) != len(parameters):
        raise QueryFailed(
            "INVALID_PARAMETER_USAGE",
            f"Incorrect number of parameters: expected {len(places)} but found {len(parameters)}",
            (1, 1),
        )
    for place, literal in zip(places, parameters, strict=True):
        place.replace(_literal(literal))
    return statement


def _literal(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse_one(text, read=DIALECT)
    except (ParseError, TokenError) as error:
        raise QueryFailed("INVALID_PARAMETER_USAGE", f"Invalid execution parameter: {text}") from error
    if found.find(exp.Query, exp.Table):
        raise QueryFailed("INVALID_PARAMETER_USAGE", f"Execution parameter is not an expression: {text}")
    # A bare word is a column to the parser. Athena wants a literal: a string brings its quotes.
    if found.find(exp.Column):
        raise QueryFailed(
            "COLUMN_NOT_FOUND",
            f"Column '{found.sql()}' cannot be resolved or requester is not authorized to access requested resources",
            (1, 1),
        )
    return found


def table_references(statement: exp.Expr) -> list[tuple[Scope, str, exp.Table]]:
    """References to tables, not to common table expressions, each with its scope and the name that it has there."""
    found: dict[int, tuple[Scope, str, exp.Table]] = {}
    for scope in traverse_scope(statement):
        for name, source in scope.sources.items():
            if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                found.setdefault(id(source), (scope, name, source))
    return list(found.values())


def table_functions(statement: exp.Expr) -> list[tuple[str, exp.Expr]]:
    """Functions that a statement reads as it reads tables, by their names, but for `unnest`."""
    read = [node.this for node in statement.find_all(exp.Table) if not isinstance(node.this, exp.Identifier)]
    read += [node.this for node in statement.find_all(exp.Lateral)]
    functions = [node for node in read if isinstance(node, exp.Func) and not isinstance(node, exp.Unnest)]
    return [(node.name if isinstance(node, exp.Anonymous) else node.sql_name(), node) for node in functions]


def read_from(reference: exp.Table, relation: str) -> None:
    """Let a reference read from another relation under the name that it has."""
    alias = reference.args.get("alias") or exp.TableAlias(this=exp.to_identifier(reference.name.lower(), quoted=True))
    reference.set("alias", alias)
    reference.set("this", exp.to_identifier(relation, quoted=True))
    reference.set("db", None)
    reference.set("catalog", None)


def read_from_query(reference: exp.Table, query: exp.Expr, columns: Sequence[str]) -> None:
    """Put a query in the place of a reference, under the name that it has; `columns` are its columns' names."""
    alias = reference.args.get("alias") or exp.TableAlias(this=exp.to_identifier(reference.name.lower(), quoted=True))
    if not alias.args.get("columns"):
        alias.set("columns", [exp.to_identifier(name, quoted=True) for name in columns])
    kept = {part: reference.args.get(part) for part in ("joins", "laterals", "pivots", "sample")}
    reference.replace(exp.Subquery(this=query, alias=alias, **{part: held for part, held in kept.items() if held}))


def shorten_columns(statement: exp.Expr) -> None:
    """`cellflow.measurements.day` and `measurements.day` are one column."""
    for column in statement.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)


def position(node: exp.Expr) -> tuple[int, int] | None:
    """Line and column, from 1, at which a node begins in the text."""
    if isinstance(node, exp.Table):
        node = node.args.get("catalog") or node.args.get("db") or node.this
    holder = node if "line" in node.meta else node.find(exp.Identifier)
    if holder is None or "line" not in holder.meta:
        return None
    meta = holder.meta
    return meta["line"], meta["col"] - (meta["end"] - meta["start"])


def name_outputs(statement: exp.Expr) -> exp.Expr:
    """Columns without a name are called `_col0`, `_col1`, …, by their place."""
    head = statement
    while isinstance(head, exp.SetOperation | exp.Subquery):
        head = head.this
    if isinstance(head, exp.Select):
        named = [
            item
            if isinstance(item, exp.Alias | exp.Column | exp.Star | exp.Aliases) or item.is_star
            else exp.alias_(item, f"_col{index}", quoted=True)
            for index, item in enumerate(head.expressions)
        ]
        head.set("expressions", named)
    return statement
