"""Runs every suite and prints, last, the sum of all their checks: `make test`.

A suite is a command and a reader of what it counted. One that counts nothing, or ends badly without naming a failed
check, counts as one failed check: silence is no success.
"""

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".local" / "test-results"
PYTHON = str(ROOT / ".venv" / "bin" / "python")
RUFF = str(ROOT / ".venv" / "bin" / "ruff")
SUITE_SECONDS = 1_500


@dataclass
class Count:
    passed: int
    failed: int
    skipped: int = 0


@dataclass
class Suite:
    name: str
    command: list[str]
    count: Callable[[int], Count]


def checked(code: int) -> Count:
    """A command that is one check."""
    return Count(1, 0) if code == 0 else Count(0, 1)


def jest(project: str) -> Suite:
    report = RESULTS / f"{project}.json"

    def count(code: int) -> Count:
        result = json.loads(report.read_text())
        broken = result["numRuntimeErrorTestSuites"]
        return settle(
            Count(result["numPassedTests"], result["numFailedTests"] + broken, result["numPendingTests"]), code
        )

    command = ["npx", "jest", "--selectProjects", project, "--json", f"--outputFile={report}"]
    return Suite(f"jest {project}", command, count)


def pytest(folder: str, *options: str) -> Suite:
    name = " ".join([folder, *(option for option in options if option.startswith("test/"))])
    report = RESULTS / f"{folder.replace('/', '-')}.xml"

    def count(code: int) -> Count:
        suite = ElementTree.parse(report).getroot().find("testsuite")
        total, failed, errors, skipped = (
            int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")
        )
        return settle(Count(total - failed - errors - skipped, failed + errors, skipped), code)

    return Suite(f"pytest {name}", [PYTHON, "-m", "pytest", folder, f"--junitxml={report}", *options], count)


def settle(count: Count, code: int) -> Count:
    if count.passed + count.failed == 0 or (code != 0 and count.failed == 0):
        count.failed += 1
    return count


SUITES = [
    Suite("types", ["npx", "tsc", "--noEmit"], checked),
    Suite("lint TypeScript", ["npx", "biome", "check", "."], checked),
    Suite("lint Python", [RUFF, "check", "."], checked),
    Suite("format Python", [RUFF, "format", "--check", "."], checked),
    jest("unit"),
    jest("infra"),
    jest("page"),
    pytest("test/glue"),
    pytest("test/local"),
    pytest("test/sql", "-m", "not trino"),
    pytest("test/e2e", "test/faults"),
]


def run(suite: Suite) -> Count:
    log = RESULTS / f"{suite.name.replace(' ', '-').replace('/', '-')}.log"
    started = time.monotonic()
    print(f"{suite.name} …", flush=True)
    with log.open("w") as out:
        try:
            code = subprocess.run(
                suite.command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, timeout=SUITE_SECONDS
            ).returncode
            count = suite.count(code)
        except subprocess.TimeoutExpired:
            print(f"  did not end within {SUITE_SECONDS} s", flush=True)
            count = Count(0, 1)
        except (OSError, KeyError, ValueError, ElementTree.ParseError) as error:
            print(f"  left no readable result: {error}", flush=True)
            count = Count(0, 1)
    skipped = f", {count.skipped} skipped" if count.skipped else ""
    print(f"  {count.passed} passed, {count.failed} failed{skipped} in {time.monotonic() - started:.0f} s", flush=True)
    if count.failed:
        print(log.read_text(errors="replace")[-6_000:], flush=True)
    return count


def main() -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.iterdir():
        old.unlink()
    wanted = sys.argv[1:]
    counts = [run(suite) for suite in SUITES if not wanted or any(word in suite.name for word in wanted)]
    failed = sum(count.failed for count in counts)
    skipped = sum(count.skipped for count in counts)
    tail = f", {skipped} skipped" if skipped else ""
    print(f"{sum(count.passed for count in counts)} passed, {failed} failed{tail}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
