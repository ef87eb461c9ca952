"""`cellflow check` keeps of each format's file what a reading from the documents keeps."""

import json
import math
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from .readings import COLUMNS, READERS, expected

ROOT = Path(__file__).resolve().parents[2]
TIME_ZONE = "Europe/Madrid"
ROWS = 1500
# Of the rows, so many have to be equal in all columns.
EQUAL = 0.999
LISTED = 20

# Cellflow's own layout has its faults in tests of its own.
DIRTY = {name: "0" if name == "cellflow" else "0.1" for name in READERS}
# A third of Tower Collector's rows are neighbours.
LEAST_KEPT = {"cellflow": 1.0, "tower-collector": 0.6}


def generate(name: str, folder: Path) -> Path:
    file = folder / f"{name}.{'txt' if name == 'gnettrack-pro' else 'csv'}"
    options = ["--rows", str(ROWS), "--days", "3", "--dirty", DIRTY[name], "--seed", "11", "--out", str(file)]
    command = ["node", "--import", "tsx", "samples/generate.ts", "--format", name, *options]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return file


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("formats")
    return {name: generate(name, folder) for name in READERS}


def test_every_shipped_format_has_a_reading() -> None:
    assert sorted(READERS) == sorted(path.stem for path in (ROOT / "formats").glob("*.json"))


@pytest.mark.parametrize("name", READERS)
def test_a_file_has_most_rows_and_every_column_that_its_format_fills(name: str, files: dict[str, Path]) -> None:
    kept = expected(name, files[name], TIME_ZONE)
    assert ROWS * LEAST_KEPT.get(name, 0.9) <= len(kept) <= ROWS
    assert set(kept["day"]) >= {"2026-03-02", "2026-03-03", "2026-03-04"}
    filled = {column for column in COLUMNS if kept[column].notna().any()}
    assert filled == {"day", "measured_at", *(table_columns()[column] for column in fills(name, files[name]))}


def fills(name: str, file: Path) -> set[str]:
    """Columns of the contract that the generated file can fill by its format."""
    said = json.loads((ROOT / "formats" / f"{name}.json").read_text())
    if said.get("others") == "by name":
        return set(file.read_text().split("\n", 1)[0].split(",")) & set(table_columns())
    read = set(said["columns"])
    # The files lack the columns, though their formats would read them.
    lacking = {
        "generalitat-portal": {"precission", "provider", "postal_code", "technology", "town"},
        "opencellid": {"device"},
    }
    made = {"signal_dbm"} if name == "generalitat" else set()
    return (read | made) - lacking.get(name, set())


def table_columns() -> dict[str, str]:
    contract = json.loads((ROOT / "contract" / "columns.json").read_text())
    return {column["name"]: column["table"]["name"] for column in contract["columns"]}


def check(file: Path) -> dict[str, object]:
    """What `cellflow check` says of a file."""
    command = ["node", "cli/cellflow.mjs", "check", str(file), "--json", "--show", "2000"]
    environment = {**os.environ, "SETTINGS": json.dumps({"timeZone": TIME_ZONE})}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=environment)
    assert run.stdout.startswith("{"), f"{' '.join(command)}:\n{run.stdout[:500]}{run.stderr[-2000:]}"
    said: dict[str, object] = json.loads(run.stdout)
    return said


def same(column: str, wanted: object, found: object) -> bool:
    if wanted is None or found is None or found == "":
        return wanted is None and found in (None, "")
    if column == "measured_at":
        return pd.to_datetime(str(found), utc=True) == pd.Timestamp(str(wanted))
    if isinstance(wanted, int | float):
        return math.isclose(float(str(found)), wanted, rel_tol=1e-9, abs_tol=1e-9)
    return str(found) == wanted


def differences(wanted: pd.DataFrame, found: list[dict[str, object]]) -> list[str]:
    """Rows that are not equal, each with what differs."""
    listed = []
    for number, (want, find) in enumerate(zip(wanted.to_dict("records"), found, strict=False), start=1):
        unequal = [name for name in COLUMNS if not same(name, want[name], find.get(name))]
        if unequal:
            told = ", ".join(f"{name} {want[name]!r} is {find.get(name)!r}" for name in unequal)
            listed.append(f"row {number} of those kept: {told}")
    return listed


@pytest.mark.parametrize("name", READERS)
def test_check_keeps_what_the_documents_say(name: str, files: dict[str, Path]) -> None:
    said = check(files[name])
    wanted = expected(name, files[name], str(said.get("timeZone", TIME_ZONE)))
    shown = said["show"]
    assert isinstance(shown, list)
    unequal = differences(wanted, shown)
    told = "\n".join(unequal[:LISTED])
    assert len(shown) == len(wanted), f"{len(wanted)} rows are to be kept, {len(shown)} are. First differences:\n{told}"
    assert len(unequal) <= len(wanted) * (1 - EQUAL), f"{len(unequal)} of {len(wanted)} rows differ:\n{told}"
