"""`make deploy` and `make destroy`: the way back after a deployment was taken away, with its data and without."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.files import clean_csv
from support.lake import read_table
from support.laptop import ROOT, Laptop

from local import processes, settings

CONFIG = {
    "emails": {"reports": ["radio@example.com"], "alarms": ["ops@example.com"]},
    "settings": {"landingGraceSeconds": 3, "stallSeconds": 60, "maxPollSeconds": 2},
}
SUBJECTS = ("uploads", "lake", "reports", "access-logs")
BUCKETS = [f"cellflow-{subject}-{settings.ACCOUNT}-{settings.REGION}" for subject in SUBJECTS]


@pytest.fixture
def edition() -> Iterator[Laptop]:
    """A laptop edition of its own: what is done here would be the end of the one that the other tests share."""
    folder = ROOT / ".local" / "test-deployment"
    shutil.rmtree(folder, ignore_errors=True)
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    edition = Laptop(folder, port, console, {"CELLFLOW_CONFIG": json.dumps({"settings": CONFIG["settings"]})})
    edition.up()
    try:
        yield edition
    finally:
        edition.down()


def call(edition: Laptop, command: str, *options: str, code: int = 0) -> str:
    """What a command prints, on an account that is the emulator's."""
    foreign = settings.FOREIGN_VARIABLES
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= settings.aws_environment() | {"AWS_ENDPOINT_URL": edition.description["endpoint"], "CI": "1"}
    done = subprocess.run(
        ["node", "--import", "tsx", f"cli/deployment/{command}.ts", *options],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def stacks(edition: Laptop) -> list[str]:
    found = edition.client("cloudformation").describe_stacks()["Stacks"]
    return [stack["StackName"] for stack in found if stack["StackStatus"] != "DELETE_COMPLETE"]


def buckets(edition: Laptop) -> set[str]:
    return {bucket["Name"] for bucket in edition.s3.list_buckets()["Buckets"]} & set(BUCKETS)


def versions(edition: Laptop, bucket: str) -> list[tuple[str, str]]:
    pages = edition.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    held: list[dict[str, Any]] = [
        item for page in pages for kind in ("Versions", "DeleteMarkers") for item in page.get(kind, [])
    ]
    return sorted((item["Key"], item["VersionId"]) for item in held)


def mailed(edition: Laptop) -> set[str]:
    return {item["Endpoint"] for item in edition.client("sns").list_subscriptions()["Subscriptions"]}


def test_taken_away_and_deployed_again(edition: Laptop, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    uploads = BUCKETS[0]
    first, ended = edition.run(clean_csv(1_000, seed=1, days=("2026-04-01",)), "first.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    edition.put(b"an older version", "notes.txt")
    edition.put(b"a newer one", "notes.txt")
    edition.s3.delete_object(Bucket=uploads, Key="notes.txt")

    # Where nobody can answer, nothing is done.
    assert "say --yes to agree" in call(edition, "destroy", code=2)
    assert "Cellflow" in stacks(edition)

    told = call(edition, "destroy", "--yes")
    assert "Kept: 4 buckets" in told
    assert "Cellflow" not in stacks(edition)
    assert buckets(edition) == set(BUCKETS)
    held = versions(edition, uploads)
    assert [key for key, _ in held] == ["first.csv", "notes.txt", "notes.txt", "notes.txt"]

    told = call(edition, "deploy", "--yes", "--config", str(config))
    assert "takes up 4 buckets" in told
    assert "Cellflow" in stacks(edition)
    assert versions(edition, uploads) == held
    assert mailed(edition) == {"radio@example.com", "ops@example.com"}

    # What came before and what comes now are in the same tables.
    second, ended = edition.run(clean_csv(1_000, seed=2, days=("2026-04-02",)), "second.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert len(read_table(edition, "measurements", [first, second])) == 2_000

    told = call(edition, "deploy", "--yes", "--config", str(config))
    assert "To update the stack" in told and "takes up" not in told
    assert mailed(edition) == {"radio@example.com", "ops@example.com"}

    told = call(edition, "destroy", "--yes", "--delete-data")
    assert "Cellflow" not in stacks(edition)
    assert buckets(edition) == set()
    assert "There is nothing of Cellflow" in call(edition, "destroy", "--yes")
