"""Queries at the same time never wait for each other for ever."""

import os
import subprocess
import sys

from support.laptop import ROOT

SECONDS = 10


def test_scans_begin_while_others_open_files() -> None:
    done = subprocess.run(
        [sys.executable, "test/support/many_queries.py", str(SECONDS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=SECONDS + 30,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert int(done.stdout) > 20
