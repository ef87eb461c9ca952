"""Runs every suite and prints, last, the sum of all their checks: `make test`.

Three suites run at a time: those that wait for engines leave the processors to those that compute. At most two have a
laptop edition, which holds some 4 GB.
A suite is a command and a reader of what it counted. One that counts nothing, or ends badly without naming a failed
check, counts as one failed check: silence is no success.
"""

import json
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from local.downloads import InstallError  # noqa: E402
from local.glue import class_archiving, s3a  # noqa: E402
from local.trino.install import install, is_installed  # noqa: E402
from spec import tlc  # noqa: E402

RESULTS = ROOT / ".local" / "test-results"
PYTHON = str(ROOT / ".venv" / "bin" / "python")
RUFF = str(ROOT / ".venv" / "bin" / "ruff")
# Without npx, which takes half a second.
BIN = ROOT / "node_modules" / ".bin"
MYPY = str(ROOT / ".venv" / "bin" / "mypy")
# Three times what the longest takes on a slow machine: what is waited for within a suite has limits of its own.
SUITE_SECONDS = 3_600
# Characters of a failed check beside the sum.
MOST_TOLD = 700


@dataclass
class Count:
    passed: int
    failed: int
    skipped: int = 0
    # Those that failed and how, as far as the suite tells it.
    failing: list[str] = field(default_factory=list)


@dataclass
class Suite:
    name: str
    command: list[str]
    count: Callable[[int], Count]
    # Whether it has a laptop edition.
    is_edition: bool = False


def told(name: str, message: str) -> str:
    """A failed check in a line: its name, and how its message begins."""
    lines = (line.strip() for line in message.splitlines())
    return f"{name}: {' | '.join(line for line in lines if line)}"[:MOST_TOLD]


def file_of(classname: str) -> str:
    """Of a test, by its class in JUnit's words; the judge of a trace has none."""
    return classname and f"{classname.replace('.', '/')}.py"


def checked(code: int) -> Count:
    """A command that is one check."""
    return Count(1, 0) if code == 0 else Count(0, 1)


def jest(project: str) -> Suite:
    report = RESULTS / f"{project}.json"

    def count(code: int) -> Count:
        result = json.loads(report.read_text())
        failing = [
            told(
                f"{Path(file['name']).relative_to(ROOT)}: {test['fullName'] if test else 'could not be run'}",
                "\n".join(test["failureMessages"]) if test else file["message"],
            )
            for file in result["testResults"]
            for test in file["assertionResults"] or [None]
            if (test or file)["status"] == "failed"
        ]
        failed = result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
        return settle(Count(result["numPassedTests"], failed, result["numPendingTests"], failing), code)

    command = [str(BIN / "jest"), "--selectProjects", project, "--json", f"--outputFile={report}"]
    return Suite(f"jest {project}", command, count)


def pytest(*options: str, name: str = "", is_edition: bool = False) -> Suite:
    name = name or " ".join(option for option in options if option.startswith("test/"))
    report = RESULTS / f"{name.replace('/', '-').replace(' ', '-')}.xml"

    def count(code: int) -> Count:
        suite = ElementTree.parse(report).getroot().find("testsuite")
        total, failed, errors, skipped = (
            int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")
        )
        failing = [
            told(
                f"{file_of(case.attrib['classname']) or name}: {case.attrib['name']}",
                ending.get("message", ""),
            )
            for case in suite.iter("testcase")
            for ending in (*case.iter("failure"), *case.iter("error"))
        ]
        return settle(Count(total - failed - errors - skipped, failed + errors, skipped, failing), code)

    return Suite(f"pytest {name}", [PYTHON, "-m", "pytest", *options, f"--junitxml={report}"], count, is_edition)


def settle(count: Count, code: int) -> Count:
    if count.passed + count.failed == 0 or (code != 0 and count.failed == 0):
        count.failed += 1
    return count


# The longest first, so that no processor is idle at the end. Those that may have to be brought first come between.
LONG = [
    pytest("test/e2e", "--edition=e2e", is_edition=True),
    pytest("test/faults/test_streaming_job.py", "--edition=job", is_edition=True),
    pytest("test/deployment", is_edition=True),
    jest("page"),
    pytest("test/faults", "--ignore=test/faults/test_streaming_job.py", "--edition=faults", is_edition=True),
    jest("unit"),
]
SHORT = [
    pytest("test/local"),
    pytest("test/contract", "test/glue", "-m", "not s3a"),
    pytest("test/sql", "-m", "not trino"),
    pytest("test/simulation"),
    pytest(
        "test/bench",
        "test/docs",
        "test/exports",
        "test/formats",
        "test/hooks",
        "test/traces",
        "test/readers/test_judge.py",
    ),
    pytest("test/statemachines"),
    jest("infra"),
    Suite("types TypeScript", [str(BIN / "tsc"), "--noEmit"], checked),
    Suite("types page", [str(BIN / "tsc"), "--noEmit", "--project", "core/reports/page/client"], checked),
    Suite("types Python", [MYPY], checked),
    Suite("lint TypeScript", [str(BIN / "biome"), "check", "."], checked),
    Suite("lint Python", [RUFF, "check", "."], checked),
    Suite("format Python", [RUFF, "format", "--check", "."], checked),
    pytest("test/spec", "-m", "not tlc"),
]
AT_ONCE, EDITIONS = 3, 2
# Suites that start Spark many times, by what is in their names.
SPARK = ("test/e2e", "test/faults", "test/deployment", "test/glue", "s3a")


def trino() -> list[Suite]:
    """The saved reports on Trino beside DuckDB, where Trino is installed or can be."""
    if not is_installed():
        print("Bringing Trino, some 800 MB, once.", flush=True)
    try:
        install()
    except InstallError as error:
        print(f"Not run: the saved reports on Trino. {error}", flush=True)
        return []
    return [pytest("test/sql", "-m", "trino", name="trino")]


def checkpoint_on_s3a() -> list[Suite]:
    """The job with its checkpoint in S3, where Hadoop's file system for it is there or can be brought."""
    try:
        s3a.install()
    except InstallError as error:
        print(f"Not run: the job with its checkpoint on S3A. {error}", flush=True)
        return []
    return [pytest("test/glue", "-m", "s3a", name="s3a")]


def protocol() -> list[Suite]:
    """The small checks of the protocol, where the model checker is there or can be brought."""
    try:
        tlc.install()
    except InstallError as error:
        print(f"Not run: the model of the protocol. {error}", flush=True)
        return []
    return [pytest("test/spec", "-m", "tlc", name="spec")]


def run(suite: Suite) -> Count:
    log = RESULTS / f"{suite.name.replace(' ', '-').replace('/', '-')}.log"
    started = time.monotonic()
    try:
        with log.open("w") as out:
            code = subprocess.run(
                suite.command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, timeout=SUITE_SECONDS
            ).returncode
        count, problem = suite.count(code), ""
    except subprocess.TimeoutExpired:
        count, problem = Count(0, 1), f"; it did not end within {SUITE_SECONDS} s"
    except (OSError, KeyError, ValueError, ElementTree.ParseError) as error:
        count, problem = Count(0, 1), f"; it left no readable result: {error}"
    skipped = f", {count.skipped} skipped" if count.skipped else ""
    line = f"{suite.name}: {count.passed} passed, {count.failed} failed{skipped}{problem}"
    print(f"{line} ({time.monotonic() - started:.0f} s)", flush=True)
    if count.failed:
        print(f"{log.read_text(errors='replace')[-8_000:]}\n", flush=True)
    if count.failed and not count.failing:
        count.failing = [suite.name + problem]
    return count


def run_all(suites: list[Suite]) -> list[Count]:
    """Run as many at once as the machine holds, each as soon as it may, in their order."""
    waiting, running = list(suites), list[Suite]()
    counts: list[Count] = []
    change = threading.Condition()

    def work(suite: Suite) -> None:
        count = Count(0, 1)
        try:
            count = run(suite)
        finally:
            with change:
                counts.append(count)
                running.remove(suite)
                change.notify()

    def may_start() -> Suite | None:
        is_full = sum(suite.is_edition for suite in running) >= EDITIONS
        return next((suite for suite in waiting if not (suite.is_edition and is_full)), None)

    with change:
        while waiting or running:
            while len(running) < AT_ONCE and (suite := may_start()):
                waiting.remove(suite)
                running.append(suite)
                threading.Thread(target=work, args=(suite,)).start()
            change.wait()
    return counts


def archive_classes() -> None:
    """Have what makes each start of Spark cheaper, for those that come when it is there."""
    try:
        class_archiving.make()
    except InstallError as error:
        print(f"Spark starts without an archive of its classes. {error}", flush=True)


def is_wanted(name: str, wanted: list[str]) -> bool:
    """Whether a suite is meant by the words of the command line; all are where there is none."""
    return not wanted or any(word in name for word in wanted)


def among(suites: list[Suite], wanted: list[str]) -> list[Suite]:
    return [suite for suite in suites if is_wanted(suite.name, wanted)]


def main() -> None:
    RESULTS.mkdir(parents=True, exist_ok=True)
    for old in RESULTS.iterdir():
        old.unlink()
    wanted = sys.argv[1:]
    suites = [
        *among(LONG, wanted),
        *(trino() if is_wanted("trino", wanted) else []),
        *(checkpoint_on_s3a() if is_wanted("s3a", wanted) else []),
        *(protocol() if is_wanted("spec", wanted) else []),
        *among(SHORT, wanted),
    ]
    print(
        f"Running {len(suites)} suites, {AT_ONCE} at a time; those of the laptop edition take some minutes.", flush=True
    )
    if any(word in suite.name for suite in suites for word in SPARK):
        threading.Thread(target=archive_classes).start()
    counts = run_all(suites)
    failed = sum(count.failed for count in counts)
    skipped = sum(count.skipped for count in counts)
    tail = f", {skipped} skipped" if skipped else ""
    # Once more, since what a suite printed of them may be thousands of lines above.
    for name in (name for count in counts for name in count.failing):
        print(f"failed: {name}")
    print(f"{sum(count.passed for count in counts)} passed, {failed} failed{tail}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
