"""The job as Glue runs it: a process of its own, with Spark's checkpoint in S3 behind Hadoop's S3A."""

import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.control import control
from support.emulation import ROOT, wait_until
from support.kinesis_records import record, rows
from support.landed import LandedUpload
from support.laptop import HOLD_SECONDS

from local.glue import s3a
from local.glue.spark_process import SparkProcess

pytestmark = pytest.mark.s3a

ROWS = 50
# A start of Spark, a batch and a look at the checkpoint, on a busy machine.
SECONDS = 150


class Job:
    """A lake, a stream, and runs of the job on them."""

    def __init__(self, emulator: SimpleNamespace, s3: Any, kinesis: Any, directory: Path) -> None:
        self.url, self.s3, self.kinesis, self.directory = emulator.url, s3, kinesis, directory
        self.name = f"lake-{uuid.uuid4().hex[:8]}"
        self.runs: list[SparkProcess] = []
        s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        kinesis.create_stream(StreamName=self.name, ShardCount=1)
        wait_until(lambda: kinesis.describe_stream_summary(StreamName=self.name)["StreamDescriptionSummary"])
        self.modules = directory / "modules.zip"
        with zipfile.ZipFile(self.modules, "w") as modules:
            for base, package in ((ROOT / "glue", "cellflow"), (ROOT, "contract")):
                for file in sorted((base / package).iterdir()):
                    if file.suffix in (".py", ".json"):
                        modules.write(file, file.relative_to(base))

    def put(self, upload: str, *numbers: int) -> None:
        for n in numbers:
            data = record(upload, 0, n, rows(ROWS, ROWS * n))
            self.kinesis.put_record(StreamName=self.name, PartitionKey=f"{upload}/0/{n}", Data=data)

    def start(self, idle_stop_seconds: float) -> SparkProcess:
        place = self.directory / f"run-{len(self.runs)}"
        place.mkdir()
        arguments = {
            "--lake_bucket": self.name,
            "--stream_name": self.name,
            "--checkpoint_location": f"s3://{self.name}/checkpoints/landing/",
            "--idle_stop_seconds": str(idle_stop_seconds),
        }
        script = ROOT / "glue" / "landing_job.py"
        configuration = s3a.configuration(s3a.install())
        run = SparkProcess(script, [self.modules], arguments, place, self.log(len(self.runs)), configuration)
        self.runs.append(run)
        return run

    def log(self, run: int) -> Path:
        return self.directory / f"run-{run}.log"

    def keys(self, prefix: str) -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def wait(self, run: SparkProcess, what: str, prefix: str, count: int) -> None:
        def there() -> bool:
            code = run.poll()
            assert code is None, f"the job ended with {code} before {what}: {run.error(code)}"
            return len(self.keys(prefix)) >= count

        wait_until(there, SECONDS, 0.1)

    def faults(self, method: str, rule: dict[str, Any] | None = None) -> Any:
        return control(self.url, method, "faults", rule)


@pytest.fixture
def job(emulator: SimpleNamespace, s3: Any, kinesis: Any, tmp_path: Path) -> Iterator[Job]:
    job = Job(emulator, s3, kinesis, tmp_path)
    yield job
    job.faults("DELETE")
    for run in job.runs:
        run.stop(0)


def test_a_killed_job_goes_on_from_its_checkpoint_in_s3(job: Job) -> None:
    upload = uuid.uuid4().hex[:16]
    job.put(upload, 0, 1, 2)
    first = job.start(idle_stop_seconds=600)
    job.wait(first, "its first commit", f"landings/{upload}/", 1)
    checkpoint = job.keys("checkpoints/landing/")[0].split("/")[2]
    job.wait(first, "Spark's commit", f"checkpoints/landing/{checkpoint}/commits/0", 1)
    held = {"service": "s3", "operation": "PutObject", "name": f"{job.name}/landings/", "effect": "hold"}
    job.faults("POST", {**held, "milliseconds": HOLD_SECONDS * 1_000})
    job.put(upload, 2, 3, 4)
    wait_until(lambda: any(rule["fired"] for rule in job.faults("GET")), SECONDS)

    # The data is there, the ledger and the checkpoint know nothing of it.
    first.stop(0)
    job.faults("DELETE")
    job.put(upload, 5)
    second = job.start(idle_stop_seconds=1)
    code = second.wait(SECONDS)

    assert code == 0, second.error(-1 if code is None else code)
    LandedUpload(job.s3, job.name, upload).assert_exact([n / 1e5 for n in range(6 * ROWS)], ids=6)
    assert f"with checkpoint s3a://{job.name}/checkpoints/landing/{checkpoint}" in job.log(1).read_text()
    assert {key.split("/")[2] for key in job.keys("checkpoints/landing/") if key.count("/") > 2} == {checkpoint}
    commits = {
        name for name in (key.rpartition("/")[2] for key in job.keys(f"checkpoints/landing/{checkpoint}/commits/"))
    }
    assert {"0", "1"} <= commits
    # The job's role may write nowhere else.
    assert {key.split("/")[0] for key in job.keys("")} == {"checkpoints", "job", "landing", "landings"}
