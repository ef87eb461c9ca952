"""A query with its views put in, and what it then reads of the catalogue: each relation under a name of its own.

What a query says of a view's columns is passed on to the tables behind it, so that days are ruled out there as if the
query had named the table itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from local.athena import information_schema, statement
from local.athena.catalogue import Catalogue, Table, View
from local.athena.errors import MalformedQuery, QueryFailed
from local.athena.information_schema import Listing
from local.athena.pruning import conditions_on, terms_of

# Views that read views that read views.
DEEPEST = 20


@dataclass(frozen=True)
class Relation:
    """A table that a query reads, and what it says of the table's partition keys."""

    table: Table | Listing
    conditions: tuple[exp.Expr, ...]

    @property
    def columns(self) -> dict[str, str]:
        keys = self.table.keys if isinstance(self.table, Table) else ()
        return dict((*self.table.columns, *keys))


@dataclass
class Expansion:
    """Puts views in; `relations` has what was found, by the name under which the statement reads it."""

    catalogue: Catalogue
    relations: dict[str, Relation] = field(default_factory=dict)

    def expand(self, query: exp.Expr, database: str) -> None:
        """Change a query in place. Raises QueryFailed where it names what is not there."""
        # DuckDB has some that read files.
        for name, function in statement.table_functions(query):
            raise QueryFailed(
                "FUNCTION_NOT_FOUND",
                f"Table function '{name.lower()}' not registered",
                statement.position(function),
            )
        self._expand(query, database, (), 0)

    def _expand(self, query: exp.Expr, database: str, passed: tuple[exp.Expr, ...], depth: int) -> None:
        """`passed` are terms that hold for each row of the query, in words of its own sources."""
        for scope, name, reference in statement.table_references(query):
            terms = (*terms_of(scope), *(passed if scope.expression is query else ()))
            found = self._look_up((reference.db or database).lower(), reference)
            if isinstance(found, View):
                columns = {column for column, _kind in found.columns}
                self._put_in(reference, found, conditions_on(scope, name, columns, terms), depth)
                continue
            keys = {key for key, _kind in found.keys} if isinstance(found, Table) else set()
            # A name that no common table expression is likely to bear.
            relation = f"glue_{len(self.relations)}_{found.database}_{found.name}"
            self.relations[relation] = Relation(found, tuple(conditions_on(scope, name, keys, terms)))
            statement.read_from(reference, relation)

    def _put_in(self, reference: exp.Table, view: View, conditions: list[exp.Expr], depth: int) -> None:
        place = statement.position(reference)
        try:
            if depth >= DEEPEST:
                raise QueryFailed("VIEW_IS_RECURSIVE", "Statement would create a recursive view")
            inner = statement.parse(view.sql)
            if not statement.is_query(inner):
                raise QueryFailed("SYNTAX_ERROR", "a view is a query", (1, 1))
            self._check_columns(inner, view)
            self._expand(inner, view.schema, _through(inner, view, conditions), depth + 1)
        except (QueryFailed, MalformedQuery) as error:
            reason = str(error).partition(": ")[2] if isinstance(error, QueryFailed) else str(error)
            raise QueryFailed(
                "INVALID_VIEW",
                f"Failed analyzing stored view 'awsdatacatalog.{view.database}.{view.name}': {reason}",
                place,
            ) from error
        statement.read_from_query(reference, inner, [column for column, _kind in view.columns])

    def _check_columns(self, query: exp.Expr, view: View) -> None:
        """A view says which columns it reads of its one table: all of them have to be there, asked for or not."""
        sources = statement.table_references(query)
        of_query = [reference for scope, _name, reference in sources if scope.expression is query]
        if not isinstance(query, exp.Select) or len(of_query) != 1 or query.args.get("joins"):
            return
        table = self._look_up((of_query[0].db or view.schema).lower(), of_query[0])
        known = set(Relation(table, ()).columns) if not isinstance(table, View) else {name for name, _ in table.columns}
        for item in query.expressions:
            column = item.unalias()
            if isinstance(column, exp.Column) and not column.is_star and column.name.lower() not in known:
                raise QueryFailed(
                    "COLUMN_NOT_FOUND", f"Column '{column.name}' cannot be resolved", statement.position(column)
                )

    def _look_up(self, database: str, reference: exp.Table) -> Table | View | Listing:
        name = reference.name.lower()
        found = (
            information_schema.listing(name, self.catalogue)
            if database == information_schema.NAME
            else self.catalogue.table(database, name)
        )
        if found is not None:
            return found
        place = statement.position(reference)
        if database != information_schema.NAME and database not in self.catalogue.databases():
            raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist", place)
        raise QueryFailed("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{database}.{name}' does not exist", place)


def _through(query: exp.Expr, view: View, conditions: Iterable[exp.Expr]) -> tuple[exp.Expr, ...]:
    """Conditions on columns that a view passes on as they are, in words of what it selects from."""
    if not isinstance(query, exp.Select) or any(query.args.get(part) for part in _THAT_CHANGE_ROWS):
        return ()
    passed_on = {
        name: item.unalias()
        for (name, _kind), item in zip(view.columns, query.expressions, strict=False)
        if isinstance(item.unalias(), exp.Column)
    }
    return tuple(_in_words_of(condition, passed_on) for condition in conditions if _is_passed_on(condition, passed_on))


# What makes other rows of those that a condition holds for.
_THAT_CHANGE_ROWS = ("group", "having", "qualify", "windows", "distinct", "limit", "offset", "joins", "laterals")


def _is_passed_on(condition: exp.Expr, passed_on: Mapping[str, exp.Expr]) -> bool:
    return all(column.name.lower() in passed_on for column in condition.find_all(exp.Column))


def _in_words_of(condition: exp.Expr, passed_on: Mapping[str, exp.Expr]) -> exp.Expr:
    def inner(node: exp.Expr) -> exp.Expr:
        return passed_on[node.name.lower()].copy() if isinstance(node, exp.Column) else node

    return condition.copy().transform(inner)
