"""AWS clients, one a process. Endpoints, region and credentials come from the environment."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_s3 import S3Client


@cache
def s3() -> "S3Client":
    return boto3.client("s3", config=patient())


@cache
def kinesis() -> "KinesisClient":
    return boto3.client("kinesis", config=patient())


def patient() -> Config:
    """A client rides out throttling and short outages by itself (exponential backoff with jitter)."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": 8},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=32,
    )
