"""A laptop edition for each engine, in turn: two at once would keep each other busy."""

import json
import shutil
from collections.abc import Iterator

import pytest
from support.laptop import ROOT, Laptop
from support.reading.troubles import NOTICE_MS

from local import processes, settings

CONFIG = {
    "settings": {
        "landingGraceSeconds": 3,
        "stallSeconds": 60,
        "maxPollSeconds": 2,
        "chunkBytes": 100_000,
        "visibilityNoticeMs": NOTICE_MS,
    },
    "job": {"idleStopSeconds": 600},
}


@pytest.fixture(scope="module", params=["duckdb", pytest.param("trino", marks=pytest.mark.trino)])
def edition(request: pytest.FixtureRequest) -> Iterator[Laptop]:
    """The laptop edition whose Athena is the engine."""
    folder = ROOT / ".local" / f"test-readers-{request.param}"
    shutil.rmtree(folder, ignore_errors=True)
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    own = {"CELLFLOW_FAULTS": "1", "CELLFLOW_CONFIG": json.dumps(CONFIG), "ATHENA_ENGINE": request.param}
    laptop = Laptop(folder, port, console, own)
    laptop.up()
    laptop.start_job()
    try:
        yield laptop
    finally:
        laptop.down()
