"""What of a batch is to be landed, judged by the records' headers, the ledger and the claims."""

import logging
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from cellflow.claims import Claims
from cellflow.ledger import Ledger, LedgerGap
from cellflow.poison import Poison
from cellflow.records import Header, RecordId, parse_header, parse_id

LOOKUPS = 16

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SeenRecord:
    """A record as the driver looks at it: where it lay and its header line, without the rows."""

    shard: str
    sequence: str
    partition_key: str
    header: str

    @property
    def position(self) -> str:
        return f"{self.shard}:{self.sequence}"


@dataclass
class UploadPlan:
    """What one upload's records of a batch are."""

    upload: str
    wanted: dict[RecordId, Header] = field(default_factory=dict)
    positions: dict[RecordId, list[str]] = field(default_factory=dict)
    set_aside: dict[RecordId, str] = field(default_factory=dict)
    # The number that follows the pages of the ledger that this was planned against.
    number: int = 0


@dataclass
class BatchPlan:
    uploads: list[UploadPlan]

    @property
    def positions(self) -> list[str]:
        return [
            position for plan in self.uploads for record_id in plan.wanted for position in plan.positions[record_id]
        ]

    @property
    def lands(self) -> bool:
        """Whether there is a record to land; else there are only some to set aside."""
        return any(plan.wanted for plan in self.uploads)


def plan_batch(seen: Iterable[SeenRecord], ledger: Ledger, claims: Claims) -> BatchPlan:
    """What of these records is to be landed now; the same batch, run again, gets the same plan less what has landed."""
    return plan_uploads(sort_by_upload(seen), ledger, claims)


def plan_uploads(uploads: list[UploadPlan], ledger: Ledger, claims: Claims) -> BatchPlan:
    """The plan less what has landed by now; also of uploads that were planned before and refused."""
    with ThreadPoolExecutor(LOOKUPS, thread_name_prefix="plan") as pool:
        plans = pool.map(lambda plan: without_landed(plan, ledger, claims), uploads)
        return BatchPlan([plan for plan in plans if plan.wanted or plan.set_aside])


def sort_by_upload(seen: Iterable[SeenRecord]) -> list[UploadPlan]:
    plans: dict[str, UploadPlan] = {}
    readable: dict[str, list[tuple[SeenRecord, Header]]] = {}
    for record in seen:
        try:
            header = parse_header(record.header)
        except Poison as poison:
            record_id = parse_id(record.partition_key)
            if record_id is None:
                logger.warning("Record %s belongs to no upload: %s", record.position, poison)
            else:
                plan = plans.setdefault(record_id.upload, UploadPlan(record_id.upload))
                plan.set_aside[record_id] = str(poison)
        else:
            readable.setdefault(header.id.upload, []).append((record, header))
    for upload, records in readable.items():
        plan = plans.setdefault(upload, UploadPlan(upload))
        lines: dict[RecordId, Counter[str]] = {}
        for record, header in records:
            lines.setdefault(header.id, Counter())[record.header] += 1
        for record, header in records:
            # Groups go by the header: by another one a record would land in two of them, unaware of each other.
            (line, _), *_ = lines[header.id].most_common(1)
            if record.header == line:
                # The same id more than once: its group keeps the first record of it that can be decoded.
                plan.wanted[header.id] = header
                plan.positions.setdefault(header.id, []).append(record.position)
            else:
                logger.warning("Record %s is passed over: another of its id has another header", record.position)
    return list(plans.values())


def without_landed(plan: UploadPlan, ledger: Ledger, claims: Claims) -> UploadPlan:
    if claims.overtaken(plan.upload):
        logger.info("Upload %s was withdrawn or replaced; its records are passed over", plan.upload)
        return UploadPlan(plan.upload)
    try:
        landed = ledger.landed(plan.upload)
    except LedgerGap as gap:
        # It costs its own upload alone, which fails where its ledger is read next.
        logger.error("%s; its records are passed over", gap)
        return UploadPlan(plan.upload)
    return UploadPlan(
        plan.upload,
        {id: header for id, header in plan.wanted.items() if (id.chunk, id.n) not in landed.ids},
        plan.positions,
        {id: reason for id, reason in plan.set_aside.items() if (id.chunk, id.n) not in landed.ids},
        landed.next,
    )
