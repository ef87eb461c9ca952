"""One micro-batch: plan, land, commit."""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cellflow.batch_plan import BatchPlan, SeenRecord, plan_batch
from cellflow.claims import Claims
from cellflow.lake import Lake
from cellflow.landing import Outcome, land, with_header_line
from cellflow.ledger import Entry, Ledger, LedgerObject
from cellflow.progress import Progress
from cellflow.records import RecordId, parse_id

COMMITS = 16
QUERY_SECONDS = 60

logger = logging.getLogger(__name__)


class BatchLander:
    """The function behind `foreachBatch`. What it raises ends the query: no batch is ever passed over."""

    def __init__(self, lake: Lake, progress: Progress) -> None:
        self._lake = lake
        self._progress = progress
        # Known once the query is started; a batch may run before.
        self.query: Future[str] = Future()
        self._ledger = Ledger(lake)
        self._claims = Claims(lake)
        self.failure: Exception | None = None

    def __call__(self, records: DataFrame, batch: int) -> None:
        query = self.query.result(QUERY_SECONDS)
        self._progress.begin(query, batch)
        try:
            seen = self.land_batch(records, query, batch)
        except Exception as error:
            # Spark passes on a text only; the job's end wants the error itself.
            self.failure = error
            raise
        self._progress.end(seen)

    def land_batch(self, records: DataFrame, query: str, batch: int) -> int:
        started = time.monotonic()
        records = with_header_line(records)
        seen = [SeenRecord(*row) for row in records.select("shard", "sequence", "partition_key", "header").collect()]
        if not seen:
            return 0
        plan = plan_batch(seen, query, batch, self._ledger, self._claims)
        outcomes = self._land(records, plan, f"{query}-{batch}", len(seen)) if plan.groups else []
        entries = entries_of(plan, outcomes)
        with ThreadPoolExecutor(COMMITS, thread_name_prefix="commit") as pool:
            commits = [
                pool.submit(self._ledger.commit, upload, query, batch, entry) for upload, entry in entries.items()
            ]
            for commit in commits:
                commit.result()
        logger.info(
            "Batch %d: %d records seen, %d landed, %d set aside, %d rows, %.2f s",
            batch,
            len(seen),
            sum(len(entry.records) for entry in entries.values()),
            sum(len(entry.set_aside) for entry in entries.values()),
            sum(entry.rows for entry in entries.values()),
            time.monotonic() - started,
        )
        return len(seen)

    def _land(self, records: DataFrame, plan: BatchPlan, name: str, seen: int) -> list[Outcome]:
        wanted = plan.positions
        if len(wanted) < seen:
            listed = ", ".join(f"'{position}'" for position in wanted)
            records = records.where(F.expr(f"concat_ws(':', shard, sequence) in ({listed})"))
        return [row.asDict() for row in land(records, self._lake.bucket, name, plan.groups).collect()]


def entries_of(plan: BatchPlan, outcomes: list[Outcome]) -> dict[str, Entry]:
    """The ledger's entries, an upload each, from what the groups reported.

    :raises RuntimeError: where a wanted record came back neither landed nor set aside
    """
    entries = {upload.upload: Entry() for upload in plan.uploads}
    landed: set[RecordId] = set()
    set_aside = {id: reason for upload in plan.uploads for id, reason in upload.set_aside.items()}
    for outcome in outcomes:
        if outcome["key"]:
            made = LedgerObject(
                key=outcome["key"],
                table=outcome["table"],
                day=outcome["day"],
                rows=outcome["rows"],
                bytes=outcome["bytes"],
            )
            entries[outcome["upload"]].objects.append(made)
        elif outcome["reason"]:
            set_aside[record_id_of(outcome)] = outcome["reason"]
        else:
            landed.add(record_id_of(outcome))
    for upload in plan.uploads:
        missing = [str(id) for id in upload.wanted if id not in landed and id not in set_aside]
        if missing:
            raise RuntimeError(f"No outcome came back for {len(missing)} records, {missing[0]} the first")
    for record_id in landed:
        entries[record_id.upload].records.append(record_id)
    for record_id, reason in set_aside.items():
        if record_id not in landed:
            entries[record_id.upload].set_aside.append({"id": str(record_id), "reason": reason})
    for entry in entries.values():
        entry.objects.sort(key=lambda made: made["key"])
    return entries


def record_id_of(outcome: Outcome) -> RecordId:
    record_id = parse_id(outcome["id"])
    if record_id is None:
        raise RuntimeError(f"A group reported an outcome for {outcome['id']!r}")
    return record_id
