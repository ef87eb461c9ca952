"""From an upload to its mail, against a plain DuckDB script: `make bench ONLY=mail`.

Each size on the laptop edition, warm, and by `plain.py` right after it, on the same file, so that both meet the same
machine. A file has days of its own, seven (one, where it is of a thousand rows), which the crawler has not seen yet.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import ROOT, history
from bench.edition import Edition
from bench.machine import memory_of
from bench.scale import Scale, median
from bench.table import number

TITLE = "From upload to mail, against a plain DuckDB script"
# Rows, days, and how often.
FULL = ((1_000, 1, 5), (100_000, 7, 5), (1_000_000, 7, 3), (10_000_000, 7, 1))
QUICK = ((50_000, 7, 1),)
PLAIN_SECONDS = 1_800


def plain(file: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.plain", str(file), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PLAIN_SECONDS)
    if done.returncode:
        raise RuntimeError(f"the plain script failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of_size(edition: Edition, scale: Scale, rows: int, days: int, runs: int) -> dict[str, Any]:
    reported, script = [], []
    with memory_of(edition.emulator) as peaks:
        for run in range(runs):
            file = edition.file(rows, days)
            reported.append(edition.report(file, rows, days))
            script.append(plain(file, edition.folder / "plain"))
            file.unlink()
            ours, theirs = reported[-1], script[-1]
            if ours.valid != theirs["rows"]:
                raise AssertionError(f"{ours.valid} rows landed, the plain script has {theirs['rows']}")
            scale.tell(
                f"{rows:,} rows, {run + 1} of {runs}: {ours.seconds:.1f} s, plain {theirs['seconds']:.1f} s "
                f"({ours.seconds / theirs['seconds']:.1f} times)"
            )
    stages = {name: median([one.stages[name] for one in reported]) for name in reported[0].stages}
    seconds, plain_seconds = median([one.seconds for one in reported]), median([one["seconds"] for one in script])
    return {
        "rows": rows,
        "landed": reported[0].valid,
        "days": days,
        "runs": runs,
        "seconds": seconds,
        "plainSeconds": plain_seconds,
        # Of runs that followed each other, not of medians.
        "ratio": median([one.seconds / other["seconds"] for one, other in zip(reported, script, strict=True)]),
        "stages": stages,
        "shares": history.shares(stages),
        "plainStages": {name: median([one["stages"][name] for one in script]) for name in script[0]["stages"]},
        "peakMB": dict(peaks),
        "plainPeakMB": max(one["peakMB"] for one in script),
    }


def measure(scale: Scale, edition: Edition) -> dict[str, Any]:
    return {"sizes": [of_size(edition, scale, *size) for size in scale.of(FULL, QUICK)]}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    sizes = figures["sizes"]
    whole = [
        [
            f"{size['rows']:,}",
            number(size["seconds"], "s"),
            number(size["plainSeconds"], "s"),
            number(size["ratio"]),
            number(size["peakMB"].get("emulator"), "MB"),
            number(size["peakMB"].get("all"), "MB"),
            number(size["plainPeakMB"], "MB"),
        ]
        for size in sizes
    ]
    shares = [
        [stage, *(f"{number(size['stages'][stage], 's')} ({100 * size['shares'][stage]:.0f} %)" for size in sizes)]
        for stage in sizes[0]["stages"]
    ]
    headings = ["rows", "upload to mail", "plain script", "ratio", "memory: emulator", "all processes", "plain script"]
    return [(headings, whole), (["stage", *(f"{size['rows']:,} rows" for size in sizes)], shares)]
