"""A laptop edition of a bench's own: its port, its folder, warm, with a mailbox, and gone when the bench ends."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from support.laptop import Laptop, Upload, until

from bench import history
from bench.samples import Calendar, generate
from bench.scale import Scale
from local import processes, settings

WARM_ROWS = 20_000
UPLOAD_SECONDS = 3_000
# The same whatever the console's port: the next bench need not synthesize the app.
CONFIG = {"consoleUrl": "http://127.0.0.1:4500/executions"}


@dataclass
class Reported:
    """What came of an upload."""

    rows: int
    valid: int
    days: int
    # From the first byte sent to the mail on disk.
    seconds: float
    stages: dict[str, float]
    # From the stream's first record to the last row landed.
    job_seconds: float
    output: dict[str, Any]
    execution: str


@dataclass
class Edition:
    laptop: Laptop
    folder: Path
    calendar: Calendar = field(default_factory=Calendar)
    files: int = 0

    @property
    def emulator(self) -> int:
        pid: int = self.laptop.description["pids"]["emulator"]
        return pid

    def file(self, rows: int, days: int) -> Path:
        """A generated file of days that no other file has."""
        self.files += 1
        return generate(self.folder / f"rows-{rows}-{self.files}.csv", rows, days, self.calendar.take(days))

    def put(self, file: Path) -> Upload:
        """As the command line uploads it: in parts, where it is large."""
        bucket = self.laptop.outputs["UploadsBucket"]
        self.laptop.s3.upload_file(str(file), bucket, file.name)
        version = self.laptop.s3.head_object(Bucket=bucket, Key=file.name)["VersionId"]
        return Upload(bucket, file.name, version)

    def report(self, file: Path, rows: int, days: int) -> Reported:
        """Upload a file and wait for its mail."""
        began = time.time()
        upload = self.put(file)
        sent = time.time()
        execution = self.laptop.execution_of(upload)
        described = self.laptop.wait(execution, UPLOAD_SECONDS)
        if described["status"] != "SUCCEEDED":
            raise RuntimeError(f"{file.name}: {described['status']}, {described.get('cause', '')[:500]}")
        mailed = until(f"the mail of {file.name}", lambda: self._mail_at(file.name, began), 60)
        events = self.laptop.history(execution)
        output = json.loads(described["output"])
        stages = {
            "Upload": sent - began,
            "Start": max(0.0, events[0]["timestamp"].timestamp() - sent),
            **history.seconds_by_stage(events),
        }
        stages["Mail"] = max(0.0, mailed - events[-1]["timestamp"].timestamp())
        return Reported(
            rows=rows,
            valid=output["totals"]["valid"],
            days=days,
            seconds=mailed - began,
            stages=stages,
            job_seconds=history.seconds_between(events, "Stream upload", "Await landing"),
            output=output,
            execution=execution,
        )

    def _mail_at(self, name: str, since: float) -> float | None:
        """When the mail that names a file was written, in epoch seconds."""
        for path, mail in self.mails(since):
            if name in f"{mail['subject']}\n{mail.get_content()}":
                return path.stat().st_mtime
        return None

    def mails(self, since: float) -> Iterator[tuple[Path, EmailMessage]]:
        """Mails that were written since an epoch second, oldest first."""
        files = sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        for path in files:
            if path.stat().st_mtime >= since - 0.01:
                yield path, message_from_bytes(path.read_bytes(), policy=policy.default)

    def ask(self, sql: str) -> list[list[str | None]]:
        """Rows of a query's answer, as anybody's query gets them."""
        athena = self.laptop.athena
        query = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.laptop.outputs["DatabaseName"]},
            WorkGroup=self.laptop.outputs["WorkgroupName"],
        )["QueryExecutionId"]

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            return found if found["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

        status = until(f"an answer to {sql[:60]}", ended, 120)
        if status["State"] != "SUCCEEDED":
            raise RuntimeError(f"{sql}: {status}")
        pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
        rows = [row for page in pages for row in page["ResultSet"]["Rows"]]
        return [[value.get("VarCharValue") for value in row["Data"]] for row in rows[1:]]

    def running(self) -> int:
        """Executions of uploads that have not ended."""
        pages = self.laptop.states.get_paginator("list_executions").paginate(
            stateMachineArn=self.laptop.outputs["StateMachineArn"], statusFilter="RUNNING"
        )
        return sum(len(page["executions"]) for page in pages)


@contextmanager
def edition(folder: Path, scale: Scale, **variables: str) -> Iterator[Edition]:
    """An edition that is up and warm: the job runs, and each function has been called."""
    laptop = Laptop(
        folder,
        processes.free_port(settings.HOST),
        processes.free_port(settings.HOST),
        {"CELLFLOW_METER": "1", "CELLFLOW_FAULTS": "1", "CELLFLOW_CONFIG": json.dumps(CONFIG), **variables},
    )
    scale.tell("the laptop edition starts")
    try:
        laptop.up()
        made = Edition(laptop, folder)
        for run in range(runs := scale.of(2, 1)):
            scale.tell(f"warming up, {run + 1} of {runs}")
            file = made.file(WARM_ROWS, 2)
            made.report(file, WARM_ROWS, 2)
            file.unlink()
        yield made
    finally:
        laptop.down()
