"""An emulator for each engine, each with a lake of its own."""

import functools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pandas as pd
import pytest
from support.answers import rows_of
from support.athena import REAL_DAY, ROOT, SAMPLE, VISIBLE, Lake, real_file
from support.emulation import healthy
from support.field_files import FIELD_FORMATS, field_rows
from support.tables import accepted, of_readings

from local import processes, settings


@pytest.fixture(scope="session")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Lake]]:
    """The lake of an engine, by its name; its emulator starts when it is first asked for."""
    started: dict[str, tuple[subprocess.Popen, Lake]] = {}

    def lake(engine: str) -> Lake:
        if engine not in started:
            folder = tmp_path_factory.mktemp(engine)
            log = folder / "emulator.log"
            port = processes.free_port(settings.HOST)
            url = f"http://{settings.HOST}:{port}"
            process = subprocess.Popen(
                [sys.executable, "-m", "local.emulator"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "CELLFLOW_PORT": str(port),
                    "CELLFLOW_LOCAL_DIR": str(folder),
                    "ATHENA_ENGINE": engine,
                    "LOG_LEVEL": "WARNING",
                },
                stdout=log.open("w"),
                stderr=subprocess.STDOUT,
            )
            deadline = time.monotonic() + 60
            while not healthy(url):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            made = Lake(engine, url)
            made.load("sample", SAMPLE, day="2026-03-02")
            for database in FIELD_FORMATS:
                made.load_rows(database, functools.partial(of_readings, field_rows(database)))
            if real_file():
                made.load("real", real_file(), day=REAL_DAY)
            started[engine] = (process, made)
        return started[engine][1]

    yield lake
    for process, _lake in started.values():
        process.terminate()
        process.wait(30)


@pytest.fixture(params=["duckdb", pytest.param("trino", marks=pytest.mark.trino)])
def lake(request: pytest.FixtureRequest, lakes: Callable[[str], Lake]) -> Lake:
    """The lake on each engine in turn."""
    return lakes(request.param)


@pytest.fixture(scope="session")
def accepted_rows() -> dict[str, pd.DataFrame]:
    """The accepted rows of the file behind each database."""
    found = {"sample": rows_of(accepted(SAMPLE, ""))}
    found |= {database: rows_of(field_rows(database)) for database in FIELD_FORMATS}
    real = real_file()
    if real:
        found["real"] = rows_of(accepted(real, REAL_DAY))
    for rows in found.values():
        rows.attrs["upload"] = VISIBLE
    return found
