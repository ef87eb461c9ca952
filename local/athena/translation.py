"""A query in DuckDB's words, and what it then reads of the catalogue.

Reports ask the same of other days, upload by upload: a text is translated once, with days that stand for those of its
parameters and a moment that stands for now. A translation holds as long as the catalogue says the same of all that the
text names.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from threading import Lock

from sqlglot import exp

from local.athena import clock, dialect, statement
from local.athena.catalogue import Catalogue, ObjectFile, Partition, Table, View
from local.athena.errors import QueryFailed
from local.athena.expansion import Expansion, Relation
from local.athena.information_schema import Listing
from local.athena.query import Query

MOST_KEPT = 100

# What the catalogue says, by database and name.
Found = dict[tuple[str, str], Table | View | None]

# Stands for the moment of a query.
_MOMENT = datetime(9999, 11, 27, 1, 2, 3, 456_000, timezone.utc)
_DAY = re.compile(r"'\d{4}-\d\d-\d\d'")


@dataclass(frozen=True)
class Translation:
    """SQL of DuckDB, and the relations that it names."""

    sql: str
    relations: dict[str, Relation]


class Recorder:
    """A catalogue that notes what it said of tables and views."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.found: Found = {}

    def table(self, database: str, name: str) -> Table | View | None:
        found = self.found[database, name] = self._catalogue.table(database, name)
        return found

    def databases(self) -> list[str]:
        return self._catalogue.databases()

    def names(self, database: str) -> list[str]:
        return self._catalogue.names(database)

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        return self._catalogue.objects(partitions)


@dataclass(frozen=True)
class Kept:
    """A translation with days that stand for others, and what the catalogue said of each table and view."""

    translation: Translation
    found: Found


class Translations:
    """Those of the last texts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], Kept] = OrderedDict()
        self._lock = Lock()

    def translate(self, query: Query, catalogue: Catalogue) -> Translation:
        """Raises QueryFailed or MalformedQuery."""
        stand_ins = _stand_ins(query)
        if stand_ins is None:
            return _translate(query, query.parameters, query.submitted, catalogue)[0]
        key = (query.sql, query.database, len(stand_ins))
        with self._lock:
            kept = self._kept.get(key)
        now = kept and _said_again(kept.found, catalogue)
        if kept and now:
            return _of_now(kept.translation, now, stand_ins, query)
        recorder = Recorder(catalogue)
        translation, is_lasting = _translate(query, stand_ins, _MOMENT, recorder)
        views = [said.sql for said in recorder.found.values() if isinstance(said, View)]
        if not is_lasting or _has_one(stand_ins, views):
            return _translate(query, query.parameters, query.submitted, catalogue)[0]
        if not any(isinstance(one.table, Listing) for one in translation.relations.values()):
            with self._lock:
                self._kept[key] = Kept(translation, recorder.found)
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
        return _of_now(translation, recorder.found, stand_ins, query)


def _translate(
    query: Query, parameters: Sequence[str], moment: datetime, catalogue: Catalogue
) -> tuple[Translation, bool]:
    """The translation, and whether another moment can be put into it."""
    parsed = statement.parse(query.sql)
    if not statement.is_query(parsed):
        raise QueryFailed("NOT_SUPPORTED", "Queries of this type are not supported", (1, 1))
    named = statement.name_outputs(statement.bind(parsed, parameters))
    expansion = Expansion(catalogue)
    expansion.expand(named, query.database)
    statement.shorten_columns(named)
    is_lasting = not clock.tells_more(named)
    schema = {name: relation.columns for name, relation in expansion.relations.items()}
    sql = dialect.adapt(clock.stop_clock(named, moment), schema).sql("duckdb", comments=False, copy=False)
    return Translation(sql, expansion.relations), is_lasting


def _stand_ins(query: Query) -> list[str] | None:
    """A day for each parameter, which the text has not; None where a parameter is something else than a day."""
    if not query.parameters or not all(_DAY.fullmatch(value) for value in query.parameters):
        return None
    days = [f"'{9000 + place}-11-27'" for place in range(min(len(query.parameters), 999))]
    return days if len(days) == len(query.parameters) and not _has_one(days, [query.sql]) else None


def _has_one(stand_ins: Sequence[str], texts: Sequence[str]) -> bool:
    words = [*(day[1:-1] for day in stand_ins), clock.text_of(_MOMENT)]
    return any(word in text for word in words for text in texts)


def _said_again(then: Found, catalogue: Catalogue) -> Found | None:
    """What the catalogue says now, where a text is translated alike by it. Missing rights are told by translating."""
    try:
        now = {place: catalogue.table(*place) for place in then}
    except QueryFailed:
        return None
    return now if all(_lasting(said) == _lasting(now[place]) for place, said in then.items()) else None


def _lasting(said: Table | View | None) -> Table | View | None:
    """Without partitions, which are looked at when the query is run."""
    return replace(said, partitions=()) if isinstance(said, Table) else said


def _of_now(
    kept: Translation,
    found: Found,
    stand_ins: Sequence[str],
    query: Query,
) -> Translation:
    """With the days and the moment that are meant, and tables as they are."""
    meant = {day[1:-1]: value[1:-1] for day, value in zip(stand_ins, query.parameters, strict=True)}
    meant[clock.text_of(_MOMENT)] = clock.text_of(query.submitted)
    words = re.compile("|".join(map(re.escape, meant)))

    def with_meant(text: str) -> str:
        return words.sub(lambda found: meant[found.group()], text)

    def put_in(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Literal) and node.is_string and words.search(node.this):
            return exp.Literal.string(with_meant(node.this))
        return node

    relations = {}
    for name, relation in kept.relations.items():
        table = found.get((relation.table.database, relation.table.name))
        conditions = tuple(condition.copy().transform(put_in) for condition in relation.conditions)
        relations[name] = Relation(table if isinstance(table, Table) else relation.table, conditions)
    return Translation(with_meant(kept.sql), relations)
