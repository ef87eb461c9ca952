"""What may be deleted and when, and what a summary has to say."""

import json
from dataclasses import dataclass

from traces.events import Delete, Put
from traces.lake import ENTRY, MERGED, SEALED, SUMMARY, TABLE_OBJECT, Lake
from traces.merges import Merges
from traces.rules import Court
from traces.visibility import Line, Version, Visibility, fold, read_lines

# S3 tells when an object was written in whole seconds.
SECOND = 1_000


@dataclass(frozen=True)
class Summary:
    number: int
    # By claim, the number of its last entry that is summed up.
    covered: dict[str, int]
    lines: dict[str, tuple[Line, ...]]
    event: int
    at: int


class Sweeping:
    def __init__(self, lake: Lake, merges: Merges, visibility: Visibility) -> None:
        self._lake = lake
        self._merges = merges
        self._visibility = visibility
        # By shard, those that are there, the newest last; and the last number.
        self._summaries: dict[str, list[Summary]] = {}
        self._last: dict[str, int] = {}

    def judge_summary(self, put: Put, court: Court) -> None:
        if put.condition != "absent":
            court.refuse("log-conditional", put.n, "a summary is written without that condition", [put.key])
        found = SUMMARY.match(put.key)
        if put.status >= 300 or found is None:
            return
        shard, number = found[1], int(found[2])
        if number != self._last.get(shard, 0) + 1:
            message = f"summary {number} follows summary {self._last.get(shard, 0)}"
            court.refuse("summary-number", put.n, message, [put.key])
        summary = self._read(put, number, court)
        self._last[shard] = max(number, self._last.get(shard, 0))
        self._summaries.setdefault(shard, []).append(summary)
        self._visibility.lines[put.key] = tuple(line for lines in summary.lines.values() for line in lines)
        for claim in summary.lines:
            if claim not in self._visibility.logs or not claim.startswith(shard):
                court.refuse("summary-says", put.n, f"there is no log of claim {claim}", [put.key])
        for claim in self._visibility.logs:
            if claim.startswith(shard):
                self._readable(claim, put.n, "summary-says", put.key, court)

    def _read(self, put: Put, number: int, court: Court) -> Summary:
        covered: dict[str, int] = {}
        texts: dict[str, list[str]] = {}
        for text in put.body.splitlines():
            line = json.loads(text)
            claim = line["claim"]
            if covered.setdefault(claim, line["n"]) != line["n"]:
                court.refuse("summary-says", put.n, f"two numbers are said to be the last of {claim}", [put.key])
            texts.setdefault(claim, []).append(text)
            if line.get("swept"):
                self._swept(put, line["upload_id"], court)
        lines = {claim: read_lines("\n".join(held)) for claim, held in texts.items()}
        return Summary(number, covered, lines, put.n, put.at)

    def _swept(self, put: Put, upload: str, court: Court) -> None:
        version = self._visibility.version(upload)
        left = self._merges.left_of(upload)
        if left or version is None or version.until is None:
            what = f"{len(left)} objects are there" if left else "it was not retired"
            court.refuse("summary-swept", put.n, f"{upload} is said to be swept, and {what}", [put.key, *left])

    def _loose(self, claim: str) -> dict[int, tuple[Line, ...]]:
        """Entries of a claim that are there, by number."""
        prefix = f"visibility/{claim}-"
        keys = (key for key in self._lake.within("visibility/", ()) if key.startswith(prefix))
        return {int(key[len(prefix) : -len(".json")]): self._visibility.lines.get(key, ()) for key in keys}

    def _readable(self, claim: str, event: int, rule: str, key: str, court: Court) -> None:
        """Whether the newest summary and the entries that follows say of a claim what all its entries did."""
        summaries = self._summaries.get(claim[0], [])
        newest = summaries[-1] if summaries else None
        loose = self._loose(claim)
        log = self._visibility.logs[claim]
        last = newest.covered.get(claim, 0) if newest else 0
        lines = list(newest.lines.get(claim, ())) if newest else []
        while last + 1 in loose:
            last += 1
            lines.extend(loose[last])
        if last != log.last:
            message = f"of claim {claim}, what is left is readable up to entry {last} of {log.last}"
            court.refuse(rule, event, message, [key], [log.event])
            return
        said, named = fold(lines), {line.upload for held in loose.values() for line in held}
        for upload, version in log.versions.items():
            if upload not in said:
                if not self._is_swept(upload, version) or upload in named:
                    message = f"of claim {claim}, {upload} is left out"
                    court.refuse(rule, event, message, [key], [version.event])
            elif differs(said[upload], version):
                message = f"of claim {claim}, something else is said of {upload} than its entries did"
                court.refuse(rule, event, message, [key], [version.event])
        if said.keys() - log.versions.keys():
            court.refuse(rule, event, f"of claim {claim}, an upload is named that no entry did", [key])

    def _is_swept(self, upload: str, version: Version) -> bool:
        return version.until is not None and not self._merges.left_of(upload)

    def judge_delete(self, delete: Delete, court: Court) -> None:
        """Judge deletions, after the objects are gone."""
        for key in delete.keys:
            if found := TABLE_OBJECT.match(key):
                self._retired(found[3], key, delete, court)
            elif found := MERGED.match(key):
                self._shared(int(found[3]), key, delete, court)
            elif found := SEALED.match(key):
                self._retired(found[1], key, delete, court)
                if left := self._merges.left_of(found[1]):
                    message = f"{len(left)} objects of {found[1]} are there still"
                    court.refuse("delete-order", delete.n, message, [key, *left])
            elif found := ENTRY.match(key):
                self._covered(found[1], int(found[2]), key, delete, court)
            elif found := SUMMARY.match(key):
                self._superseded(found[1], int(found[2]), key, delete, court)
            else:
                court.refuse("kept", delete.n, "it is deleted", [key])

    def _shared(self, number: int, key: str, delete: Delete, court: Court) -> None:
        """An object that uploads share goes when none of those that the merge names is seen any more."""
        record = self._merges.records.get(number)
        if record is None or record.state != "done":
            court.refuse("delete-retired", delete.n, f"merge {number} is not done", [key])
        elif delete.at < record.done_at + self._lake.grace:
            message = f"merge {number} is done since {(delete.at - record.done_at) // 1000} s"
            court.refuse("delete-retired", delete.n, message, [key], [record.event])
        for copy in record.members if record else ():
            self._retired(copy, key, delete, court)

    def _retired(self, upload: str, key: str, delete: Delete, court: Court) -> None:
        version = self._visibility.version(upload)
        if version is None or version.until is None:
            court.refuse("delete-retired", delete.n, f"{upload} is not retired", [key])
        elif delete.at < version.until + self._lake.grace:
            message = f"{upload} is retired since {(delete.at - version.until) // 1000} s"
            court.refuse("delete-retired", delete.n, message, [key], [version.event])

    def _covered(self, claim: str, number: int, key: str, delete: Delete, court: Court) -> None:
        summaries = self._summaries.get(claim[0], [])
        covering = [summary for summary in summaries if summary.covered.get(claim, 0) >= number]
        if not any(self._has_age(summary, delete) for summary in covering):
            message = "no summary has covered it for long enough"
            court.refuse("log-covered", delete.n, message, [key], [summary.event for summary in covering])
        elif claim in self._visibility.logs:
            self._readable(claim, delete.n, "log-covered", key, court)

    def _superseded(self, shard: str, number: int, key: str, delete: Delete, court: Court) -> None:
        newer = [summary for summary in self._summaries.get(shard, []) if summary.number > number]
        if not any(self._has_age(summary, delete) for summary in newer):
            message = "no newer summary is old enough"
            court.refuse("log-covered", delete.n, message, [key], [summary.event for summary in newer])
        kept = [summary for summary in self._summaries.get(shard, []) if summary.number != number]
        self._summaries[shard] = kept

    def _has_age(self, summary: Summary, delete: Delete) -> bool:
        return delete.at + SECOND >= summary.at + self._lake.grace


def differs(one: Version, other: Version) -> bool:
    return (one.generation, one.visible_from, one.until) != (other.generation, other.visible_from, other.until)
