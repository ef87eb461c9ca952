"""One micro-batch: plan, land, commit."""

import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from cellflow.batch_plan import BatchPlan, SeenRecord, plan_batch, plan_uploads
from cellflow.claims import Claims
from cellflow.grouping import group
from cellflow.lake import Lake
from cellflow.landing import Outcome, land, with_header_line
from cellflow.ledger import Entry, Ledger, LedgerObject, pause
from cellflow.progress import Progress
from cellflow.records import RecordId, parse_id

COMMITS = 16
QUERY_SECONDS = 60
# Times that an upload is planned whose ledger others write at the same time. Each time there is less left to land.
ATTEMPTS = 6
TOKEN_BYTES = 8

# Lands the records that a plan wants in objects that are named by a token, and tells what became of them.
Landing = Callable[[BatchPlan, str], list[Outcome]]

logger = logging.getLogger(__name__)


class LedgerContended(Exception):
    """Others wrote the ledger of an upload at every attempt at a batch: a second driver is at work."""


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
            seen = self.land_batch(records, batch)
        except Exception as error:
            # Spark passes on a text only; the job's end wants the error itself.
            self.failure = error
            raise
        self._progress.end(seen)

    def land_batch(self, records: DataFrame, batch: int) -> int:
        """Land what of a batch has not landed, and tell how many records it holds.

        :raises LedgerContended: where others wrote the ledger of an upload at every attempt
        """
        records = with_header_line(records)
        seen = [SeenRecord(*row) for row in records.select("shard", "sequence", "partition_key", "header").collect()]
        if seen:
            self.land_seen(seen, batch, lambda plan, token: self._land(records, plan, token, len(seen)))
        return len(seen)

    def land_seen(self, seen: list[SeenRecord], batch: int, land: Landing) -> None:
        """The same for records that were looked at, by whatever lands them."""
        started = time.monotonic()
        plan = plan_batch(seen, self._ledger, self._claims)
        attempt = 1
        while refused := self._attempt(plan, batch, land):
            if attempt == ATTEMPTS:
                raise LedgerContended(
                    f"Another driver wrote the ledger of {len(refused)} uploads ({refused[0]} the first) at each of "
                    f"{ATTEMPTS} attempts at batch {batch}: another run of the job is up"
                )
            pause(attempt)
            attempt += 1
            again = [upload for upload in plan.uploads if upload.upload in refused]
            plan = plan_uploads(again, self._ledger, self._claims)
        took = time.monotonic() - started
        logger.info("Batch %d: %d records seen, done in %d attempts, %.2f s", batch, len(seen), attempt, took)

    def _attempt(self, plan: BatchPlan, batch: int, land: Landing) -> list[str]:
        """Land and commit a plan, each upload by itself; the uploads whose ledger another driver wrote meanwhile."""
        if not plan.uploads:
            return []
        token = secrets.token_hex(TOKEN_BYTES)
        entries = entries_of(plan, land(plan, token) if plan.lands else [])
        with ThreadPoolExecutor(COMMITS, thread_name_prefix="commit") as pool:
            commits = {
                upload.upload: pool.submit(
                    self._ledger.commit, upload.upload, upload.number, token, entries[upload.upload]
                )
                for upload in plan.uploads
            }
        refused = [upload for upload, commit in commits.items() if not commit.result()]
        committed = [entry for upload, entry in entries.items() if upload not in refused]
        logger.info(
            "Batch %d as %s: %d records landed, %d set aside, %d rows; %d uploads are planned again",
            batch,
            token,
            sum(len(entry.records) for entry in committed),
            sum(len(entry.set_aside) for entry in committed),
            sum(entry.rows for entry in committed),
            len(refused),
        )
        return refused

    def _land(self, records: DataFrame, plan: BatchPlan, token: str, seen: int) -> list[Outcome]:
        wanted = plan.positions
        if len(wanted) < seen:
            listed = ", ".join(f"'{position}'" for position in wanted)
            records = records.where(F.expr(f"concat_ws(':', shard, sequence) in ({listed})"))
        grouping = group(plan, records.sparkSession.sparkContext.defaultParallelism)
        return [row.asDict() for row in land(records, self._lake.bucket, token, grouping).collect()]


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
                offset=outcome["offset"],
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
        entry.objects.sort(key=lambda made: (made["key"], made["offset"]))
    return entries


def record_id_of(outcome: Outcome) -> RecordId:
    record_id = parse_id(outcome["id"])
    if record_id is None:
        raise RuntimeError(f"A group reported an outcome for {outcome['id']!r}")
    return record_id
