"""Parquet of a table, whatever its partitions are called and however its files came to be."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local.athena.catalogue import ObjectFile, Partition, Table
from local.athena.duckdb_engine import DuckDbEngine
from local.athena.errors import QueryFailed
from local.athena.query import Progress, Query

ODD = ["2026-03-01", "a b/c=d%é+", "o'clock", '"', "..", "*", "[x]", "007", "null", "", "__HIVE_DEFAULT_PARTITION__"]
COLUMNS = (("value", "int"), ("later", "decimal(5,2)"), ("words", "array<string>"), ("o'clock", "double"))


class Lake:
    """A catalogue of one table, `t`."""

    def __init__(self, folder: Path, columns: tuple[tuple[str, str], ...], keys: tuple[tuple[str, str], ...]) -> None:
        self._folder = folder
        self._columns, self._keys = columns, keys
        self.partitions: dict[tuple[str, ...], list[Path]] = {}

    def put(self, partition: tuple[str, ...], table: pa.Table | bytes) -> Path:
        held = self.partitions.setdefault(partition, [])
        path = self._folder / f"{len(self.partitions)}-{len(held)}"
        if isinstance(table, bytes):
            path.write_bytes(table)
        else:
            pq.write_table(table, path)
        held.append(path)
        return path

    def databases(self) -> list[str]:
        return ["d"]

    def names(self, _database: str) -> list[str]:
        return ["t"]

    def table(self, database: str, name: str) -> Table:
        partitions = tuple(Partition(values, ("lake", str(n))) for n, values in enumerate(self.partitions))
        return Table(database, name, self._columns, self._keys, "parquet", partitions)

    def objects(self, partitions: object) -> list[list[ObjectFile]]:
        assert isinstance(partitions, tuple)
        return [
            [ObjectFile(f"lake/{path.name}", path.stat().st_size, self._opener(path)) for path in self._held(partition)]
            for partition in partitions
        ]

    def _held(self, partition: Partition) -> list[Path]:
        return self.partitions[partition.values]

    @staticmethod
    def _opener(path: Path) -> Callable[[], Path]:
        return lambda: path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    made = DuckDbEngine(tmp_path / "it's [a] *folder*")
    yield made
    made.close()


def ask(engine: DuckDbEngine, lake: Lake, sql: str) -> list[str]:
    return engine.run(Query(sql, "d"), lake, Progress()).csv.decode().splitlines()[1:]


def test_partitions_have_the_values_that_the_catalogue_gives_them(engine: DuckDbEngine, tmp_path: Path) -> None:
    lake = Lake(tmp_path, COLUMNS[:1], (("key", "string"), ("number", "int")))
    for number, key in enumerate(ODD):
        lake.put((key, str(number)), pa.table({"value": pa.array([number], pa.int32())}))

    found = ask(engine, lake, "select value, key, number from t order by value")

    shown = ['"' + key.replace('"', '""') + '"' for key in ODD[:-1]] + [""]
    assert found == [f'"{number}",{key},"{number}"' for number, key in enumerate(shown)]
    assert ask(engine, lake, "select value from t where key = 'o''clock' and number + 0 = 2") == ['"2"']
    assert ask(engine, lake, "select value from t where key is null") == [f'"{len(ODD) - 1}"']


def test_files_of_other_columns_are_read_as_the_table_says(engine: DuckDbEngine, tmp_path: Path) -> None:
    lake = Lake(tmp_path, COLUMNS, ())
    lake.put((), pa.table({"value": pa.array([1], pa.int64()), "unknown": ["x"]}))
    lake.put((), pa.table({"words": [["b", None]], "value": pa.array([2], pa.int32()), "o'clock": [2.5]}))
    lake.put((), b"")

    assert ask(engine, lake, "select * from t order by value") == ['"1",,,', '"2",,"[b, null]","2.5"']


def test_a_table_without_files_has_its_columns(engine: DuckDbEngine, tmp_path: Path) -> None:
    lake = Lake(tmp_path, COLUMNS, (("day", "string"),))
    assert ask(engine, lake, "select count(*), max(value), max(day) from t") == ['"0",,']


def test_a_file_that_is_no_parquet_is_named_by_its_address(engine: DuckDbEngine, tmp_path: Path) -> None:
    lake = Lake(tmp_path, COLUMNS, ())
    bad = lake.put((), b"no Parquet at all, whatever its name says")

    with pytest.raises(QueryFailed) as failure:
        ask(engine, lake, "select sum(value) from t")

    assert str(failure.value).startswith("HIVE_BAD_DATA: Malformed Parquet file.")
    assert f"s3://lake/{bad.name}" in str(failure.value)
    assert str(tmp_path) not in str(failure.value)


def test_what_a_killed_process_left_behind_is_taken_away(tmp_path: Path) -> None:
    body = tmp_path / "body"
    body.write_bytes(b"deleted since")
    killed = DuckDbEngine(tmp_path / "spill")
    left = next((tmp_path / "spill").glob("files*")) / "query.parquet"
    left.hardlink_to(body)

    DuckDbEngine(tmp_path / "spill").close()

    assert body.stat().st_nlink == 1
    killed.close()


def test_what_a_query_read_is_not_left_behind(engine: DuckDbEngine, tmp_path: Path) -> None:
    lake = Lake(tmp_path, COLUMNS, ())
    path = lake.put((), pa.table({"value": pa.array([1], pa.int32())}))

    assert ask(engine, lake, "select value from t") == ['"1"']
    with pytest.raises(QueryFailed):
        ask(engine, lake, "select no_such from t")

    assert path.stat().st_nlink == 1
    views = engine._connection().execute("select view_name from duckdb_views() where not internal").fetchall()
    assert views == []
