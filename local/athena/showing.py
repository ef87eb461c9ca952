"""`show …` and `describe …`: Athena answers them itself, of the catalogue, in lines of text.

The engines have no part in them, so that both editions of a query engine answer alike.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local.athena import information_schema
from local.athena.catalogue import Catalogue, Table, View
from local.athena.errors import QueryFailed
from local.athena.query import Column

_NAME = r"[`\"]?([\w$]+)[`\"]?"
_LONG_NAME = rf"(?:{_NAME}\.)?{_NAME}"
# How wide Hive writes a name and a type.
_WIDTH = 20


@dataclass(frozen=True)
class Shown:
    """What such a statement gives: a line a row."""

    columns: list[Column]
    lines: list[str]


def answer(text: str, database: str, catalogue: Catalogue) -> Shown | None:
    """What a statement shows; None where it is none of these. Raises QueryFailed where it names what is not there."""
    asked = re.sub(r"\s+", " ", text.strip().rstrip(";").strip())
    for pattern, show in _STATEMENTS:
        found = re.fullmatch(pattern, asked, re.IGNORECASE)
        if found:
            return show([group.lower() if group else None for group in found.groups()], database, catalogue)
    return None


Groups = list[str | None]


def _databases(_groups: Groups, _database: str, catalogue: Catalogue) -> Shown:
    return _shown("database_name", catalogue.databases())


def _tables(groups: Groups, database: str, catalogue: Catalogue) -> Shown:
    return _shown("tab_name", [entry.name for entry in _of(groups, database, catalogue)])


def _views(groups: Groups, database: str, catalogue: Catalogue) -> Shown:
    return _shown("views", [entry.name for entry in _of(groups, database, catalogue) if isinstance(entry, View)])


def _columns(groups: Groups, database: str, catalogue: Catalogue) -> Shown:
    entry = _find(groups, database, catalogue)
    return _shown("field", [name for name, _kind in information_schema.columns_of(entry)])


def _describe(groups: Groups, database: str, catalogue: Catalogue) -> Shown:
    entry = _find(groups, database, catalogue)
    columns = [Column(name, "string") for name in ("col_name", "data_type", "comment")]
    if isinstance(entry, View):
        return Shown(columns, [_line(name, kind) for name, kind in information_schema.columns_of(entry)])
    lines = [_line(name, kind) for name, kind in (*entry.columns, *entry.keys)]
    if entry.keys:
        lines += [
            _line("", ""),
            _line("# Partition Information", ""),
            _line("# col_name", "data_type", "comment"),
            _line("", ""),
            *(_line(name, kind) for name, kind in entry.keys),
        ]
    return Shown(columns, lines)


def _create_view(groups: Groups, database: str, catalogue: Catalogue) -> Shown:
    entry = _find(groups, database, catalogue)
    if not isinstance(entry, View):
        raise QueryFailed("NOT_SUPPORTED", f"{entry.database}.{entry.name} is not a view")
    text = f'CREATE VIEW "{entry.name}" AS\n{entry.sql}'
    return _shown("create view", text.splitlines())


_STATEMENTS: tuple[tuple[str, Callable[[Groups, str, Catalogue], Shown]], ...] = (
    (r"show (?:databases|schemas)", _databases),
    (rf"show tables(?: (?:in|from) {_NAME})?(?: (?:like )?'([^']*)')?", _tables),
    (rf"show views(?: (?:in|from) {_NAME})?(?: (?:like )?'([^']*)')?", _views),
    (rf"show columns (?:in|from) {_LONG_NAME}", _columns),
    (rf"show create view {_LONG_NAME}", _create_view),
    (rf"(?:describe|desc) {_LONG_NAME}", _describe),
)


def _of(groups: Groups, database: str, catalogue: Catalogue) -> Iterator[Table | View]:
    """The entries of a database whose names match: an asterisk stands for any letters, a bar between choices."""
    named, pattern = groups
    database = named or database
    if database not in catalogue.databases():
        raise QueryFailed("SCHEMA_NOT_FOUND", f"Schema '{database}' does not exist")
    wanted = re.compile((pattern or "*").replace("*", ".*"))
    return (entry for entry in information_schema.entries(catalogue, database) if wanted.fullmatch(entry.name))


def _find(groups: Groups, database: str, catalogue: Catalogue) -> Table | View:
    named, name = groups
    entry = catalogue.table(named or database, name or "")
    if entry is None:
        raise QueryFailed("TABLE_NOT_FOUND", f"Table 'awsdatacatalog.{named or database}.{name}' does not exist")
    return entry


def _line(name: str, kind: str, comment: str = "") -> str:
    return "\t".join(cell.ljust(_WIDTH) for cell in (name, kind, comment))


def _shown(column: str, lines: list[str]) -> Shown:
    return Shown([Column(column, "string")], lines)
