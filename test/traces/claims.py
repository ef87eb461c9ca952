"""Claims: which upload a key stands for, and how many have held it."""

import json
from dataclasses import dataclass, field

from traces.events import Put
from traces.lake import CLAIM
from traces.rules import Court


@dataclass
class Claim:
    upload: str
    generation: int
    withdrawn: bool
    sequencer: str
    event: int
    # Every upload that has held it, with its generation.
    holders: dict[str, int] = field(default_factory=dict)


class Claims:
    def __init__(self) -> None:
        # By the id of the claim.
        self.held: dict[str, Claim] = {}

    def judge(self, put: Put, court: Court) -> None:
        found = CLAIM.match(put.key)
        if put.condition is None:
            court.refuse("claim-conditional", put.n, "a claim is written without a condition", [put.key])
        if put.status >= 300 or found is None:
            return
        body = json.loads(put.body)
        new = Claim(
            body["upload"],
            body.get("generation", 0),
            body.get("withdrawn", False),
            body.get("sequencer", ""),
            put.n,
        )
        known = self.held.get(found[1])
        self._compare(put, known, new, court)
        new.holders = {**(known.holders if known else {}), new.upload: new.generation}
        self.held[found[1]] = new

    def _compare(self, put: Put, known: Claim | None, new: Claim, court: Court) -> None:
        if known is None:
            if put.condition != "absent":
                court.refuse("claim-conditional", put.n, "a first claim is not written as one", [put.key])
            if new.generation != 1 or new.withdrawn:
                court.refuse("claim-generation", put.n, f"the first generation is {new.generation}", [put.key])
            return
        earlier = [known.event]
        if put.condition == "absent":
            court.refuse(
                "claim-conditional", put.n, "a claim that is there is written as a first one", [put.key], earlier
            )
        if new.upload == known.upload:
            if new.generation != known.generation:
                message = f"{new.upload} held it as {known.generation} and holds it as {new.generation}"
                court.refuse("claim-generation", put.n, message, [put.key], earlier)
            if known.withdrawn and not new.withdrawn:
                court.refuse("claim-forward", put.n, f"the withdrawal of {new.upload} is undone", [put.key], earlier)
            return
        if new.generation != known.generation + 1:
            message = f"generation {new.generation} follows {known.generation}"
            court.refuse("claim-generation", put.n, message, [put.key], earlier)
        if new.upload in known.holders:
            court.refuse("claim-forward", put.n, f"{new.upload} takes it a second time", [put.key], earlier)
        elif is_earlier(new.sequencer, known.sequencer):
            message = f"{new.upload} comes before {known.upload}, which holds it"
            court.refuse("claim-forward", put.n, message, [put.key], earlier)


def is_earlier(one: str, other: str) -> bool:
    """Whether an event on a key came before another, by S3's sequencers; one without says nothing."""
    length = max(len(one), len(other))
    left, right = (sequencer.upper().ljust(length, "0") for sequencer in (one, other))
    return bool(one and other) and left < right
