"""A deployment with one more column over one that has run: nothing is lost, and the tables know the column.

The column is added to a copy of the tree in the one file that a contributor would touch.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.files import clean_csv
from support.lake import assert_exact, read_table
from support.laptop import ROOT, Laptop, Upload, until

from local import processes, settings

OLD_DAY, NEW_DAY, HELD_DAY = "2026-03-02", "2026-03-03", "2026-03-04"
BATTERY = {
    "name": "battery",
    "about": "charge of the phone's battery",
    "fault": "set aside",
    "rule": {"kind": "decimal", "min": 0, "max": 100, "unit": "%"},
    "table": {"name": "battery_percent", "type": "double"},
    "quality": "metric",
    "since": 3,
}
CHARGES = [n % 100 + 0.5 for n in range(600)]
NOT_COPIED = shutil.ignore_patterns("node_modules", ".venv", ".local", ".git", "cdk.out", "__pycache__")
# Short waits; a record that the old code could not read is published again soon.
CONFIG = {"settings": {"landingGraceSeconds": 3, "stallSeconds": 90, "maxPollSeconds": 2}}


@pytest.fixture
def edition(tmp_path: Path) -> Iterator[Laptop]:
    """An edition of its own: what is deployed over it is for no other test."""
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    environment = {"CELLFLOW_FAULTS": "1", "CELLFLOW_CONFIG": json.dumps(CONFIG)}
    edition = Laptop(tmp_path / "edition", port, console, environment)
    edition.up()
    try:
        yield edition
    finally:
        edition.down()


def add_column(tree: Path) -> None:
    file = tree / "contract" / "columns.json"
    columns = json.loads(file.read_text())
    columns["version"] = BATTERY["since"]
    columns["columns"].append(BATTERY)
    file.write_text(json.dumps(columns))


def deploy(edition: Laptop, tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.stack", "deploy"],
        cwd=ROOT,
        env={**edition.variables, "CELLFLOW_APP_DIR": str(tree)},
        timeout=180,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def with_battery(body: bytes) -> bytes:
    header, *lines = body.decode().splitlines()
    return "\n".join(
        [f"{header},battery", *(f"{line},{charge}" for line, charge in zip(lines, CHARGES, strict=True)), ""]
    ).encode()


def query(edition: Laptop, sql: str) -> list[list[str]]:
    started = edition.athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": edition.outputs["DatabaseName"]},
        WorkGroup=edition.outputs["WorkgroupName"],
    )["QueryExecutionId"]

    def ended() -> dict | None:
        execution = edition.athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        return execution if execution["Status"]["State"] in ("SUCCEEDED", "FAILED") else None

    execution = until("the query to end", ended, 30)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    rows = edition.athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"][1:]
    return [[cell.get("VarCharValue", "") for cell in row["Data"]] for row in rows]


def knows_battery(storage: dict) -> bool:
    return "battery_percent" in {column["Name"] for column in storage["StorageDescriptor"]["Columns"]}


def hold_staged(edition: Laptop) -> tuple[Upload, str]:
    """An upload whose records are staged and not yet published when its execution fails."""
    edition.inject(service="kinesis", operation="PutRecords", effect="error", code="AccessDeniedException", status=400)
    held, failed = edition.run(clean_csv(400, 3, (HELD_DAY,)), "held.csv")
    edition.clear_faults()
    assert failed["status"] == "FAILED"
    assert list(edition.keys(f"staged/{held.id}/"))
    return held, failed["executionArn"]


def test_one_more_column_is_deployed_over_what_has_run(edition: Laptop, tmp_path: Path) -> None:
    old_body = clean_csv(500, 1, (OLD_DAY,))
    old, ended = edition.run(old_body, "old.csv", 120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    held, execution = hold_staged(edition)

    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    os.symlink(ROOT / "node_modules", tree / "node_modules")
    add_column(tree)
    deploy(edition, tree)

    # A day that was crawled before, and one that was not.
    new_body = with_battery(clean_csv(600, 2, (OLD_DAY, NEW_DAY)))
    new, ended = edition.run(new_body, "new.csv", 180)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    ended = edition.redrive(execution, 180)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")

    # Every row once, of whatever version.
    assert_exact(edition, "old.csv", old, old_body, [old])
    assert_exact(edition, "held.csv", held, clean_csv(400, 3, (HELD_DAY,)), [held])
    assert_exact(edition, "new.csv", new, new_body, [new])
    assert read_table(edition, "measurements", [held])["battery_percent"].null_count == 400

    # The catalogue knows the column, for all days of both tables.
    database = edition.outputs["FilesDatabaseName"]
    for table in ("measurements", "hourly_quality"):
        partitions = edition.glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
        assert {partition["Values"][0] for partition in partitions} == {OLD_DAY, NEW_DAY, HELD_DAY}
    described = edition.glue.get_table(DatabaseName=database, Name="measurements")["Table"]
    measured = edition.glue.get_partitions(DatabaseName=database, TableName="measurements")["Partitions"]
    assert all(map(knows_battery, [described, *measured]))

    # A row goes from the file to a query.
    by_upload = "select upload_id, count(*), count(battery_percent), sum(battery_percent) from measurements group by 1"
    assert sorted(query(edition, by_upload)) == sorted(
        [
            [old.id, "500", "0", ""],
            [held.id, "400", "0", ""],
            [new.id, "600", "600", str(sum(CHARGES))],
        ]
    )
    totals = "select sum(count_battery_percent), sum(sum_battery_percent_tenths), max(max_battery_percent)"
    assert query(edition, f"{totals} from hourly_quality") == [["600", str(int(10 * sum(CHARGES))), str(max(CHARGES))]]
