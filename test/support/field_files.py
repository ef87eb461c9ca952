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


def field_file(database: str, start: str = FIRST_DAY) -> bytes:
    """The file, whose three days begin with a day."""
    options = ["--format", FIELD_FORMATS[database], "--rows", str(ROWS), "--days", "3", "--dirty", "0.05"]
    command = ["node", "--import", "tsx", "samples/generate.ts", *options, "--seed", "11", "--start", start]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120).stdout


@functools.cache
def field_rows(database: str, start: str = FIRST_DAY) -> pd.DataFrame:
    """The rows of `measurements` that the file gives, in UTC."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.txt"
        file.write_bytes(field_file(database, start))
        return expected(FIELD_FORMATS[database], file, "UTC")
