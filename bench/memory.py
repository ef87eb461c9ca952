"""The emulator's memory after a gigabyte of uploads: `make bench ONLY=memory`.

Half of it comes as objects of 8 MB, a quarter as one object in parts, a quarter as one object in a single request, as a
presigned address takes it. Told is the resident memory of the emulator's process (VmRSS, and the part of it that is
not pages of files), before, after, and its highest value.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from support.emulation import running_emulator

from bench.scale import Scale
from bench.table import number
from local import processes

TITLE = "The emulator's memory after uploads"
MB = 1_000_000
PIECE = 8 * MB


def megabytes(pid: int, field: str) -> int:
    """A field of the process's status, such as VmRSS, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return round(int(kilobytes) * 1024 / MB)


def upload(s3: Any, megabytes_in_all: int, folder: Path) -> None:
    # Not one row twice: what could be stored once only must not flatter the figure.
    for one in range(megabytes_in_all * MB // 2 // PIECE):
        s3.put_object(Bucket="uploads", Key=f"files/{one:04}.csv", Body=os.urandom(PIECE))
    file = folder / "large.csv"
    with file.open("wb") as output:
        for _ in range(megabytes_in_all // 4):
            output.write(os.urandom(MB))
    s3.upload_file(str(file), "uploads", "parts.csv", Config=TransferConfig(multipart_chunksize=PIECE))
    with file.open("rb") as body:
        s3.put_object(Bucket="uploads", Key="whole.csv", Body=body)


def measure(scale: Scale) -> dict[str, Any]:
    megabytes_in_all = scale.of(1_000, 160)
    scale.tell(f"{megabytes_in_all:,} MB")
    port = processes.free_port("127.0.0.1")
    with tempfile.TemporaryDirectory() as name, running_emulator(Path(name), port) as emulator:
        s3 = boto3.client(
            "s3",
            endpoint_url=emulator.url,
            region_name="eu-west-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(read_timeout=300, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )
        s3.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
        before = megabytes(emulator.pid, "VmRSS")
        began = time.monotonic()
        upload(s3, megabytes_in_all, Path(name))
        seconds = time.monotonic() - began
        for key in ("parts.csv", "whole.csv"):
            got = s3.get_object(Bucket="uploads", Key=key, Range="bytes=1000000-1099999")["Body"].read()
            assert len(got) == 100_000
        return {
            "uploadedMB": megabytes_in_all,
            "seconds": seconds,
            "beforeMB": before,
            "afterMB": megabytes(emulator.pid, "VmRSS"),
            "afterWithoutFilesMB": megabytes(emulator.pid, "RssAnon"),
            "peakMB": megabytes(emulator.pid, "VmHWM"),
        }


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    megabytes_of = ("beforeMB", "afterMB", "afterWithoutFilesMB", "peakMB")
    row = [
        f"{figures['uploadedMB']:,} MB in {figures['seconds']:.0f} s",
        *(number(figures[one], "MB") for one in megabytes_of),
    ]
    return [(["uploaded", "before", "after", "after, without pages of files", "at most"], [row])]
