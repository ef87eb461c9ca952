"""Files to measure with, by the seeded generator of `samples/`."""

import random
import subprocess
from datetime import date, timedelta
from pathlib import Path

from bench import ROOT, TSX

GENERATE_SECONDS = 900
SEED = 11
# Of the setting `earliestDay`.
EARLIEST_YEAR = 2000


def generate(out: Path, rows: int, days: int = 7, start: str = "2026-03-02", bad: float = 0.01) -> Path:
    """A file in Cellflow's own layout: of each hundred rows one breaks a rule, and one has a quoted field."""
    command = [*TSX, "samples/generate.ts", "--rows", str(rows), "--days", str(days), "--start", start]
    options = ["--bad", str(bad), "--quoted", str(bad), "--seed", str(SEED), "--out", str(out)]
    subprocess.run(
        [*command, *options],
        cwd=ROOT,
        check=True,
        timeout=GENERATE_SECONDS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if days == 1:
        add_date(out, start)
    return out


def add_date(file: Path, day: str) -> None:
    """A file of one day has no column for it, and would be of the day of its upload."""
    draft = file.with_suffix(".part")
    with file.open() as lines, draft.open("w") as dated:
        dated.write(f"date,{next(lines)}")
        dated.writelines(f"{day},{line}" for line in lines)
    draft.replace(file)


def shuffle(file: Path) -> Path:
    """The same rows in no order."""
    header, *lines = file.read_bytes().splitlines(keepends=True)
    random.Random(SEED).shuffle(lines)
    file.write_bytes(header + b"".join(lines))
    return file


class Calendar:
    """Days for files that are to share none: each file's lie before those of the one before it.

    So no report finds days with data before a file's, to compare with: the plain script has none either.
    """

    def __init__(self) -> None:
        self._free_until = date.today() - timedelta(30)

    def take(self, days: int) -> str:
        """The first of so many days."""
        self._free_until -= timedelta(days)
        if self._free_until.year < EARLIEST_YEAR:
            raise ValueError("There are no days left for another file.")
        return self._free_until.isoformat()
