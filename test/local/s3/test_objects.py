"""S3: events, conditional writes, versions."""

import json
import random
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import wait_until

PART = b"x" * 5 * 1024 * 1024


@pytest.fixture
def s3(client: Callable[[str], Any]) -> Any:
    return client("s3")


@pytest.fixture
def events(client: Callable[[str], Any], versioned_bucket: str) -> Iterator[Callable[[int], list[dict[str, Any]]]]:
    """Gives the first n `Object Created` events of the bucket."""
    name = f"q-{uuid.uuid4().hex[:8]}"
    queue = client("sqs").create_queue(QueueName=name)["QueueUrl"]
    configuration = {"EventBridgeConfiguration": {}}
    client("s3").put_bucket_notification_configuration(Bucket=versioned_bucket, NotificationConfiguration=configuration)
    pattern = {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [versioned_bucket]}, "object": {"key": [{"wildcard": "*.csv"}]}},
    }
    client("events").put_rule(Name=name, EventPattern=json.dumps(pattern))
    target = {"Id": "1", "Arn": f"arn:aws:sqs:eu-west-1:000000000000:{name}"}
    client("events").put_targets(Rule=name, Targets=[target])
    seen: list[dict[str, Any]] = []

    def received(count: int) -> list[dict[str, Any]]:
        def enough() -> bool:
            messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
            seen.extend(json.loads(message["Body"])["detail"] for message in messages)
            return len(seen) >= count

        wait_until(enough)
        return seen

    yield received
    client("events").remove_targets(Rule=name, Ids=["1"])


def multipart(s3: Any, bucket: str, key: str, **conditions: str) -> dict[str, Any]:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=PART)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    return s3.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts, **conditions)


def test_events_name_the_version(s3: Any, versioned_bucket: str, events: Callable[[int], list[dict[str, Any]]]) -> None:
    put = s3.put_object(Bucket=versioned_bucket, Key="in/a b.csv", Body=b"12345")
    copy = s3.copy_object(
        Bucket=versioned_bucket, Key="copy.csv", CopySource={"Bucket": versioned_bucket, "Key": "in/a b.csv"}
    )
    whole = multipart(s3, versioned_bucket, "big.csv")

    details = {detail["object"]["key"]: detail for detail in events(3)}
    written = details["in/a b.csv"]
    assert written["object"] == {
        "key": "in/a b.csv",
        "size": 5,
        "etag": put["ETag"].strip('"'),
        "version-id": put["VersionId"],
        "sequencer": written["object"]["sequencer"],
    }
    assert written["reason"] == "PutObject"
    assert details["copy.csv"]["object"]["version-id"] == copy["VersionId"]
    assert details["copy.csv"]["reason"] == "CopyObject"
    assert details["big.csv"]["object"]["version-id"] == whole["VersionId"]
    assert details["big.csv"]["object"]["size"] == len(PART)
    assert details["big.csv"]["reason"] == "CompleteMultipartUpload"


def test_sequencers_of_a_key_grow(
    s3: Any, versioned_bucket: str, events: Callable[[int], list[dict[str, Any]]]
) -> None:
    versions = [s3.put_object(Bucket=versioned_bucket, Key="a.csv", Body=b"%d" % n)["VersionId"] for n in range(8)]

    by_sequencer = sorted(events(8), key=lambda detail: detail["object"]["sequencer"])
    assert [detail["object"]["version-id"] for detail in by_sequencer] == versions
    assert len({detail["object"]["sequencer"] for detail in by_sequencer}) == 8


def race(count: int, write: Callable[[int], Any]) -> list[int]:
    """The numbers of the writers that won."""
    won: list[int] = []
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        try:
            write(number)
            won.append(number)
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won


@pytest.mark.parametrize("attempt", range(3))
def test_one_of_many_creates_an_object(s3: Any, versioned_bucket: str, attempt: int) -> None:
    won = race(16, lambda n: s3.put_object(Bucket=versioned_bucket, Key="claim", Body=b"%d" % n, IfNoneMatch="*"))

    assert len(won) == 1
    assert s3.get_object(Bucket=versioned_bucket, Key="claim")["Body"].read() == b"%d" % won[0]
    assert len(s3.list_object_versions(Bucket=versioned_bucket, Prefix="claim")["Versions"]) == 1


def test_one_of_many_replaces_an_object(s3: Any, bucket: str) -> None:
    tag = s3.put_object(Bucket=bucket, Key="claim", Body=b"first")["ETag"]
    won = race(16, lambda n: s3.put_object(Bucket=bucket, Key="claim", Body=b"%d" % n, IfMatch=tag))

    assert len(won) == 1


def test_conditions_on_multipart_uploads(s3: Any, bucket: str) -> None:
    won = race(4, lambda n: multipart(s3, bucket, "big", IfNoneMatch="*"))
    assert len(won) == 1
    with pytest.raises(ClientError, match="PreconditionFailed"):
        multipart(s3, bucket, "big", IfMatch='"0"')


def test_a_condition_on_what_is_not_there(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.put_object(Bucket=bucket, Key="none", Body=b"", IfMatch='"0"')


def test_ranges_and_copies_of_a_version(s3: Any, versioned_bucket: str) -> None:
    first = s3.put_object(Bucket=versioned_bucket, Key="a", Body=b"first-version")["VersionId"]
    s3.put_object(Bucket=versioned_bucket, Key="a", Body=b"second")

    ranged = s3.get_object(Bucket=versioned_bucket, Key="a", VersionId=first, Range="bytes=6-8")
    assert (ranged["Body"].read(), ranged["ContentRange"], ranged["VersionId"]) == (b"ver", "bytes 6-8/13", first)
    with pytest.raises(ClientError, match="InvalidRange"):
        s3.get_object(Bucket=versioned_bucket, Key="a", VersionId=first, Range="bytes=100-200")
    source = {"Bucket": versioned_bucket, "Key": "a", "VersionId": first}
    copied = s3.copy_object(Bucket=versioned_bucket, Key="b", CopySource=source)
    assert copied["CopySourceVersionId"] == first
    assert s3.get_object(Bucket=versioned_bucket, Key="b")["Body"].read() == b"first-version"


def test_a_long_range_of_a_version_is_not_in_memory(s3: Any, versioned_bucket: str, emulator: SimpleNamespace) -> None:
    body = random.Random(1).randbytes(96_000_000)
    version = s3.put_object(Bucket=versioned_bucket, Key="long", Body=body)["VersionId"]
    before = own_memory(emulator.pid)

    ranged = s3.get_object(Bucket=versioned_bucket, Key="long", VersionId=version, Range="bytes=1-95999990")
    read = b""
    for piece in ranged["Body"].iter_chunks(8_000_000):
        read += piece
        assert own_memory(emulator.pid) < before + 40_000_000

    assert (len(read), read == body[1:95_999_991]) == (95_999_990, True)


def own_memory(pid: int) -> int:
    """Bytes that a process has in memory and shares with no file."""
    (line,) = re.findall(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(line) * 1_024


def test_deleted_objects_keep_their_versions(s3: Any, versioned_bucket: str) -> None:
    version = s3.put_object(Bucket=versioned_bucket, Key="a", Body=b"kept")["VersionId"]
    s3.delete_object(Bucket=versioned_bucket, Key="a")

    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object(Bucket=versioned_bucket, Key="a")
    assert s3.get_object(Bucket=versioned_bucket, Key="a", VersionId=version)["Body"].read() == b"kept"
    # A delete marker counts as nothing there.
    s3.put_object(Bucket=versioned_bucket, Key="a", Body=b"again", IfNoneMatch="*")
