"""The log of visibility: what each entry may say after those before it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from traces.claims import Claims
from traces.events import Put
from traces.lake import ENTRY, Lake, merge_of, shown_as
from traces.rules import Court


@dataclass(frozen=True)
class Line:
    upload: str
    generation: int
    visible_from: int | None
    until: int | None


@dataclass
class Version:
    """What the log says of an upload, and the events that said it."""

    generation: int
    enlisted: int | None = None
    visible_from: int | None = None
    until: int | None = None
    event: int = 0

    def is_visible(self, clock: int) -> bool:
        return (
            self.visible_from is not None and self.visible_from <= clock and (self.until is None or clock < self.until)
        )


@dataclass
class Log:
    last: int = 0
    event: int = 0
    versions: dict[str, Version] = field(default_factory=dict)

    def times(self) -> list[int]:
        named = [(version.visible_from, version.until) for version in self.versions.values()]
        return [time for pair in named for time in pair if time is not None]


class Visibility:
    def __init__(self, lake: Lake, claims: Claims) -> None:
        self._lake = lake
        self._claims = claims
        # By the id of the claim.
        self.logs: dict[str, Log] = {}
        self.claim_of: dict[str, str] = {}
        # Lines of every object of the log that was ever there.
        self.lines: dict[str, tuple[Line, ...]] = {}

    def version(self, upload: str) -> Version | None:
        claim = self.claim_of.get(upload)
        return None if claim is None else self.logs[claim].versions.get(upload)

    def visible(self, clock: int) -> set[str]:
        """Uploads that queries of this moment see."""
        versions = (pair for log in self.logs.values() for pair in log.versions.items())
        return {upload for upload, version in versions if version.is_visible(clock)}

    def judge(self, put: Put, court: Court) -> str | None:
        """Judge an entry; gives the upload that it makes visible."""
        if put.condition != "absent":
            court.refuse("log-conditional", put.n, "an entry is written without that condition", [put.key])
        found = ENTRY.match(put.key)
        if put.status >= 300 or found is None:
            return None
        claim, number = found[1], int(found[2])
        log = self.logs.setdefault(claim, Log())
        if number != log.last + 1:
            earlier = [log.event] if log.event else []
            court.refuse("log-number", put.n, f"entry {number} follows entry {log.last}", [put.key], earlier)
        lines = self._read(put, court)
        for line in lines:
            self._claim(put, claim, log, line, court)
        flipped = [line for line in lines if line.visible_from is not None]
        if flipped:
            self._flip(put, log, flipped[0], lines, court)
        else:
            for line in lines:
                self._enlist_or_retire(put, claim, log, line, court)
        self._apply(put, claim, number, log, lines)
        return flipped[0].upload if flipped else None

    def _read(self, put: Put, court: Court) -> tuple[Line, ...]:
        try:
            lines = read_lines(put.body)
        except (ValueError, KeyError) as error:
            court.refuse("log-lines", put.n, f"an entry cannot be read: {error!r}", [put.key])
            lines = ()
        uploads = [line.upload for line in lines]
        flips = [line for line in lines if line.visible_from is not None]
        if not lines or len(set(uploads)) < len(uploads) or len(flips) > 1 or any(line.until for line in flips):
            court.refuse("log-lines", put.n, f"an entry has {len(lines)} lines, {len(flips)} make visible", [put.key])
        return lines

    def _claim(self, put: Put, claim: str, log: Log, line: Line, court: Court) -> None:
        held = self._claims.held.get(claim)
        generation = held.holders.get(shown_as(line.upload)) if held else None
        # A withdrawal of what the log does not know, and the claim has left, has no way to know it.
        is_stray = line.until is not None and line.upload not in log.versions and line.generation == 0
        if generation is None or (line.generation != generation and not is_stray):
            message = f"{line.upload} is said to be generation {line.generation}, its claim says {generation}"
            court.refuse("log-claim", put.n, message, [put.key], [held.event] if held else [])

    def _flip(self, put: Put, log: Log, flip: Line, lines: tuple[Line, ...], court: Court) -> None:
        moment = flip.visible_from or 0
        mine = log.versions.get(flip.upload)
        is_copy = merge_of(flip.upload) is not None
        if not is_copy and (mine is None or mine.enlisted is None):
            court.refuse("flip-enlisted", put.n, f"{flip.upload} was not enlisted", [put.key])
        if mine is not None and mine.until is not None:
            court.refuse("flip-retired", put.n, f"{flip.upload} was retired", [put.key], [mine.event])
        if mine is not None and mine.visible_from is not None:
            court.refuse("flip-once", put.n, f"{flip.upload} is visible already", [put.key], [mine.event])
        self._moment(put, log, moment, court)
        if is_copy:
            return
        untils = {line.upload: line.until for line in lines if line.until is not None}
        for upload, version in log.versions.items():
            if version.generation >= flip.generation or version.until is not None:
                continue
            if untils.get(upload) != moment:
                message = f"{upload}, which is older than {flip.upload}, stays"
                court.refuse("flip-hides-older", put.n, message, [put.key], [version.event])
        for upload in untils:
            other = log.versions.get(upload)
            if other is None or other.generation >= flip.generation:
                court.refuse("flip-only-older", put.n, f"{upload} is no older one than {flip.upload}", [put.key])
            elif other.until is not None:
                court.refuse("retire-once", put.n, f"{upload} was retired already", [put.key], [other.event])

    def _enlist_or_retire(self, put: Put, claim: str, log: Log, line: Line, court: Court) -> None:
        known = log.versions.get(line.upload)
        if line.until is None:
            if known is not None:
                message = f"{line.upload} is in the log already"
                court.refuse("enlist-once", put.n, message, [put.key], [known.event])
            newer = {name: other for name, other in log.versions.items() if other.generation > line.generation}
            if newer:
                message = f"{line.upload} is enlisted, though {next(iter(newer))} was"
                court.refuse("enlist-order", put.n, message, [put.key], [other.event for other in newer.values()])
            return
        if known is not None and known.until is not None:
            court.refuse("retire-once", put.n, f"{line.upload} was retired already", [put.key], [known.event])
        held = self._claims.held.get(claim)
        if held is not None and held.upload == shown_as(line.upload) and not held.withdrawn:
            message = f"{line.upload} is hidden, and its key stands for it"
            court.refuse("hide-claim-first", put.n, message, [put.key], [held.event])
        if known is not None and known.visible_from is not None:
            self._moment(put, log, line.until, court)

    def _moment(self, put: Put, log: Log, moment: int, court: Court) -> None:
        if moment <= put.at:
            message = f"its moment {moment} is {put.at - moment} ms before it"
            court.refuse("moment-ahead", put.n, message, [put.key])
        later = [time for time in log.times() if time >= moment]
        if later:
            message = f"its moment {moment} is not later than {max(later)}, which the log named"
            court.refuse("moment-latest", put.n, message, [put.key], [log.event])

    def _apply(self, put: Put, claim: str, number: int, log: Log, lines: Iterable[Line]) -> None:
        for line in lines:
            version = log.versions.setdefault(line.upload, Version(line.generation, event=put.n))
            version.event = put.n
            if line.visible_from is None and line.until is None:
                version.enlisted = version.enlisted or put.n
            version.visible_from = earliest(version.visible_from, line.visible_from)
            version.until = earliest(version.until, line.until)
            self.claim_of[line.upload] = claim
        self.lines[put.key] = tuple(lines)
        log.last, log.event = max(number, log.last), put.n


def earliest(one: int | None, other: int | None) -> int | None:
    times = [time for time in (one, other) if time is not None]
    return min(times) if times else None


def read_lines(body: str) -> tuple[Line, ...]:
    found = [json.loads(line) for line in body.splitlines() if line]
    return tuple(
        Line(line["upload_id"], line["generation"], line.get("visible_from"), line.get("visible_until"))
        for line in found
    )


def fold(lines: Iterable[Line]) -> dict[str, Version]:
    """What lines say together: the earliest of each time."""
    versions: dict[str, Version] = {}
    for line in lines:
        version = versions.setdefault(line.upload, Version(line.generation))
        version.visible_from = earliest(version.visible_from, line.visible_from)
        version.until = earliest(version.until, line.until)
    return versions
