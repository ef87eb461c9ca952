"""Deployments over what has run: version 0.1 first, with uploads in every state that it leaves, then one more column.

Nothing is lost or doubled, and the tables know the column. It is added to a copy of the tree in the one file that a
contributor would touch. All of it is on one edition, which begins as version 0.1.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.files import clean_csv
from support.lake import assert_absent, assert_exact, read_table
from support.laptop import ROOT, Laptop, Upload, until
from support.upgrading import VERSION_0_1, Answers, asking, deploy, query, tree_of

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
# A record that the old code could not read is published again soon; one is in flight for as long as a deployment takes.
SETTINGS = {"landingGraceSeconds": 3, "stallSeconds": 600, "maxPollSeconds": 2}
# Version 0.1 knows nothing of how far ahead a change is announced, nor of how often the job looks.
CONFIG_0_1 = {"settings": {**SETTINGS, "visibilityNoticeMs": None}, "job": {}}

# What version 0.1 is left with: days of their own where a fault is for one upload alone.
KNOWN_DAY, SEAL_DAY, LAND_DAY, CRAWL_DAY, STAGE_DAY, FLIGHT_DAY = (f"2026-02-0{n}" for n in range(1, 7))
FILES = {
    "kept": clean_csv(300, 11, (KNOWN_DAY,)),
    "replaced-1": clean_csv(310, 12, (KNOWN_DAY,)),
    "replaced-2": clean_csv(320, 13, (KNOWN_DAY,)),
    "withdrawn": clean_csv(330, 14, (KNOWN_DAY,)),
    "later-1": clean_csv(340, 15, (KNOWN_DAY,)),
    "later-2": clean_csv(350, 16, (KNOWN_DAY, NEW_DAY)),
    "doubled-1": clean_csv(360, 17, (KNOWN_DAY,)),
    "doubled-2": clean_csv(370, 18, (KNOWN_DAY,)),
    "sealing": clean_csv(380, 19, (SEAL_DAY,)),
    "landed": clean_csv(390, 20, (LAND_DAY,)),
    "uncatalogued": clean_csv(400, 21, (CRAWL_DAY,)),
    "staged": clean_csv(410, 22, (STAGE_DAY,)),
    "in-flight": clean_csv(420, 23, (FLIGHT_DAY,)),
    "new": clean_csv(430, 24, (KNOWN_DAY,)),
}
BY_HAND = "select count(distinct upload_id) as uploads, count(*) as count_rows from measurements"
BY_UPLOAD = "select upload_id, count(*) from measurements group by 1"
BY_UPLOAD_AND_HOUR = "select upload_id, sum(count_rows) from hourly_quality group by 1"


@dataclass
class Upgraded:
    """An edition of now over version 0.1, and what that left: by the names of `FILES`."""

    edition: Laptop
    uploads: dict[str, Upload]
    # Executions that failed under version 0.1, and one that went on through the deployment.
    failed: dict[str, str]
    in_flight: str
    # Of `BY_UPLOAD`, from before the deployment until after it.
    answers: Answers

    def counts(self, *names: str) -> list[list[str]]:
        """What `BY_UPLOAD` answers where exactly these are seen."""
        return sorted([self.uploads[name].id, str(rows_in(name))] for name in names)


def rows_in(name: str) -> int:
    return FILES[name].count(b"\n") - 1


def key_of(name: str) -> str:
    return f"{name.rstrip('-12')}.csv"


@pytest.fixture(scope="module")
def tree_0_1(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tree_of(VERSION_0_1, tmp_path_factory.mktemp("version") / "0.1")


@pytest.fixture(scope="module")
def edition_0_1(tmp_path_factory: pytest.TempPathFactory, tree_0_1: Path) -> Iterator[Laptop]:
    """An edition of its own, with version 0.1: what is deployed over it is for no other test."""
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    environment = {"CELLFLOW_FAULTS": "1", "CELLFLOW_CONFIG": json.dumps(CONFIG_0_1)}
    edition = Laptop(tmp_path_factory.mktemp("upgrade") / "edition", port, console, environment)
    edition.environment["CELLFLOW_APP_DIR"] = str(tree_0_1)
    edition.up()
    del edition.environment["CELLFLOW_APP_DIR"]
    try:
        yield edition
    finally:
        edition.down()


class Leaving:
    """What version 0.1 does before it goes."""

    def __init__(self, edition: Laptop, tree: Path) -> None:
        self.edition, self.tree = edition, tree
        self.uploads: dict[str, Upload] = {}
        self.failed: dict[str, str] = {}

    def put(self, *names: str) -> None:
        for name in names:
            self.uploads[name] = self.edition.put(FILES[name], key_of(name))

    def end(self, name: str) -> tuple[str, str]:
        """How the upload's execution ends, and in which state."""
        execution = self.edition.execution_of(self.uploads[name], 60)
        status = self.edition.wait(execution, 180)["status"]
        if status == "FAILED":
            self.failed[name] = execution
        return status, self.edition.states_entered(execution)[-1]

    def refuse(self, service: str, operation: str, name: str = "") -> None:
        rule = {"code": "AccessDenied", "status": 403} if service == "s3" else {"code": "AccessDeniedException"}
        self.edition.inject(service=service, operation=operation, name=name, effect="error", **{"status": 400, **rule})

    def withdraw(self, name: str) -> None:
        subprocess.run(
            ["node", "cli/cellflow.mjs", "withdraw", self.uploads[name].id, "--yes"],
            cwd=self.tree,
            env=self.edition.variables,
            timeout=60,
            check=True,
        )

    def all_of_it(self) -> None:
        edition, lake = self.edition, self.edition.outputs["LakeBucket"]
        sealed = ("kept", "replaced-1", "withdrawn", "later-1", "doubled-1")
        self.put(*sealed)
        assert {self.end(name)[0] for name in sealed} == {"SUCCEEDED"}
        self.withdraw("withdrawn")

        # One is replaced; one cannot copy; one cannot write down what it would copy.
        self.refuse("s3", "CopyObject", f"{lake}/measurements/day={SEAL_DAY}/")
        self.put("landed", "replaced-2", "sealing")
        self.refuse("s3", "PutObject", f"{lake}/sealed/{self.uploads['landed'].id}")
        assert self.end("replaced-2")[0] == "SUCCEEDED"
        assert [self.end(name) for name in ("landed", "sealing")] == [("FAILED", "Seal upload")] * 2
        edition.clear_faults()

        # One is sealed, and cannot remove what it replaces; one is sealed, and cannot look at the catalogue.
        self.refuse("s3", "DeleteObjects", lake)
        self.refuse("glue", "BatchGetPartition")
        self.put("doubled-2", "uncatalogued")
        assert self.end("doubled-2") == ("FAILED", "Seal upload")
        assert self.end("uncatalogued") == ("FAILED", "Catalogue new partitions")
        edition.clear_faults()

        self.refuse("kinesis", "PutRecords")
        self.put("staged")
        assert self.end("staged")[0] == "FAILED"
        edition.clear_faults()
        states = {name: edition.read_json(f"sealed/{upload.id}.json") for name, upload in self.uploads.items()}
        assert {name: state and state["state"] for name, state in states.items()} == {
            **dict.fromkeys(("kept", "replaced-2", "later-1", "doubled-1", "doubled-2", "uncatalogued"), "sealed"),
            **dict.fromkeys(("replaced-1", "withdrawn"), "removed"),
            "sealing": "sealing",
            **dict.fromkeys(("landed", "staged")),
        }


@pytest.fixture(scope="module")
def upgraded(edition_0_1: Laptop, tree_0_1: Path) -> Upgraded:
    """The tree of now over version 0.1, while an upload lands and somebody queries."""
    edition = edition_0_1
    edition.athena.create_named_query(
        Name="by hand",
        QueryString=BY_HAND,
        Database=edition.outputs["DatabaseName"],
        WorkGroup=edition.outputs["WorkgroupName"],
    )
    leaving = Leaving(edition, tree_0_1)
    leaving.all_of_it()

    edition.inject(service="kinesis", operation="GetRecords", effect="error", status=500)
    leaving.put("in-flight")
    in_flight = edition.execution_of(leaving.uploads["in-flight"])
    until("the landing to be waited for", lambda: "Await landing" in edition.states_entered(in_flight), 90)
    edition.environment["CELLFLOW_CONFIG"] = json.dumps({"settings": SETTINGS})
    with asking(edition, BY_UPLOAD) as answers:
        until("an answer before the deployment", lambda: answers.rows, 60)
        deploy(edition, ROOT)
        seen = len(answers.rows)
        until("an answer after the deployment", lambda: len(answers.rows) > seen + 1, 60)
    assert edition.describe(in_flight)["status"] == "RUNNING"
    edition.clear_faults()
    return Upgraded(edition, leaving.uploads, leaving.failed, in_flight, answers)


def add_column(tree: Path) -> None:
    file = tree / "contract" / "columns.json"
    columns = json.loads(file.read_text())
    columns["version"] = BATTERY["since"]
    columns["columns"].append(BATTERY)
    file.write_text(json.dumps(columns))


def with_battery(body: bytes) -> bytes:
    header, *lines = body.decode().splitlines()
    return "\n".join(
        [f"{header},battery", *(f"{line},{charge}" for line, charge in zip(lines, CHARGES, strict=True)), ""]
    ).encode()


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


def test_a_query_sees_what_version_0_1_showed_then_what_is_visible(upgraded: Upgraded) -> None:
    shown = ("kept", "replaced-2", "later-1", "doubled-2")
    before, after = upgraded.counts(*shown, "doubled-1"), upgraded.counts(*shown)
    answers = [rows for _, rows in upgraded.answers.rows]
    # While the views are made there is no table; then one of a key is seen where version 0.1 showed two.
    assert answers[0] == before
    assert answers[-1] == after
    changed = answers.index(after)
    assert answers == [before] * changed + [after] * (len(answers) - changed)
    assert all("does not exist" in reason for _, reason in upgraded.answers.failures), upgraded.answers.failures
    assert sorted(query(upgraded.edition, BY_UPLOAD_AND_HOUR)) == after


def test_everything_that_version_0_1_left_goes_on_to_every_row_once(upgraded: Upgraded) -> None:
    edition, uploads = upgraded.edition, upgraded.uploads
    for execution in upgraded.failed.values():
        edition.states.redrive_execution(executionArn=execution)
    for execution in [upgraded.in_flight, *upgraded.failed.values()]:
        ended = edition.wait(execution, 240)
        assert ended["status"] == "SUCCEEDED", ended.get("cause")

    # What comes now, of a key that version 0.1 sealed and of another.
    for name in ("later-2", "new"):
        uploads[name] = edition.put(FILES[name], key_of(name))
    for name in ("later-2", "new"):
        ended = edition.wait(edition.execution_of(uploads[name]), 180)
        assert ended["status"] == "SUCCEEDED", ended.get("cause")

    gone = {"replaced-1", "withdrawn", "later-1", "doubled-1"}
    current = [name for name in uploads if name not in gone]
    assert len(current) == 10
    for name in current:
        of_key = [upload for upload in uploads.values() if upload.key == uploads[name].key]
        assert_exact(edition, uploads[name].key, uploads[name], FILES[name], of_key)
    assert_absent(edition, [uploads[name] for name in gone])
    assert sorted(query(edition, BY_UPLOAD)) == upgraded.counts(*current)
    assert sorted(query(edition, BY_UPLOAD_AND_HOUR)) == upgraded.counts(*current)

    # A query that was saved by hand under version 0.1 is a report of the new upload, word for word.
    reports = [edition.read_json(key) for key in edition.keys(f"runs/{uploads['new'].id}/reports/")]
    by_hand = next(report for report in reports if report["name"] == "by hand")
    assert by_hand["status"] == "done", by_hand
    assert query(edition, BY_HAND) == [[str(len(current)), str(sum(map(rows_in, current)))]]

    # An upload that version 0.1 sealed is withdrawn as any other.
    edition.cellflow("withdraw", uploads["kept"].id, "--yes")
    assert_absent(edition, [uploads["kept"]])
    assert sorted(query(edition, BY_UPLOAD)) == upgraded.counts(*(name for name in current if name != "kept"))


def test_one_more_column_is_deployed_over_what_has_run(upgraded: Upgraded, tmp_path: Path) -> None:
    edition = upgraded.edition
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
    new_body = with_battery(clean_csv(600, 2, (OLD_DAY, "2026-03-05")))
    new, ended = edition.run(new_body, "new-column.csv", 180)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    ended = edition.redrive(execution, 180)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")

    # Every row once, of whatever version.
    assert_exact(edition, "old.csv", old, old_body, [old])
    assert_exact(edition, "held.csv", held, clean_csv(400, 3, (HELD_DAY,)), [held])
    assert_exact(edition, "new-column.csv", new, new_body, [new])
    assert read_table(edition, "measurements", [held])["battery_percent"].null_count == 400

    # The catalogue knows the column, for all days of both tables, also those that version 0.1 crawled.
    database = edition.outputs["FilesDatabaseName"]
    for table in ("measurements", "hourly_quality"):
        partitions = edition.glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
        assert {partition["Values"][0] for partition in partitions} >= {KNOWN_DAY, OLD_DAY, "2026-03-05", HELD_DAY}
    described = edition.glue.get_table(DatabaseName=database, Name="measurements")["Table"]
    measured = edition.glue.get_partitions(DatabaseName=database, TableName="measurements")["Partitions"]
    assert all(map(knows_battery, [described, *measured]))

    # A row goes from the file to a query.
    by_upload = "select upload_id, count(*), count(battery_percent), sum(battery_percent) from measurements group by 1"
    assert {row[0]: row[1:] for row in query(edition, by_upload)}.items() >= {
        old.id: ["500", "0", ""],
        held.id: ["400", "0", ""],
        new.id: ["600", "600", str(sum(CHARGES))],
    }.items()
    totals = "select sum(count_battery_percent), sum(sum_battery_percent_tenths), max(max_battery_percent)"
    assert query(edition, f"{totals} from hourly_quality") == [["600", str(int(10 * sum(CHARGES))), str(max(CHARGES))]]
