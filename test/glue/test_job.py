"""The job on Spark and the emulator: what is put in the stream lands exactly once, whatever happens on the way."""

import json
import re
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cellflow import batch
from cellflow.ledger import Ledger
from cellflow.progress import Progress
from landing_job import LandingFailed, land_stream, parse_arguments
from support.emulation import wait_until
from support.kinesis_records import header, record, rows
from support.landed import LandedUpload

ROWS = 50


class Crash(Exception):
    """Stands for the end of the process at this point."""


class Lake:
    """A lake and a stream of a test's own, and the job on them."""

    def __init__(self, spark: Any, s3: Any, kinesis: Any, directory: Path) -> None:
        self.spark, self.s3, self.kinesis = spark, s3, kinesis
        self.name = f"lake-{uuid.uuid4().hex[:8]}"
        self.checkpoints = directory / "checkpoints"
        s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        kinesis.create_stream(StreamName=self.name, ShardCount=2)
        wait_until(lambda: kinesis.describe_stream_summary(StreamName=self.name)["StreamDescriptionSummary"])

    def put(self, *payloads: bytes, key: str | None = None) -> None:
        entries = [{"Data": data, "PartitionKey": key or json.loads(data.split(b"\n")[0])["id"]} for data in payloads]
        answer = self.kinesis.put_records(StreamName=self.name, Records=entries)
        assert answer["FailedRecordCount"] == 0

    def run(self, max_records: int = 1_000) -> None:
        """Run the job until it stops itself for being idle."""
        arguments = {
            "--lake_bucket": self.name,
            "--stream_name": self.name,
            "--checkpoint_location": str(self.checkpoints),
            "--idle_stop_seconds": "0.5",
            "--max_records_per_batch": str(max_records),
            "--JOB_NAME": "cellflow-landing",
        }
        land_stream(self.spark, parse_arguments([part for pair in arguments.items() for part in pair]))

    def crash(self, monkeypatch: pytest.MonkeyPatch, point: "CrashPoint", **options: Any) -> None:
        with monkeypatch.context() as patch:
            point(patch)
            with pytest.raises(LandingFailed):
                self.run(**options)

    def landed(self, upload: str) -> LandedUpload:
        return LandedUpload(self.s3, self.name, upload)

    def heartbeat(self) -> dict[str, Any]:
        return json.loads(self.s3.get_object(Bucket=self.name, Key="job/heartbeat.json")["Body"].read())

    def generations(self) -> list[Path]:
        return sorted(self.checkpoints.iterdir())


@pytest.fixture
def lake(spark: Any, s3: Any, kinesis: Any, tmp_path: Path) -> Lake:
    return Lake(spark, s3, kinesis, tmp_path)


def new_upload() -> str:
    return uuid.uuid4().hex[:16]


def payloads(upload: str, count: int, start: int = 0, version: int = 2) -> list[bytes]:
    return [
        record(upload, n // 4, n % 4, rows(ROWS, ROWS * n, version), v=version) for n in range(start, start + count)
    ]


def latitudes(count: int) -> list[float]:
    return [n / 1e5 for n in range(ROWS * count)]


def test_every_record_lands_once_in_batches_that_are_bounded(lake: Lake) -> None:
    upload, other = new_upload(), new_upload()
    lake.put(*payloads(upload, 20), *payloads(other, 3))
    lake.put(*payloads(upload, 12, start=8))

    lake.run(max_records=10)

    lake.landed(upload).assert_exact(latitudes(20), ids=20)
    lake.landed(other).assert_exact(latitudes(3), ids=3)
    assert len(lake.landed(upload).ledgers) >= 2
    beat = lake.heartbeat()
    assert re.fullmatch(r"[0-9a-f]{8}", beat["query"])
    assert beat["batch"] >= 3
    assert beat["active"] is False
    assert beat["caughtUpAt"] <= beat["at"]


def test_what_the_version_before_has_staged_lands_beside_the_newest(lake: Lake) -> None:
    upload = new_upload()
    lake.put(*payloads(upload, 6, version=1), *payloads(upload, 8, start=4))

    lake.run()

    lake.landed(upload).assert_exact(latitudes(12), ids=12)
    offsets = {
        (row["measured_at"].hour, row["device"]) for row in lake.landed(upload).table("measurements").to_pylist()
    }
    assert offsets == {(8, None), (7, "Pixel 8")}


def test_poison_is_set_aside_and_its_good_resend_lands(lake: Lake) -> None:
    upload = new_upload()
    good = payloads(upload, 4)
    lake.put(
        good[0],
        header(upload, 0, 1, ROWS) + b"no gzip",
        header(upload, 0, 2, ROWS + 1) + good[2].split(b"\n", 1)[1],
    )
    lake.put(b"no header", key=f"{upload}/0/3")
    lake.put(b"no header", key="nobody")
    lake.run()

    first = lake.landed(upload)
    first.assert_exact(latitudes(1), ids=1)
    assert {id: reason.split(":")[0] for id, reason in first.set_aside.items()} == {
        f"{upload}/0/1": "gzip",
        f"{upload}/0/2": "rows",
        f"{upload}/0/3": "header",
    }

    lake.put(*good)
    lake.run()
    lake.landed(upload).assert_exact(latitudes(4), ids=4)


CrashPoint = Callable[[pytest.MonkeyPatch], None]


def before_the_data(patch: pytest.MonkeyPatch) -> None:
    def plan(*_: Any) -> None:
        raise Crash

    patch.setattr(batch, "plan_batch", plan)


def after_the_data(patch: pytest.MonkeyPatch) -> None:
    def commit(*_: Any) -> None:
        raise Crash

    patch.setattr(Ledger, "commit", commit)


def between_two_ledger_objects(patch: pytest.MonkeyPatch) -> None:
    commit, done = Ledger.commit, []

    def commit_one(*arguments: Any) -> bool:
        if done:
            raise Crash
        done.append(True)
        return commit(*arguments)

    patch.setattr(batch, "COMMITS", 1)
    patch.setattr(Ledger, "commit", commit_one)


def after_the_ledger(patch: pytest.MonkeyPatch) -> None:
    def end(*_: Any) -> None:
        raise Crash

    patch.setattr(Progress, "end", end)


@pytest.mark.parametrize(
    "point",
    [before_the_data, after_the_data, between_two_ledger_objects, after_the_ledger],
    ids=lambda point: point.__name__,
)
def test_a_batch_that_did_not_end_is_taken_up_again(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, point: CrashPoint
) -> None:
    upload, other = new_upload(), new_upload()
    lake.put(*payloads(upload, 6), *payloads(other, 6))
    lake.crash(monkeypatch, point)
    lake.put(*payloads(upload, 4, start=4))

    lake.run()

    lake.landed(upload).assert_exact(latitudes(8), ids=8)
    lake.landed(other).assert_exact(latitudes(6), ids=6)


def garble(generation: Path) -> None:
    for file in generation.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x00 no checkpoint")


def garble_offsets(generation: Path) -> None:
    for file in (generation / "offsets").glob("[0-9]*"):
        lines = file.read_text().splitlines()
        file.write_text("\n".join([*lines[:-1], '{"of":"another source"}']))
        (generation / "offsets" / f".{file.name}.crc").unlink(missing_ok=True)


def delete(generation: Path) -> None:
    shutil.rmtree(generation)


def delete_logs(generation: Path) -> None:
    shutil.rmtree(generation / "offsets")
    shutil.rmtree(generation / "commits")


def delete_the_newest_offsets(generation: Path) -> None:
    newest = max((generation / "offsets").glob("[0-9]*"), key=lambda file: int(file.name))
    assert int(newest.name) > 0
    newest.unlink()
    (generation / "offsets" / f".{newest.name}.crc").unlink(missing_ok=True)


def delete_metadata(generation: Path) -> None:
    (generation / "metadata").unlink()
    (generation / ".metadata.crc").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "spoil",
    [garble, garble_offsets, delete, delete_logs, delete_the_newest_offsets, delete_metadata],
    ids=lambda spoil: spoil.__name__,
)
def test_a_spoiled_checkpoint_costs_no_row(lake: Lake, spoil: Callable[[Path], None]) -> None:
    upload = new_upload()
    lake.put(*payloads(upload, 5))
    lake.run(max_records=2)
    (generation,) = lake.generations()
    spoil(generation)
    lake.put(*payloads(upload, 5, start=4))

    lake.run()

    lake.landed(upload).assert_exact(latitudes(9), ids=9)
    # Spark itself can go on without the metadata, or begin anew without its logs.
    assert (lake.generations()[-1] == generation) == (spoil in (delete_metadata, delete_logs))


def test_another_driver_on_the_same_checkpoint_ends_the_run_and_not_the_checkpoint(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has read as far as this one, and is done with the batch first."""
    upload = new_upload()
    lake.put(*payloads(upload, 3))
    plan = batch.plan_batch

    def plan_late(*arguments: Any) -> Any:
        (generation,) = lake.generations()
        (generation / "commits").mkdir(exist_ok=True)
        (generation / "commits" / "0").write_text('v1\n{"nextBatchWatermarkMs":0}')
        return plan(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(batch, "plan_batch", plan_late)
        with pytest.raises(LandingFailed, match=r"^SecondDriver: another run of the job writes the same checkpoint"):
            lake.run()
    lake.put(*payloads(upload, 5, start=2))
    lake.run()

    lake.landed(upload).assert_exact(latitudes(7), ids=7)
    assert len(lake.generations()) == 1


def test_a_withdrawn_upload_is_passed_over(lake: Lake) -> None:
    upload, other = new_upload(), new_upload()
    claim = {"upload": upload, "withdrawn": True}
    lake.s3.put_object(Bucket=lake.name, Key=f"uploads/{upload}.json", Body=json.dumps({"claim": "claims/c.json"}))
    lake.s3.put_object(Bucket=lake.name, Key="claims/c.json", Body=json.dumps(claim))
    lake.put(*payloads(upload, 3), *payloads(other, 3))

    lake.run()

    assert lake.landed(upload).ledgers == []
    lake.landed(other).assert_exact(latitudes(3), ids=3)


def test_shards_are_split_and_merged_with_records_unread(lake: Lake) -> None:
    upload = new_upload()
    lake.put(*payloads(upload, 8))
    shards = lake.kinesis.list_shards(StreamName=lake.name)["Shards"]
    bounds = shards[0]["HashKeyRange"]
    middle = (int(bounds["StartingHashKey"]) + int(bounds["EndingHashKey"])) // 2
    lake.kinesis.split_shard(StreamName=lake.name, ShardToSplit=shards[0]["ShardId"], NewStartingHashKey=str(middle))
    lake.put(*payloads(upload, 8, start=8))
    right = [
        shard["ShardId"]
        for shard in lake.kinesis.list_shards(StreamName=lake.name)["Shards"]
        if "EndingSequenceNumber" not in shard["SequenceNumberRange"]
        and int(shard["HashKeyRange"]["EndingHashKey"]) > middle
    ]
    lake.kinesis.merge_shards(StreamName=lake.name, ShardToMerge=right[0], AdjacentShardToMerge=right[1])
    lake.put(*payloads(upload, 4, start=16))

    lake.run()

    lake.landed(upload).assert_exact(latitudes(20), ids=20)


def test_the_jobs_own_error_is_told(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.put(*payloads(new_upload(), 1))

    def commit(*_: Any) -> None:
        raise PermissionError("no way in")

    monkeypatch.setattr(Ledger, "commit", commit)
    with pytest.raises(LandingFailed, match=r"^PermissionError: no way in$"):
        lake.run()
