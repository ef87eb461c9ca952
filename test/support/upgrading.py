"""One version of Cellflow deployed over another, on a laptop edition of its own, and what queries say meanwhile."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.laptop import ROOT, Laptop, until

# The tree of version 0.1, as it is in the history of the repository.
VERSION_0_1 = "49624b0b07558fe47af72a9323732bf9c488b2fb"
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


def tree_of(commit: str, folder: Path) -> Path:
    """The tree of a commit, with what `make setup` brought for this one."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, timeout=60)
    if archive.returncode != 0:
        raise RuntimeError(
            f"Commit {commit[:7]}, which is version 0.1, is not in this clone: a shallow one lacks it. "
            f"Bring the history with `git fetch --unshallow`, or clone without `--depth`. "
            f"Git said: {archive.stderr.decode().strip()}"
        )
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, timeout=60, check=True)
    # What version 0.1 needs and this one does not, the tracer, is among the packages for development.
    os.symlink(ROOT / "node_modules", folder / "node_modules")
    return folder


def deploy(edition: Laptop, tree: Path) -> None:
    """Deploy a tree into the edition that runs."""
    done = subprocess.run(
        [sys.executable, "-m", "local.stack", "deploy"],
        cwd=ROOT,
        env={**edition.variables, "CELLFLOW_APP_DIR": str(tree)},
        timeout=240,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    edition.forget_description()


def start_query(edition: Laptop, sql: str) -> str:
    started: str = edition.athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": edition.outputs["DatabaseName"]},
        WorkGroup=edition.outputs["WorkgroupName"],
    )["QueryExecutionId"]
    return started


def end_query(edition: Laptop, started: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        execution: dict[str, Any] = edition.athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        return execution if execution["Status"]["State"] in ENDED else None

    return until("the query to end", ended, 60, pause=0.05)


def rows_of(edition: Laptop, started: str) -> list[list[str]]:
    rows = edition.athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"][1:]
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows]


def query(edition: Laptop, sql: str) -> list[list[str]]:
    """What a query answers, as text."""
    started = start_query(edition, sql)
    execution = end_query(edition, started)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    return rows_of(edition, started)


@dataclass
class Answers:
    """What one query, asked again and again, was answered: rows, or why it failed; with the time of its beginning."""

    rows: list[tuple[float, list[list[str]]]] = field(default_factory=list)
    failures: list[tuple[float, str]] = field(default_factory=list)


@contextmanager
def asking(edition: Laptop, sql: str) -> Iterator[Answers]:
    """Ask a query all the time while the block runs."""
    answers, stop = Answers(), threading.Event()

    def ask() -> None:
        while not stop.wait(0.25):
            begun = time.monotonic()
            started = start_query(edition, sql)
            status = end_query(edition, started)["Status"]
            if status["State"] == "SUCCEEDED":
                answers.rows.append((begun, sorted(rows_of(edition, started))))
            else:
                answers.failures.append((begun, status.get("StateChangeReason", "")))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        stop.set()
        thread.join(90)
        assert not thread.is_alive(), "a query does not end"
