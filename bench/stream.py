"""From a CSV in memory to rows that the stream has confirmed: `make bench ONLY=stream`.

All against one emulator, in turns, rows a second with all that each has to do before:

- `cellflow`: checks every row, packs some thousands into a record, `PutRecords` (`stream.ts`);
- `PutRecord`: a row as JSON, a call each, sixteen at once; `PutRecords`: 500 such rows a call, three at once;
- `aiokpl`: such rows, aggregated as the Kinesis Producer Library does (`aggregated.py`).

The endpoint counts records and bytes.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import Any

import boto3
from support.control import control
from support.emulation import running_emulator, wait_until

from bench import ROOT, TSX
from bench.samples import generate
from bench.scale import Scale, in_turns, median
from bench.table import number
from local import processes, settings

TITLE = "To the stream, confirmed"
SHARDS = 4
SUBJECT_SECONDS = 600
# Rows of a full and of a quick run: as many as take some seconds.
ROWS = {
    "cellflow": (300_000, 20_000),
    "PutRecord": (5_000, 500),
    "PutRecords": (100_000, 10_000),
    "aiokpl": (50_000, 5_000),
}
MILLION = 1_000_000


def client(url: str) -> Any:
    return boto3.client(
        "kinesis", endpoint_url=url, region_name=settings.REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def run(subject: str, file: Path, url: str) -> dict[str, Any]:
    """A stream of its own, so that none has another's records to carry."""
    kinesis, name = client(url), f"bench-{uuid.uuid4().hex[:8]}"
    kinesis.create_stream(StreamName=name, ShardCount=SHARDS)
    wait_until(
        lambda: kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE"
    )
    control(url, "DELETE", "meter")
    if subject == "aiokpl":
        command = [sys.executable, "-m", "bench.aggregated", str(file), name, url]
    else:
        command = [*TSX, "bench/stream.ts", subject, str(file)]
    environment = settings.aws_environment() | {"AWS_ENDPOINT_URL": url, "STREAM_NAME": name, "POWERTOOLS_DEV": "false"}
    done = subprocess.run(
        command, cwd=ROOT, env=inherited() | environment, capture_output=True, text=True, timeout=SUBJECT_SECONDS
    )
    if done.returncode:
        raise RuntimeError(f"{subject} failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    counted = control(url, "GET", "meter")["stream"]["in"]
    kinesis.delete_stream(StreamName=name)
    return found | {"entries": counted["records"], "bytes": counted["bytes"], "billed": counted["bytesBilled"]}


def inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in settings.FOREIGN_VARIABLES}


def measure(scale: Scale) -> dict[str, Any]:
    turns = scale.of(3, 1)
    with (
        tempfile.TemporaryDirectory() as name,
        running_emulator(Path(name), processes.free_port(settings.HOST), CELLFLOW_METER="1") as emulator,
    ):
        folder = Path(name)
        files = {subject: generate(folder / f"{subject}.csv", scale.of(*rows), bad=0) for subject, rows in ROWS.items()}
        scale.tell(f"{turns} turns")
        subjects = {
            subject: lambda subject=subject, file=file: run(subject, file, emulator.url)
            for subject, file in files.items()
        }
        found = in_turns(turns, subjects)
    own = median([one["rows"] / one["seconds"] for one in found["cellflow"]])
    return {
        "turns": turns,
        "shards": SHARDS,
        "subjects": {
            subject: {
                "rows": runs[0]["rows"],
                "rowsPerSecond": median([one["rows"] / one["seconds"] for one in runs]),
                "cellflowIsFaster": own / median([one["rows"] / one["seconds"] for one in runs]),
                "entriesOfMillion": runs[0]["entries"] * MILLION / runs[0]["rows"],
                "megabytesOfMillion": runs[0]["bytes"] / runs[0]["rows"],
                "megabytesBilledOfMillion": runs[0]["billed"] / runs[0]["rows"],
                "peakMB": max(one["peakMB"] for one in runs),
            }
            for subject, runs in found.items()
        },
    }


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    rows = [
        [
            name,
            number(subject["rowsPerSecond"]),
            number(subject["cellflowIsFaster"]),
            f"{subject['entriesOfMillion']:,.0f}",
            number(subject["megabytesOfMillion"], "MB"),
            number(subject["megabytesBilledOfMillion"], "MB"),
            number(subject["peakMB"], "MB"),
        ]
        for name, subject in figures["subjects"].items()
    ]
    headings = [
        "",
        "rows/s confirmed",
        "cellflow is faster by",
        "entries a million rows",
        "sent",
        "billed on demand",
        "memory",
    ]
    return [(headings, rows)]
