"""Benches, a file each: `make bench`, `make bench QUICK=1`, `make bench ONLY=burst`. See README.md beside this."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Without npx and a second process, which take as long as a small file.
TSX = ("node", "--import", "tsx")
# What benches share with the tests, and the job.
sys.path[:0] = [path for path in (str(ROOT / "test"), str(ROOT / "glue")) if path not in sys.path]
