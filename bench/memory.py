"""The emulator's memory after a gigabyte of uploads: `make bench-memory`, or `python bench/memory.py [MEGABYTES]`.

Half of it comes as objects of 8 MB, a quarter as one object in parts, a quarter as one object in a single request, as a
presigned address takes it. Printed is the resident memory of the emulator's process (VmRSS, and the part of it that is
not pages of files), before, after, and its highest value.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "test")]

from support.emulation import running_emulator  # noqa: E402

from local import processes  # noqa: E402

MB = 1_000_000
PIECE = 8 * MB


def megabytes(pid: int, field: str) -> int:
    """A field of the process's status, such as VmRSS, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return round(int(kilobytes) * 1024 / MB)


def upload(s3: Any, megabytes_in_all: int, folder: Path) -> None:
    # Not one row twice: what could be stored once only must not flatter the figure.
    for number in range(megabytes_in_all * MB // 2 // PIECE):
        s3.put_object(Bucket="uploads", Key=f"files/{number:04}.csv", Body=os.urandom(PIECE))
    file = folder / "large.csv"
    with file.open("wb") as output:
        for _ in range(megabytes_in_all // 4):
            output.write(os.urandom(MB))
    s3.upload_file(str(file), "uploads", "parts.csv", Config=TransferConfig(multipart_chunksize=PIECE))
    with file.open("rb") as body:
        s3.put_object(Bucket="uploads", Key="whole.csv", Body=body)


def main(megabytes_in_all: int) -> None:
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
        after, anonymous = megabytes(emulator.pid, "VmRSS"), megabytes(emulator.pid, "RssAnon")
        highest = megabytes(emulator.pid, "VmHWM")
        print(
            f"{megabytes_in_all} MB in {seconds:.0f} s: {before} MB before, {after} MB after ({anonymous} MB without "
            f"pages of files), {highest} MB at most"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
