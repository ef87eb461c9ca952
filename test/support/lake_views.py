"""The views of a stack, made in an emulator's catalogue, and the log of visibility that they ask."""

import functools
import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOREVER = 4_102_444_800_000


def files_database(database: str) -> str:
    """The database of the tables behind the views of another."""
    return f"{database}_files"


@functools.cache
def definitions(database: str, log: str) -> list[dict[str, Any]]:
    """What the stack makes in the database of the views: the log's table, then a view a table."""
    asked = [{"views": database, "files": files_database(database), "log": log}]
    made = subprocess.run(
        ["node", "--import", "tsx", "test/support/lake-views.ts", json.dumps(asked)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    found: list[dict[str, Any]] = json.loads(made.stdout)[0]
    return found


def make_views(glue: Any, database: str, log: str) -> None:
    """Make the views and the log's table in a database that is there."""
    for table in definitions(database, log):
        glue.create_table(DatabaseName=database, TableInput=table)


def line(upload: str, visible_from: int | None = None, visible_until: int | None = None, **more: Any) -> dict[str, Any]:
    """A line of the log. Without either time it says that the upload is on its way."""
    times = {"visible_from": visible_from, "visible_until": visible_until}
    return {"upload_id": upload, **{name: at for name, at in times.items() if at is not None}, **more}


def json_lines(lines: Iterable[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(entry)}\n" for entry in lines).encode()
