"""The Spark job dies in bad moments, loses its checkpoint and shuffle files, and meets records it cannot read."""

import gzip
import json
import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from support.files import clean_csv
from support.lake import assert_exact, assert_landed
from support.laptop import Laptop, Upload, until

import contract

ROWS = 6_000


def landed(laptop: Laptop, upload: Upload) -> bool:
    return any(laptop.keys(f"landing/{upload.id}/"))


def in_ledger(laptop: Laptop, upload: Upload) -> bool:
    return any(laptop.keys(f"landings/{upload.id}/"))


def table_objects(laptop: Laptop, upload: Upload) -> list[str]:
    keys = [*laptop.keys("measurements/"), *laptop.keys("hourly_quality/")]
    return [key for key in keys if f"/{upload.id}-" in key]


def writes(laptop: Laptop, prefix: str) -> dict[str, str]:
    """Calls that write below a prefix of the lake, as rules of faults name them."""
    return {"service": "s3", "operation": "PutObject", "name": f"{laptop.outputs['LakeBucket']}/{prefix}"}


def wait_for_fault(laptop: Laptop, times: int = 1) -> None:
    until("the rule to strike", lambda: laptop.faults_fired() >= times, 100, pause=0.05)


@contextmanager
def before_the_data(laptop: Laptop, upload: Upload) -> Iterator[None]:
    with laptop.holding(**writes(laptop, "landing/")):
        wait_for_fault(laptop)
        assert not in_ledger(laptop, upload)
        yield


@contextmanager
def before_the_ledger(laptop: Laptop, upload: Upload) -> Iterator[None]:
    with laptop.holding(**writes(laptop, "landings/")):
        until("the data to land", lambda: landed(laptop, upload), 100, pause=0.05)
        wait_for_fault(laptop)
        assert not in_ledger(laptop, upload)
        yield


@contextmanager
def before_the_checkpoint(laptop: Laptop, upload: Upload) -> Iterator[None]:
    # The ledger is written, and its answer takes its time: the batch is not done for Spark yet.
    laptop.inject(**writes(laptop, "landings/"), effect="error-after", status=503, code="SlowDown", seconds=10)
    until("the ledger", lambda: in_ledger(laptop, upload), 100, pause=0.02)
    yield
    laptop.clear_faults()


@pytest.mark.parametrize(
    "moment", [before_the_data, before_the_ledger, before_the_checkpoint], ids=lambda f: f.__name__
)
def test_the_job_killed(
    laptop: Laptop, running_job: None, moment: Callable[[Laptop, Upload], AbstractContextManager[None]]
) -> None:
    body = clean_csv(ROWS, seed=31)
    upload = laptop.put(body, f"job/killed-{moment.__name__}.csv")
    with moment(laptop, upload):
        laptop.kill_job()
    ended = laptop.wait(laptop.execution_of(upload), 120)

    assert_landed(laptop, ended, upload, body)


def test_an_unsorted_file_of_many_days_leaves_an_object_a_table_and_day_also_when_the_job_is_killed(
    laptop: Laptop, running_job: None
) -> None:
    days = tuple(f"2025-{month:02}-{day:02}" for month in (3, 4) for day in range(1, 29))
    body = clean_csv(120_000, seed=36, days=days)
    # Its chunks come to the job one after the other.
    laptop.inject(service="kinesis", operation="PutRecords", effect="delay", milliseconds=4_000, count=1)
    upload = laptop.put(body, "job/many-days.csv")
    until("some of it to be in the ledger", lambda: in_ledger(laptop, upload), 100, pause=0.05)

    laptop.kill_job()
    laptop.clear_faults()
    ended = laptop.wait(laptop.execution_of(upload), 180)

    assert_landed(laptop, ended, upload, body)
    objects = Counter(key.rpartition("/")[0] for key in table_objects(laptop, upload))
    assert objects == {f"{table}/day={day}": 1 for table in ("measurements", "hourly_quality") for day in days}


def test_a_python_worker_killed(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=32)
    with laptop.holding(**writes(laptop, "landing/")):
        upload = laptop.put(body, "job/worker.csv")
        wait_for_fault(laptop)
        workers = laptop.job_processes("pyspark.daemon")
        assert workers
        os.kill(workers[-1], signal.SIGKILL)

    ended = laptop.wait(laptop.execution_of(upload), 120)

    assert_landed(laptop, ended, upload, body)


def test_shuffle_files_lost_between_two_reducers(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=33)
    with laptop.holding(**writes(laptop, "landing/")):
        upload = laptop.put(body, "job/shuffle.csv")
        wait_for_fault(laptop)
        lost = [file for file in laptop.folder.rglob("shuffle_*") if file.is_file()]
        for file in lost:
            file.unlink(missing_ok=True)

    ended = laptop.wait(laptop.execution_of(upload), 120)

    assert lost
    assert_landed(laptop, ended, upload, body)


def delete(checkpoints: Path) -> None:
    shutil.rmtree(checkpoints)


def corrupt(checkpoints: Path) -> None:
    files = [file for file in checkpoints.rglob("*") if file.is_file()]
    assert files
    for file in files:
        file.write_bytes(b"\x00 no checkpoint")


@pytest.mark.parametrize("spoil", [delete, corrupt], ids=lambda f: f.__name__)
def test_a_lost_checkpoint(laptop: Laptop, running_job: None, spoil: Callable[[Path], None]) -> None:
    earlier_body = clean_csv(ROWS, seed=34)
    earlier, _ = laptop.run(earlier_body, f"job/before-{spoil.__name__}.csv")
    laptop.stop_job()
    spoil(laptop.folder / "checkpoints")
    body = clean_csv(ROWS, seed=35)

    upload, ended = laptop.run(body, f"job/after-{spoil.__name__}.csv", seconds=120)

    assert_landed(laptop, ended, upload, body)
    assert_exact(laptop, earlier.key, earlier, earlier_body, [earlier])


def test_shards_split_and_merged_with_records_unread(laptop: Laptop) -> None:
    body = clean_csv(ROWS, seed=36)
    laptop.stop_job()
    laptop.inject(service="glue", operation="StartJobRun", effect="error", code="InternalServiceException", seconds=8)
    upload = laptop.put(body, "job/reshard.csv")
    execution = laptop.execution_of(upload)
    until("publishing", lambda: "Publish chunks" in laptop.states_entered(execution), 30)
    split_first_shard(laptop)
    merge_last_shards(laptop)
    laptop.clear_faults()

    ended = laptop.wait(execution, 120)
    if ended["status"] == "FAILED":
        ended = laptop.redrive(execution, 120)

    assert_landed(laptop, ended, upload, body)


def open_shards(laptop: Laptop) -> list[dict]:
    shards = laptop.kinesis.list_shards(StreamName=laptop.outputs["StreamName"])["Shards"]
    alive = [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
    return sorted(alive, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))


def split_first_shard(laptop: Laptop) -> None:
    shard = open_shards(laptop)[0]
    bounds = shard["HashKeyRange"]
    middle = (int(bounds["StartingHashKey"]) + int(bounds["EndingHashKey"])) // 2
    laptop.kinesis.split_shard(
        StreamName=laptop.outputs["StreamName"], ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle)
    )
    until("the split", lambda: len(open_shards(laptop)) > 1, 10)


def merge_last_shards(laptop: Laptop) -> None:
    first, second = open_shards(laptop)[-2:]
    laptop.kinesis.merge_shards(
        StreamName=laptop.outputs["StreamName"],
        ShardToMerge=first["ShardId"],
        AdjacentShardToMerge=second["ShardId"],
    )


def set_aside(laptop: Laptop, upload: Upload) -> set[str]:
    ledgers = [laptop.read_json(key) for key in laptop.keys(f"landings/{upload.id}/")]
    return {entry["id"] for ledger in ledgers for entry in ledger["setAside"]}


def test_a_poison_record_then_its_good_resend(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=37)
    # Keeps the good records back until the poison is set aside.
    laptop.inject(service="kinesis", operation="PutRecords", effect="error", status=500)
    upload = laptop.put(body, "job/poison.csv")
    execution = laptop.execution_of(upload)
    poison = f"{upload.id}/0/0"
    head = json.dumps({"v": 1, "id": poison, "upload": upload.id, "rows": 2_000})
    spoiled = bytearray(gzip.compress(b"2026-03-02,10:00:00,1,2,3\n" * 2_000))
    spoiled[-8] ^= 0xFF  # the checksum
    garbage = (b"no header at all", head.encode() + b"\n" + bytes(spoiled), head.encode() + b"\nnot gzip")
    for data in garbage:
        laptop.kinesis.put_record(StreamName=laptop.outputs["StreamName"], PartitionKey="poison", Data=data)
    until("the poison to be set aside", lambda: poison in set_aside(laptop, upload), 60)
    laptop.clear_faults()

    ended = laptop.wait(execution, 120)

    assert_landed(laptop, ended, upload, body)


def test_a_record_that_stays_poison(laptop: Laptop, running_job: None) -> None:
    key = "job/stays-poison.csv"
    body = clean_csv(500, seed=39)
    lake = laptop.outputs["LakeBucket"]
    upload = laptop.put(body, key)
    # Keeps the upload from being published until its staged records are spoilt.
    with laptop.holding(**writes(laptop, f"runs/{upload.id}/plan.json")):
        staged = until("the staged records", lambda: next(laptop.keys(f"staged/{upload.id}/"), None), 100, pause=0.05)
        spoiled = bytearray(laptop.read(staged))
        spoiled[-8] ^= 0xFF  # the checksum of the last record
        laptop.s3.put_object(Bucket=lake, Key=staged, Body=bytes(spoiled))

    failed = laptop.wait(laptop.execution_of(upload), 120)
    mail = laptop.mail_that_names(key, "cannot be decoded", "chunk 0")
    again, ended = laptop.run(body, key, 120)

    assert (failed["status"], failed["error"]) == ("FAILED", "PoisonRecord")
    assert "Await landing" in mail.get_content()
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    assert_exact(laptop, key, again, body, [upload, again])


def test_the_job_stops_itself_as_an_upload_comes(laptop: Laptop, running_job: None) -> None:
    body = clean_csv(ROWS, seed=38)
    with laptop.holding(service="kinesis", operation="PutRecords"):
        upload = laptop.put(body, "job/stopping.csv")
        execution = laptop.execution_of(upload)
        until("publishing", lambda: "Publish chunks" in laptop.states_entered(execution), 30)
        for run in laptop.job_runs("RUNNING"):
            laptop.glue.batch_stop_job_run(JobName=laptop.outputs["JobName"], JobRunIds=[run["Id"]])

    ended = laptop.wait(execution, 120)

    assert_landed(laptop, ended, upload, body)


@pytest.fixture
def two_runs_allowed(laptop: Laptop) -> Iterator[None]:
    """Glue lets one run be up; a second one is how a driver looks that Glue holds to have ended."""
    allow_runs(laptop, 2)
    yield
    allow_runs(laptop, 1)
    laptop.stop_job()


def allow_runs(laptop: Laptop, count: int) -> None:
    job = laptop.glue.get_job(JobName=laptop.outputs["JobName"])["Job"]
    kept = {name: job[name] for name in ("Role", "Command", "DefaultArguments", "GlueVersion", "Timeout")}
    update = {**kept, "ExecutionProperty": {"MaxConcurrentRuns": count}}
    laptop.glue.update_job(JobName=laptop.outputs["JobName"], JobUpdate=update)


def log_of(laptop: Laptop, run: str) -> str:
    return "".join(log.read_text(errors="replace") for log in laptop.folder.rglob(f"{run}.log"))


def start_second_run(laptop: Laptop, **arguments: str) -> tuple[str, str]:
    """Ids of the run that was up and of the second one, which is up too."""
    (first,) = (run["Id"] for run in laptop.job_runs("RUNNING"))
    # As whoever looks after the job starts it: a run without it counts as one of older code, and is stopped.
    given = {"--columns_version": str(contract.VERSION), "--records_version": "2", **arguments}
    second = laptop.glue.start_job_run(JobName=laptop.outputs["JobName"], Arguments=given)["JobRunId"]
    until("the second run", lambda: "Reading " in log_of(laptop, second), 90)
    return first, second


def upload_while_both_land(laptop: Laptop, name: str, seed: int, committing: int) -> None:
    """Two uploads; the ledger of neither is written before so many drivers are about to."""
    for n in range(2):
        body = clean_csv(ROWS, seed=seed + n)
        with laptop.holding(**writes(laptop, "landings/")):
            upload = laptop.put(body, f"job/{name}-{n}.csv")
            wait_for_fault(laptop, times=committing)
        assert_landed(laptop, laptop.wait(laptop.execution_of(upload), 150), upload, body)
        assert_ledger_is_exact(laptop, upload)


def assert_ledger_is_exact(laptop: Laptop, upload: Upload) -> None:
    """Pages are numbered without a gap, each is of one attempt of one driver, and no record is in two."""
    keys = list(laptop.keys(f"landings/{upload.id}/"))
    pages = [laptop.read_json(key) for key in keys]
    assert keys == [f"landings/{upload.id}/{n:08d}.json" for n in range(1, len(keys) + 1)]
    assert len({page["token"] for page in pages}) == len(pages)
    records = [
        (chunk, n)
        for page in pages
        for chunk, ranges in page["records"].items()
        for first, last in ranges
        for n in range(first, last + 1)
    ]
    assert records
    assert len(records) == len(set(records))


def test_a_zombie_driver_on_another_checkpoint(laptop: Laptop, running_job: None, two_runs_allowed: None) -> None:
    laptop.run(clean_csv(500, seed=50), "job/before-zombie.csv", seconds=120)
    elsewhere = f"s3://{laptop.outputs['LakeBucket']}/checkpoints/zombie/"
    first, second = start_second_run(laptop, **{"--checkpoint_location": elsewhere})
    until("the second run to read the stream", lambda: "records seen" in log_of(laptop, second), 60)

    upload_while_both_land(laptop, "zombie", seed=51, committing=2)

    assert {run["Id"] for run in laptop.job_runs("RUNNING")} == {first, second}
    logs = log_of(laptop, first) + log_of(laptop, second)
    assert re.search(r"[1-9]\d* uploads are planned again", logs), "the two never met"


def test_a_zombie_driver_on_the_same_checkpoint(laptop: Laptop, running_job: None, two_runs_allowed: None) -> None:
    laptop.run(clean_csv(500, seed=60), "job/before-rival.csv", seconds=120)
    checkpoints = laptop.folder / "checkpoints" / laptop.outputs["LakeBucket"] / "checkpoints" / "landing"
    generations = set(checkpoints.iterdir())
    runs = start_second_run(laptop)

    # Spark lets one of them begin the batch.
    upload_while_both_land(laptop, "rival", seed=61, committing=1)

    ended = until("one of the two to end", lambda: [r for r in laptop.job_runs("FAILED") if r["Id"] in runs], 60)
    assert all("SecondDriver" in run["ErrorMessage"] for run in ended), ended
    # Nobody took the other's writes for a spoilt checkpoint.
    assert set(checkpoints.iterdir()) == generations
