"""The checks that take seconds, of what is staged: formatter, linter, types. `make hooks` has Git run them at commits.

What is staged is what will be committed, whatever the working copy holds: the index is laid out in a folder of its own,
and the checks run there. They are those of `make test`, less the suites.
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = (".ts", ".js", ".mjs", ".cjs", ".json", ".yaml", ".yml")
# What runs in the report page has a browser's types, and a project of its own.
PAGE_SCRIPT = "core/reports/page/client"
TOOLS = ("node_modules", ".venv")
CHECK_SECONDS = 120


@dataclass(frozen=True)
class Check:
    name: str
    command: list[str]


def staged() -> list[str]:
    """Files that the commit adds or changes."""
    told = subprocess.run(
        ["git", "diff", "--cached", "--name-only", "--no-renames", "--diff-filter=ACM", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [name for name in told.split("\0") if name]


def checks_of(files: list[str]) -> list[Check]:
    """What there is to check of these files."""
    web = [file for file in files if file.endswith(WEB)]
    python = [file for file in files if file.endswith(".py")]
    node, venv = ROOT / "node_modules" / ".bin", ROOT / ".venv" / "bin"
    checks = []
    if web:
        # A file that biome.json leaves out is no error.
        checks.append(Check("biome", [str(node / "biome"), "check", "--no-errors-on-unmatched", *web]))
        if any(not file.endswith((".yaml", ".yml")) for file in web):
            checks.append(Check("tsc", [str(node / "tsc"), "--noEmit"]))
        if any(file.startswith(PAGE_SCRIPT) for file in web):
            checks.append(Check("tsc of the page", [str(node / "tsc"), "--noEmit", "--project", PAGE_SCRIPT]))
    if python:
        checks.append(Check("ruff check", [str(venv / "ruff"), "check", "--quiet", "--force-exclude", *python]))
        checks.append(Check("ruff format", [str(venv / "ruff"), "format", "--check", "--force-exclude", *python]))
        if (venv / "mypy").exists():
            # All that pyproject.toml names: who calls what is staged is checked too, and the cache makes it quick.
            cache = ROOT / ".local" / "mypy-staged"
            checks.append(Check("mypy", [str(venv / "mypy"), "--cache-dir", str(cache)]))
    return checks


def lay_out(folder: Path) -> None:
    """The index as files, with the installed tools beside."""
    subprocess.run(["git", "checkout-index", "--all", f"--prefix={folder}/"], cwd=ROOT, check=True)
    for tools in TOOLS:
        if (ROOT / tools).exists():
            (folder / tools).symlink_to((ROOT / tools).resolve())


def run(check: Check, folder: Path) -> str | None:
    """What is wrong, or None."""
    try:
        done = subprocess.run(
            check.command,
            cwd=folder,
            env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=CHECK_SECONDS,
        )
    except FileNotFoundError:
        return f"{check.command[0]} is not there: make setup brings it"
    except subprocess.TimeoutExpired:
        return f"it did not end within {CHECK_SECONDS} s"
    return None if done.returncode == 0 else done.stdout.replace(f"{folder}/", "").strip()


def main() -> int:
    started = time.monotonic()
    checks = checks_of(staged())
    if not checks:
        return 0
    with tempfile.TemporaryDirectory(prefix="cellflow-staged-") as name:
        folder = Path(name).resolve()
        lay_out(folder)
        with ThreadPoolExecutor() as pool:
            problems = list(pool.map(lambda check: run(check, folder), checks))
    failed = [(check, problem) for check, problem in zip(checks, problems, strict=True) if problem is not None]
    for check, problem in failed:
        print(f"{check.name}:\n{problem}\n", file=sys.stderr)
    seconds = f"{time.monotonic() - started:.1f} s"
    if failed:
        names = ", ".join(check.name for check, _ in failed)
        print(
            f"Not committed ({seconds}): {names}. `make format` mends what a tool can mend; stage it again.",
            file=sys.stderr,
        )
        return 1
    print(f"{', '.join(check.name for check in checks)}: passed ({seconds})", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
