"""Objects that are not there any more, or are others, when a query that has listed them reads them."""

import threading
from pathlib import Path
from typing import Any

import pytest
from support.readers import DAYS, OLD, made

from local.athena.catalogue import MissingObject, ObjectFile, Partition, Table
from local.athena.duckdb_engine import DuckDbEngine
from local.athena.emulator_catalogue import EmulatorCatalogue
from local.athena.errors import QueryFailed
from local.athena.query import Progress, Query
from local.s3 import objects
from local.s3.bodies import Bodies


def test_a_file_that_is_gone_since_it_was_listed_fails_the_query(tmp_path: Path) -> None:
    there = tmp_path / "a"
    there.write_bytes(made(OLD, DAYS[0], 2))

    class Listed:
        """A catalogue whose one table has an object that is deleted between the list and the read."""

        def databases(self) -> list[str]:
            return ["d"]

        def names(self, _database: str) -> list[str]:
            return ["parquet", "json"]

        def table(self, database: str, name: str) -> Table:
            columns = (("latitude", "double"), ("upload_id", "string"))
            return Table(database, name, columns, (), name, (Partition((), ("lake", name)),))

        def objects(self, _partitions: object) -> list[list[ObjectFile]]:
            def gone() -> Path:
                raise MissingObject("s3://lake/x/b")

            size = there.stat().st_size
            return [[ObjectFile("lake/x/a", size, lambda: there), ObjectFile("lake/x/b", 1_234, gone)]]

    engine = DuckDbEngine(tmp_path / "spill")
    try:
        for table in ("parquet", "json"):
            with pytest.raises(QueryFailed) as failure:
                engine.run(Query(f"select sum(latitude) from {table}", "d"), Listed(), Progress())
            assert str(failure.value).startswith(
                "HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/x/b (offset=0, length=1234): "
            )
            assert "NoSuchKey" in str(failure.value)
        # The engine is as good as before.
        assert engine.run(Query("select 1 as one", "d"), Listed(), Progress()).csv == b'"one"\n"1"\n'
        assert [path for path in (tmp_path / "spill").rglob("*") if path.is_file()] == []
    finally:
        engine.close()


def test_an_object_is_read_as_it_is_then_not_as_it_was_when_listed(emulated_s3: Any) -> None:
    emulated_s3["t/day=1/a"] = {"stored": objects.bodies().write(b"one"), "size": 3}
    emulated_s3["t/day=1/b"] = {"stored": objects.bodies().write(b"two"), "size": 3}
    ((first, second),) = EmulatorCatalogue().objects([Partition(("1",), ("bucket", "t/day=1"))])
    # It is on its way to the disk.
    late = emulated_s3["t/day=1/a"] = {"body": b"other", "size": 5}
    threading.Timer(0.2, lambda: objects.settle(late)).start()
    del emulated_s3["t/day=1/b"]

    assert first.read() == b"other"
    with pytest.raises(MissingObject):
        second.read()


@pytest.fixture
def emulated_s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The objects of a bucket in this process."""
    from ministack.services import s3

    held: dict[str, Any] = {}
    bodies = Bodies(tmp_path)
    monkeypatch.setattr(objects, "bodies", lambda: bodies)
    monkeypatch.setattr(s3, "_buckets", {"bucket": {"objects": held}})
    return held
