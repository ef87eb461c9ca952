"""AWS clients, one a process. Endpoints, region and credentials come from the environment."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config


@cache
def client(service: str) -> Any:
    """A client that rides out throttling and short outages by itself (exponential backoff with jitter)."""
    return boto3.client(
        service,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": 8},
            connect_timeout=5,
            read_timeout=60,
            max_pool_connections=32,
        ),
    )
