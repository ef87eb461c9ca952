"""Undoes one repair after the other in a copy of the job's code, and shows that the simulation finds each.

`python -m simulation.job.planted [--runs MOST] [WORD]`, where the word picks faults by their names.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 600

LEDGER = "cellflow/ledger.py"
BATCH = "cellflow/batch.py"


@dataclass(frozen=True)
class Patch:
    """A text of a file of the job that is there once, and what stands in its place."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Planted:
    """A repair that is undone, and what must break then: one of these."""

    name: str
    breaks: tuple[str, ...]
    patches: tuple[Patch, ...]


PLANTED = (
    Planted(
        "a page is written over the page that is there",
        ("NoDouble", "NoLoss", "LedgerOnce", "CacheSound", "ObjectsAsLedger"),
        (Patch("cellflow/lake.py", ', IfNoneMatch="*")', ")"),),
    ),
    Planted(
        "a page has the number of its batch",
        ("LedgerOnce", "Contiguous", "Progress"),
        (Patch(BATCH, "upload.upload, upload.number, token", "upload.upload, batch, token"),),
    ),
    Planted(
        "objects and pages have the batch for a token",
        ("NoDouble", "NoLoss", "ObjectsAsLedger", "CacheSound"),
        (Patch(BATCH, "token = secrets.token_hex(TOKEN_BYTES)", 'token = f"{batch:016x}"'),),
    ),
    Planted(
        "a refused page counts as written",
        ("CacheSound", "Progress"),
        (Patch(LEDGER, 'return bool(found.get("token") == page["token"])', "return True"),),
    ),
    Planted(
        "the number is taken when the page is written",
        ("LedgerOnce",),
        (
            Patch(
                LEDGER,
                "        key = ledger_key(upload, number)\n",
                "        listed = self._lake.keys(ledger_prefix(upload))\n"
                "        key = ledger_key(upload, 1 + max(numbers_of(listed), default=0))\n",
            ),
        ),
    ),
    Planted(
        "pages of version 0.1 do not count",
        ("LedgerOnce",),
        (
            Patch(
                LEDGER,
                "new = [key for key in listed if key not in landed.keys]",
                "new = [key for key in listed if key not in landed.keys and numbers_of([key])]",
            ),
        ),
    ),
)


class PatchRefused(Exception):
    """A patch does not fit the code any more."""


def plant(glue: Path, fault: Planted) -> None:
    for patch in fault.patches:
        file = glue / patch.file
        text = file.read_text()
        if text.count(patch.old) != 1:
            raise PatchRefused(f"{patch.file} holds this {text.count(patch.old)} times instead of once: {patch.old}")
        file.write_text(text.replace(patch.old, patch.new))


def find(fault: Planted, runs: int) -> bool:
    """Whether the simulation finds the fault; prints a line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        glue = Path(folder) / "glue"
        shutil.copytree(ROOT / "glue", glue)
        plant(glue, fault)
        path = os.pathsep.join(map(str, (glue, ROOT, ROOT / "test")))
        command = [sys.executable, "-m", "simulation.job.main", str(runs), "--brief", "--processes", "1"]
        played = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
    invariant, _, seed = played.stdout.strip().partition(" ")
    found = played.returncode == 1 and invariant in fault.breaks
    told = invariant if found else f"{played.stdout}{played.stderr[-2_000:]}, NOT {' or '.join(fault.breaks)}"
    print(f"{fault.name:58} {told:22} {f'seed {seed}, of as many runs' if found else f'{runs} runs'}", flush=True)
    return found


def find_all(word: str, runs: int) -> bool:
    wanted = [fault for fault in PLANTED if word in fault.name]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = list(pool.map(lambda fault: find(fault, runs), wanted))
    print(f"{sum(found)} of {len(wanted)} planted faults of the job were found.")
    return bool(wanted) and all(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--runs", type=int, default=20_000)
    arguments = parser.parse_args()
    sys.exit(0 if find_all(arguments.word, arguments.runs) else 1)


if __name__ == "__main__":
    main()
