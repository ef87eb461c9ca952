"""A query is stopped at whatever moment of it the call comes."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.athena.duckdb_engine import DuckDbEngine
from local.athena.emulator_catalogue import EmulatorCatalogue
from local.athena.errors import QueryCancelled
from local.athena.query import Progress, Query

SERIES = "unnest(sequence(1, 5000)) as {}(n)"
ENDLESS = "select sum(a.n * b.n * c.n * d.n) from " + " cross join ".join(SERIES.format(name) for name in "abcd")
SECONDS = 20


class CancelledAtTheLast(Progress):
    """Is cancelled after the last look at whether it is, before the engine begins."""

    def check(self) -> None:
        super().check()
        self.cancel()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDbEngine]:
    engine = DuckDbEngine(spill=tmp_path, memory="500MB", threads=2)
    yield engine
    engine.close()


def ended(engine: DuckDbEngine, progress: Progress) -> BaseException | None:
    """How the endless query ended."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            engine.run(Query(ENDLESS, "default"), EmulatorCatalogue(), progress)
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        # Or it would go on after the test.
        engine._connections[0].interrupt()
        thread.join(SECONDS)
        pytest.fail(f"a cancelled query did not end within {SECONDS} s")
    return errors[0] if errors else None


def test_a_query_that_is_cancelled_before_the_engine_begins_ends(engine: DuckDbEngine) -> None:
    assert isinstance(ended(engine, CancelledAtTheLast()), QueryCancelled)


def test_a_query_that_was_cancelled_before_it_came_to_the_engine_ends(engine: DuckDbEngine) -> None:
    progress = Progress()
    progress.cancel()

    assert isinstance(ended(engine, progress), QueryCancelled)


def test_an_engine_is_stopped_also_where_it_tells_how_only_after_the_call() -> None:
    progress, stopped = Progress(), threading.Event()
    progress.cancel()

    progress.on_cancel(stopped.set)

    assert stopped.is_set()
    progress.on_cancel(None)


def test_what_an_engine_does_next_is_not_stopped() -> None:
    progress = Progress()
    stops: list[str] = []
    progress.on_cancel(lambda: stops.append("first"))
    progress.cancel()
    progress.on_cancel(None)
    before = len(stops)

    # As long as the next interruption would take to come.
    threading.Event().wait(0.3)

    assert before >= 1
    assert len(stops) == before
