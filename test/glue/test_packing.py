"""What the functions pack, by the Node of AWS and by another, is what the job unpacks."""

import base64
import json
import shutil
import subprocess

import pytest
from cellflow.records import Header, split, unpack
from support.emulation import ROOT
from support.kinesis_records import rows

from local.lambda_functions import node

SECONDS = 60
DAYS = [f"2026-03-{day:02}" for day in range(1, 29)]
LINES = [row.rstrip("\n") for row in rows(600)]


def pack(binary: str) -> list[tuple[Header, str]]:
    days = [[DAYS[(n * 11) % len(DAYS)], line] for n, line in enumerate(LINES)]
    command = [binary, "--import", "tsx", "test/support/pack-rows.ts"]
    done = subprocess.run(
        command, cwd=ROOT, input=json.dumps(days), capture_output=True, text=True, timeout=SECONDS, check=True
    )
    records = [split(base64.b64decode(line)) for line in done.stdout.splitlines()]
    return [(header, unpack(header, packed).decode()) for header, packed in records]


@pytest.fixture(scope="module")
def packed() -> list[tuple[Header, str]]:
    pinned = node.pinned_binary()
    assert pinned
    return pack(pinned)


def test_the_pinned_node_packs_by_zstd_what_the_job_unpacks(packed: list[tuple[Header, str]]) -> None:
    assert {header.codec for header, _ in packed} == {"zstd"}
    assert sorted("".join(text for _, text in packed).splitlines()) == sorted(LINES)
    for n, (header, text) in enumerate(packed):
        assert (header.id.n, header.rows) == (n, text.count("\n"))
        assert header.days and header.days[0] <= header.days[1]


def test_another_node_may_pack_otherwise_but_not_other_records(packed: list[tuple[Header, str]]) -> None:
    own = shutil.which("node")
    assert own

    others = pack(own)

    assert [(str(header.id), header.rows, header.days, text) for header, text in others] == [
        (str(header.id), header.rows, header.days, text) for header, text in packed
    ]
