"""Rows as JSON through `aiokpl`, which aggregates them as the Kinesis Producer Library does: called by `stream.py`.

python -m bench.aggregated FILE.csv STREAM ENDPOINT
"""

import asyncio
import csv
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from aiokpl.config import Config
from aiokpl.producer import Producer

from local import settings

# What the endpoint takes is not limited, so that the producer does not wait for what is not there.
NO_LIMIT = 1e9


async def send(file: Path, stream: str, endpoint: str) -> dict[str, Any]:
    began = time.perf_counter()
    with file.open(newline="") as lines:
        rows = [json.dumps(row, separators=(",", ":")).encode() for row in csv.DictReader(lines)]
    config = Config(
        region=settings.REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        rate_limit_records_per_sec_per_shard=NO_LIMIT,
        rate_limit_bytes_per_sec_per_shard=NO_LIMIT,
        record_ttl_ms=600_000,
    )
    async with Producer(config) as producer:
        sent = [
            await producer.put_record(stream=stream, partition_key=str(n), data=data) for n, data in enumerate(rows)
        ]
        await producer.flush()
        results = [await outcome.wait() for outcome in sent]
    seconds = time.perf_counter() - began
    refused = sum(not result.success for result in results)
    if refused:
        raise RuntimeError(f"{refused} of {len(results)} rows were refused")
    return {"rows": len(rows), "seconds": seconds}


def main() -> None:
    file, stream, endpoint = sys.argv[1:]
    found = asyncio.run(send(Path(file), stream, endpoint))
    print(json.dumps(found | {"peakMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))


if __name__ == "__main__":
    main()
