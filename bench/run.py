"""Runs the benches and keeps what they found: `python -m bench.run [--quick] [--only NAME]`.

Each prints its tables when it has ended; what was found goes to `bench/results.json` at once, so that a run that is
broken off keeps what it has. A full run that measured what uploads use also writes the documents that follow from it.
"""

import argparse
import importlib
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import documents, machine, results
from bench.edition import Edition, edition
from bench.scale import Scale
from bench.table import plain

# Those that bring what they need by themselves, and those that share a laptop edition.
ALONE = ("packing", "stream", "landing", "memory", "visibility", "objects")
ON_AN_EDITION = ("bill", "mail", "breadth", "burst", "quotas")
ALL = (*ALONE, *ON_AN_EDITION)


def run_all(names: list[str], scale: Scale) -> list[str]:
    """Measures; gives the names of those that failed."""
    failed = []
    section = "quick" if scale.quick else "full"
    described, commit = machine.describe(), machine.commit()
    with ExitStack() as stack:
        made: Edition | None = None
        for name in names:
            bench = importlib.import_module(f"bench.{name}")
            print(f"\n{bench.TITLE} ({name})", flush=True)
            began = time.monotonic()
            try:
                if name in ON_AN_EDITION and made is None:
                    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="cellflow-bench-"))
                    made = stack.enter_context(edition(Path(folder), scale))
                figures = bench.measure(scale, made) if name in ON_AN_EDITION else bench.measure(scale)
            except Exception as error:
                # The others are worth their time all the same.
                print(f"  failed: {type(error).__name__}: {error}", flush=True)
                failed.append(name)
                continue
            measured = {"at": machine.now(), "commit": commit, "seconds": round(time.monotonic() - began, 1)}
            results.keep(section, described, name, {**measured, "figures": figures})
            show(bench, figures)
    return failed


def show(bench: ModuleType, figures: dict[str, Any]) -> None:
    for headings, rows in bench.tables(figures):
        print(f"\n{plain(headings, rows)}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="Measures Cellflow side by side.")
    parser.add_argument("--quick", action="store_true", help="minutes, at small sizes")
    parser.add_argument("--only", metavar="NAME", choices=ALL, action="append", help=", ".join(ALL))
    given = parser.parse_args()
    # Ended from outside, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))
    scale = Scale(given.quick)
    names = given.only or list(ALL)
    failed = run_all(names, scale)
    if not given.quick and "bill" in names and "bill" not in failed:
        documents.write()
        print("\nWritten from the results: docs/cost.md and the table of costs in README.md.")
    print(f"\nMeasured in {time.monotonic() - scale.began:.0f} s; kept in {results.FILE.relative_to(Path.cwd())}.")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
