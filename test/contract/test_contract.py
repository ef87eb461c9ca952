"""The contract as Python reads it is the one that TypeScript reads."""

import json
import subprocess
from pathlib import Path

import pytest

import contract

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import { columns, objectKeys, rowColumns, tables, version } from './contract/index';
console.log(JSON.stringify({ columns, objectKeys, rowColumns, tables, version }));
"""


@pytest.fixture(scope="module")
def typescript() -> dict:
    command = ["node", "--import", "tsx", "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def test_columns_and_their_version(typescript: dict) -> None:
    assert typescript["version"] == contract.VERSION
    read = [
        (c["name"], c["rule"], c["table"]["name"], c["table"]["type"], c.get("unknown", []), c["since"])
        for c in typescript["columns"]
    ]
    assert read == [(c.name, c.rule, c.table, c.type, list(c.unknown), c.since) for c in contract.COLUMNS]


def test_tables(typescript: dict) -> None:
    assert {
        table["name"]: [(column["name"], column["type"]) for column in table["columns"]]
        for table in typescript["tables"]
    } == {name: [(column.name, column.type) for column in table.columns] for name, table in contract.TABLES.items()}


def test_keys(typescript: dict) -> None:
    for key in typescript["objectKeys"]:
        assert contract.object_key(key["name"]) == key["pattern"].partition("<")[0]


def test_rows_of_a_version_have_the_columns_up_to_it(typescript: dict) -> None:
    assert contract.columns_of(0) == ()
    assert [c.name for c in contract.columns_of(contract.VERSION)] == [c["name"] for c in typescript["rowColumns"]]


def test_rows_of_the_first_version_stay_as_they_were() -> None:
    assert [column.name for column in contract.columns_of(1)] == [
        *("date", "hour", "lat", "long", "signal", "network", "operator", "status", "description"),
        *("speed", "satellites", "precission", "provider", "activity", "postal_code"),
    ]


def test_only_numbers_may_be_keys_of_another_type() -> None:
    """What the landing job rounds them to: whole numbers."""
    changed = [column for column in contract.KEY_COLUMNS if column.key_type != column.type]
    assert {(column.kind, column.type, column.key_type) for column in changed} <= {("decimal", "double", "int")}
