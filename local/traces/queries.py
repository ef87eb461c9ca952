"""Athena's queries: when they began, what of the lake they listed, each at its moment, what they read, how they ended.

On Trino, which reads over the network as any client does, only beginnings and ends are known.
"""

import contextvars
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.athena import duckdb_engine
from local.athena.catalogue import MissingObject, ObjectFile, Partition, Table
from local.athena.emulator_catalogue import EmulatorCatalogue
from local.athena.executions import Executions
from local.athena.query import Query
from local.overriding import original, override
from local.traces import recording
from local.traces.recording import Trace
from local.traces.stores import is_traced


@dataclass
class _Reading:
    """What a query has read so far. Engines read on several threads at once; sets of Python's take that."""

    query: str
    read: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    # Days of the table at hand that the query's conditions rule out.
    ruled_out: tuple[str, ...] = ()


@dataclass
class _Listed:
    """The last listing of a folder: it is written down once for all queries that find the same."""

    keys: list[str]
    event: int


_reading: contextvars.ContextVar[_Reading | None] = contextvars.ContextVar("reading", default=None)


def install(trace: Trace) -> None:
    last: dict[str, _Listed] = {}

    @override(Executions, "_execute")
    async def execute(self: Any, execution: dict[str, Any], query: Query, *rest: Any) -> None:
        reading = _Reading(execution["QueryExecutionId"])
        # The thread on which the query runs gets a copy of this context.
        _reading.set(reading)
        clock = int(query.submitted.timestamp() * 1_000)
        trace.note("begin", query=reading.query, clock=clock)
        await original(execute)(self, execution, query, *rest)
        trace.note(
            "end",
            query=reading.query,
            state=execution["Status"]["State"],
            read=sorted(reading.read),
            missing=sorted(reading.missing) or None,
        )

    @override(duckdb_engine, "prune")
    def prune(table: Table, *rest: Any) -> Table:
        pruned: Table = original(prune)(table, *rest)
        reading = _reading.get()
        if reading is not None:
            kept = set(pruned.partitions)
            reading.ruled_out = tuple(part.values[0] for part in table.partitions if part not in kept)
        return pruned

    @override(EmulatorCatalogue, "objects")
    def objects(self: EmulatorCatalogue, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        reading = _reading.get()
        with recording.order:
            found: list[list[ObjectFile]] = original(objects)(self, partitions)
            if reading is None or not partitions:
                return found
            bucket, prefix = partitions[0].place
            folder = f"{prefix.partition('/')[0]}/"
            if not is_traced(bucket, folder):
                return found
            keys = sorted(_key(file) for files in found for file in files)
            days = sorted(partition.values[0] for partition in partitions if partition.values)
            known = last.get(folder)
            is_known = known is not None and known.keys == keys
            event = trace.note(
                "list",
                query=reading.query,
                folder=folder,
                days=days or None,
                ruledOut=sorted(reading.ruled_out) or None,
                keys=None if is_known else keys,
                asIn=known.event if known is not None and is_known else None,
            )
            if not is_known:
                last[folder] = _Listed(keys, event)
        return [[_watched(file, reading) for file in files] for files in found]


def _key(file: ObjectFile) -> str:
    return file.address.partition("/")[2]


def _watched(file: ObjectFile, reading: _Reading) -> ObjectFile:
    def path() -> Path:
        try:
            found = file.path()
        except MissingObject:
            reading.missing.add(_key(file))
            raise
        reading.read.add(_key(file))
        return found

    return replace(file, path=path)
