"""What would be billed, with CELLFLOW_METER=1: `GET /_cellflow/meter` tells it, `DELETE` also begins anew.

Counted are functions (GB-seconds, by their memory), state transitions, records and bytes of streams, queries with the
bytes and objects that they read, and requests. What MiniStack does within its own process, such as a crawl, has no
request; AWS bills a crawl by its time.
"""

import base64
import time
from collections.abc import Sequence
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import kinesis

from local import control, settings
from local.athena.catalogue import ObjectFile, Partition
from local.athena.emulator_catalogue import EmulatorCatalogue
from local.athena.executions import Executions
from local.metering import meter
from local.overriding import original, override
from local.step_functions.history import History


def install() -> None:
    if not settings.meter_enabled():
        return
    control.route("meter")(lambda method, _body: (200, meter.forget() if method == "DELETE" else meter.counted()))

    @override(lambda_runtime.Worker, "invoke")
    def invoke(self: Any, event: Any, request_id: str, **options: Any) -> dict[str, Any]:
        began = time.monotonic()
        try:
            result: dict[str, Any] = original(invoke)(self, event, request_id, **options)
            return result
        finally:
            seconds = time.monotonic() - began
            meter.count("lambda", self.func_name, "requests")
            meter.count("lambda", self.func_name, "seconds", seconds)
            meter.count("lambda", self.func_name, "gbSeconds", seconds * self.config.get("MemorySize", 128) / 1024)

    @override(History, "append")
    def append(self: History, previous: int, kind: str, **details: Any) -> int:
        if kind.endswith("StateEntered"):
            meter.count("states", details.get("stateEnteredEventDetails", {}).get("name", ""), "transitions")
        return original(append)(self, previous, kind, **details)

    @override(kinesis, "_put_records")
    def put_records(request: dict[str, Any]) -> Any:
        _count_records(request.get("Records", []))
        return original(put_records)(request)

    @override(kinesis, "_put_record")
    def put_record(request: dict[str, Any]) -> Any:
        _count_records([request])
        return original(put_record)(request)

    @override(Executions, "_execute")
    async def execute(self: Executions, execution: dict[str, Any], *rest: Any) -> None:
        await original(execute)(self, execution, *rest)
        meter.count("athena", "queries", "requests")
        meter.count("athena", "queries", "bytesScanned", execution["Statistics"]["DataScannedInBytes"])
        # A query is billed as ten megabytes at least.
        meter.count("athena", "queries", "bytesBilled", max(10_000_000, execution["Statistics"]["DataScannedInBytes"]))

    @override(EmulatorCatalogue, "objects")
    def objects(self: EmulatorCatalogue, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        found: list[list[ObjectFile]] = original(objects)(self, partitions)
        meter.count("athena", "objects", "listings", len(partitions))
        meter.count("athena", "objects", "files", sum(map(len, found)))
        return found


def _count_records(records: Sequence[dict[str, Any]]) -> None:
    sizes = [_size(record.get("Data", "")) + len(record.get("PartitionKey", "").encode()) for record in records]
    meter.count("stream", "in", "requests")
    meter.count("stream", "in", "records", len(sizes))
    meter.count("stream", "in", "bytes", sum(sizes))
    # As it is billed on demand: each record in whole kilobytes.
    meter.count("stream", "in", "bytesBilled", sum(-(-size // 1024) * 1024 for size in sizes))


def _size(data: Any) -> int:
    """Bytes of a record's data, which is base64 in a request."""
    if isinstance(data, bytes):
        return len(data)
    return len(base64.b64decode(data)) if len(data) < 100 else len(data) * 3 // 4 - data.count("=", -2)
