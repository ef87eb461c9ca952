"""Where the time of an execution went, from its history."""

from collections.abc import Mapping, Sequence
from typing import Any

# Stage, and the states that belong to it beside the one of its name. What waits belongs to what is waited for.
STAGES: Mapping[str, tuple[str, ...]] = {
    "Plan": ("Plan upload", "Plan upload exactly"),
    "Validate": ("Validate chunks", "Judge upload"),
    "Publish": ("Stream upload",),
    "Land": ("Await landing", "Wait for records to land"),
    "Seal": ("Seal upload",),
    "Catalogue": ("Catalogue new partitions", "Start crawler", "Wait for crawler", "Look at crawler"),
    "Make visible": ("Make upload visible",),
    "Join": ("Join reporting", "Wait for the round before"),
    "Reports": ("List saved reports", "Run reports"),
    "Page and exports": ("Publish reports",),
}
OTHER = "Rest"


def stage_of(state: str) -> str:
    """The stage that a state belongs to; `Rest` for those that only pass on, and for what nobody told here."""
    return next((stage for stage, states in STAGES.items() if state in states), OTHER)


def spans(events: Sequence[Mapping[str, Any]]) -> list[tuple[str, float, float]]:
    """States of the execution itself, in order, each with the epoch seconds at which it was entered and left.

    What is entered while another state is open is inside a branch or an iteration of that one, and counts with it.
    A state that was not left, as when a redrive went on elsewhere, ends with the last event.
    """
    found: list[tuple[str, float, float]] = []
    open_state: str | None = None
    entered = 0.0
    for event in events:
        at = event["timestamp"].timestamp()
        if open_state is None and "stateEnteredEventDetails" in event:
            open_state, entered = event["stateEnteredEventDetails"]["name"], at
        elif open_state is not None and event.get("stateExitedEventDetails", {}).get("name") == open_state:
            found.append((open_state, entered, at))
            open_state = None
    if open_state is not None:
        found.append((open_state, entered, events[-1]["timestamp"].timestamp()))
    return found


def seconds_by_stage(events: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds of each stage; `Rest` is the time between the execution's begin and end that no stage has."""
    stages = dict.fromkeys([*STAGES, OTHER], 0.0)
    for state, entered, left in spans(events):
        stages[stage_of(state)] += left - entered
    whole = events[-1]["timestamp"].timestamp() - events[0]["timestamp"].timestamp()
    stages[OTHER] += max(0.0, whole - sum(stages.values()))
    return stages


def seconds_between(events: Sequence[Mapping[str, Any]], first: str, last: str) -> float:
    """From the moment at which a state was entered first to that at which another was left last."""
    found = spans(events)
    begins = [entered for state, entered, _ in found if state == first]
    ends = [left for state, _, left in found if state == last]
    return max(ends) - min(begins) if begins and ends else 0.0


def shares(seconds: Mapping[str, float]) -> dict[str, float]:
    """Of the sum of all, as a share of 1; nothing took no time."""
    whole = sum(seconds.values())
    return {stage: (took / whole if whole else 0.0) for stage, took in seconds.items()}
