"""The CSV that DuckDB writes is the one that is made value by value."""

import datetime
import decimal
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from local.athena import functions
from local.athena.csv_copy import QUICK_TYPES, copy_lines
from local.athena.query import Column
from local.athena.results import CsvWriter, text_of

VALUES = 4_000
EDGES = [0.0, -0.0, 1e-3, 9.99e-4, 1e7, 9_999_999.0, 9_999_999.999, 5e-324, 1e300, 0.1 + 0.2]
NONE_AT_ALL = [float("nan"), float("inf"), float("-inf")]


def any_double(chance: random.Random) -> float:
    kinds: list[Callable[[], float]] = [
        lambda: chance.choice(EDGES + NONE_AT_ALL),
        lambda: struct.unpack("d", chance.randbytes(8))[0],
        lambda: round(chance.uniform(-1e5, 1e5), chance.randrange(7)),
        lambda: float(chance.randrange(-1_000, 1_000)),
    ]
    return chance.choice(kinds)()


def any_text(chance: random.Random) -> str:
    return "".join(chance.choices(['"', ",", "\n", "\r", "a", "é", "=1+1", "𝄞", "\0"], k=chance.randrange(5)))


def any_day(chance: random.Random) -> datetime.date:
    return datetime.date(1, 1, 1) + datetime.timedelta(chance.randrange(3_000_000))


COLUMNS: list[tuple[pa.DataType, Callable[[random.Random], Any]]] = [
    (pa.float64(), any_double),
    (pa.string(), any_text),
    (pa.int64(), lambda chance: chance.randrange(-(2**63), 2**63)),
    (pa.uint8(), lambda chance: chance.randrange(256)),
    # As DuckDB gives its integers of 128 bits.
    (pa.decimal128(38, 0), lambda chance: decimal.Decimal(chance.randrange(-(10**37), 10**37))),
    (pa.bool_(), lambda chance: chance.random() < 0.5),
    (pa.date32(), any_day),
]


def by_values(columns: list[list[Any]]) -> str:
    writer = CsvWriter([Column("x", "varchar")])
    writer.add([text_of(value) for value in row] for row in zip(*columns, strict=True))
    return writer.bytes().decode().removeprefix('"x"\n')


def copied(database: duckdb.DuckDBPyConnection, sql: str, file: Path) -> str:
    kinds = [str(kind) for kind in database.sql(sql).types]
    assert QUICK_TYPES.issuperset(kinds)
    rows = copy_lines(database, sql, kinds, file)
    assert rows == len(database.execute(sql).fetchall())
    return file.read_bytes().decode()


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_shown_as_their_values_are(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    columns = [[None if chance.random() < 0.1 else make(chance) for _ in range(VALUES)] for _, make in COLUMNS]
    arrays = [pa.array(column, kind) for column, (kind, _) in zip(columns, COLUMNS, strict=True)]
    database = duckdb.connect()
    functions.install(database)
    # An order that no engine keeps by chance.
    chance.shuffle(order := list(range(VALUES)))
    names = [str(number) for number in range(len(arrays))]
    database.register("shuffled", pa.table([*(array.take(order) for array in arrays), order], names=[*names, "place"]))
    listed = ", ".join(
        f'"{name}"::hugeint' if kind == pa.decimal128(38, 0) else f'"{name}"'
        for name, (kind, _) in zip(names, COLUMNS, strict=True)
    )
    sql = f"select {listed} from shuffled order by place"
    file = tmp_path / "lines.csv"

    assert copied(database, sql, file) == by_values(columns)
    assert copied(database, f"{sql} limit 5 offset 17", file) == by_values([column[17:22] for column in columns])
    assert copied(database, f"{sql} limit 0", file) == ""
    assert copied(database, 'select "1" from shuffled order by place', file) == by_values(columns[1:2])
    assert copied(database, "select 1 as a, 2 as a", file) == '"1","2"\n'
