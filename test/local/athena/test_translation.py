"""Translations that are kept, and used again for other days."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from local.athena import clock, statement
from local.athena.catalogue import ObjectFile, Partition, Table, View
from local.athena.errors import QueryFailed
from local.athena.query import Query
from local.athena.translation import Translation, Translations

TABLE = Table(
    "lake", "rows", (("signal", "int"),), (("day", "date"),), "parquet", (Partition(("2026-03-01",), ("lake", "a")),)
)
VIEW = View("shown", "rows", (("signal", "integer"), ("day", "date")), "select signal, day from lake.rows", "lake")
SQL = "select count(*) from rows where day between date ? and date ?"


class Catalogue:
    """Counts how often it is asked for a table."""

    def __init__(self, *said: Table | View) -> None:
        self.said = {(one.database, one.name): one for one in said}
        self.asked = 0
        self.refuses = False

    def table(self, database: str, name: str) -> Table | View | None:
        self.asked += 1
        if self.refuses:
            raise QueryFailed("PERMISSION_DENIED", "no")
        return self.said.get((database, name))

    def databases(self) -> list[str]:
        return ["lake", "shown"]

    def names(self, database: str) -> list[str]:
        return [name for held, name in self.said if held == database]

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        raise AssertionError("a translation reads no rows")


def asked(sql: str, *days: str) -> Query:
    return Query(sql, "shown", tuple(f"'{day}'" for day in days))


def afresh(query: Query, catalogue: Catalogue) -> Translation:
    return Translations().translate(query, catalogue)


def conditions(translation: Translation) -> list[str]:
    return [one.sql("duckdb") for relation in translation.relations.values() for one in relation.conditions]


def test_a_text_is_used_again_for_other_days():
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    first = translations.translate(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    for_first = catalogue.asked
    second = translations.translate(asked(SQL, "2026-04-05", "2026-04-06"), catalogue)

    assert catalogue.asked - for_first == 2 < for_first, "one look at each of both, and none of a translation"
    assert "2026-03-01" in first.sql and "2026-03-01" not in second.sql
    assert "9000" not in first.sql + second.sql + "".join(conditions(first) + conditions(second))
    for days, found in ((("2026-03-01", "2026-03-02"), first), (("2026-04-05", "2026-04-06"), second)):
        other = afresh(asked(SQL, *days), catalogue)
        assert (found.sql, conditions(found)) == (other.sql, conditions(other))
        assert all(day in "".join(conditions(found)) for day in days)


def test_days_keep_their_places():
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    names = ("first", "second", "first_again")
    sql = "select ? as first, ? as second, ? as first_again from rows"
    for days in (("2026-01-01", "2026-02-02", "2026-03-03"), ("2026-03-03", "2026-01-01", "2026-01-01")):
        found = translations.translate(asked(sql, *days), catalogue).sql
        assert [found.index(f"'{day}' AS {name}") > 0 for day, name in zip(days, names, strict=True)]


@pytest.mark.parametrize(
    "changed",
    [
        replace(TABLE, columns=(("signal", "double"),)),
        replace(VIEW, sql="select signal, day from lake.rows where signal > 3"),
    ],
    ids=["a column", "a view"],
)
def test_what_the_catalogue_says_anew_is_translated_anew(changed: Table | View):
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    query = asked(SQL.replace("count(*)", "cast(sum(signal) as bigint)"), "2026-03-01", "2026-03-02")
    translations.translate(query, catalogue)
    catalogue.said[changed.database, changed.name] = changed

    assert translations.translate(query, catalogue) == afresh(query, catalogue)


def test_partitions_are_those_of_now():
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    translations.translate(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    more = replace(TABLE, partitions=(*TABLE.partitions, Partition(("2026-03-02",), ("lake", "b"))))
    catalogue.said["lake", "rows"] = more

    found = translations.translate(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    assert [relation.table for relation in found.relations.values()] == [more]


@pytest.mark.parametrize("word", ["gone", "refused"])
def test_what_is_gone_or_not_allowed_is_told_as_at_first(word: str):
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    translations.translate(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    if word == "gone":
        del catalogue.said["shown", "rows"]
    catalogue.refuses = word == "refused"

    with pytest.raises(QueryFailed) as told:
        translations.translate(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    with pytest.raises(QueryFailed) as at_first:
        afresh(asked(SQL, "2026-03-01", "2026-03-02"), catalogue)
    assert str(told.value) == str(at_first.value)


@pytest.mark.parametrize(
    ("told", "is_kept"),
    [("current_timestamp", True), ("localtimestamp", True), ("now()", True), ("current_timestamp(6)", False)]
    + [(word, False) for word in ("current_date", "current_time", "localtime")],
)
def test_the_time_is_that_of_each_query(told: str, is_kept: bool):
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    query = asked(f"select {told}, day > {told} from rows where day = date ? and day < {told}", "2026-03-01")
    first = translations.translate(query, catalogue)
    for_first = catalogue.asked
    later = replace(query, submitted=query.submitted.replace(year=2031, microsecond=7_000))
    second = translations.translate(later, catalogue)

    assert (catalogue.asked - for_first == 2) == is_kept
    for found, at_first in ((first, afresh(query, catalogue)), (second, afresh(later, catalogue))):
        assert (found.sql, conditions(found)) == (at_first.sql, conditions(at_first))
    assert "9999" not in first.sql + second.sql + "".join(conditions(first) + conditions(second))
    parsed = statement.name_outputs(statement.bind(statement.parse(later.sql), later.parameters))
    assert clock.stop_clock(parsed, later.submitted).sql().count("2031") == second.sql.count("2031")


@pytest.mark.parametrize(
    ("sql", "view"),
    [
        ("select '9000-11-27' as a from rows where day = date ?", VIEW.sql),
        ("select a from rows where day = date ?", ""),
    ],
    ids=["in the text", "in a view"],
)
def test_a_day_that_would_stand_for_another_stays_itself(sql: str, view: str):
    shown = VIEW if view else View("shown", "rows", (("a", "varchar"), ("day", "date")), "", "lake")
    shown = replace(shown, sql=view or "select '9000-11-27' as a, day from lake.rows")
    catalogue, translations = Catalogue(TABLE, shown), Translations()
    for _ in range(2):
        found = translations.translate(asked(sql, "2026-03-01"), catalogue).sql
        assert "9000-11-27" in found and "2026-03-01" in found


def test_other_values_than_days_are_no_concern_of_it():
    catalogue, translations = Catalogue(TABLE, VIEW), Translations()
    for value in ("3", "'x'", "4"):
        query = Query("select count(*) from rows where signal = ?", "shown", (value,))
        assert value in translations.translate(query, catalogue).sql
