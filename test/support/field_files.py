"""Files of formats that tell technologies and powers, generated, and what an independent reading makes of them."""

import functools
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
from formats.readings import expected

ROOT = Path(__file__).resolve().parents[2]
# By the database that holds it: a drive test's log, in dBm with RSRQ, SINR and rates; and what phones sent in, in ASU
# with its technology where it is known, and with every service status.
FIELD_FORMATS = {"drive": "gnettrack-pro", "crowd": "generalitat"}
FIRST_DAY, LAST_DAY = "2026-03-02", "2026-03-04"
ROWS = 3000


@functools.cache
def field_rows(database: str) -> pd.DataFrame:
    """The rows of `measurements` that the file behind a database gives, in UTC."""
    name = FIELD_FORMATS[database]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.txt"
        options = ["--format", name, "--rows", str(ROWS), "--days", "3", "--dirty", "0.05", "--seed", "11"]
        command = ["npx", "tsx", "samples/generate.ts", *options, "--out", str(file)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
        return expected(name, file, "UTC")
