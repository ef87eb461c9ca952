"""Entries of the log of visibility that are about copies: how a merge moves an upload to rows that it shares."""

from traces.events import Put
from traces.lake import ENTRY, Lake, merge_of, part_of, shown_as
from traces.merges import Merges
from traces.rules import Court
from traces.visibility import Line, Log, Visibility, read_lines


class Copies:
    def __init__(self, lake: Lake, merges: Merges, visibility: Visibility) -> None:
        self._lake = lake
        self._merges = merges
        self._visibility = visibility

    def judge(self, put: Put, court: Court) -> None:
        """Judge an entry before it counts."""
        found = ENTRY.match(put.key)
        if put.status >= 300 or found is None:
            return
        try:
            lines = read_lines(put.body)
        except (ValueError, KeyError):
            # Whoever judges entries says so.
            return
        log = self._visibility.logs.get(found[1], Log())
        new = [line for line in lines if merge_of(line.upload) is not None and line.upload not in log.versions]
        if bool(new) != (part_of(put.by) == "merge-days"):
            message = f"{part_of(put.by)} writes an entry by which {len(new)} copies come into the log"
            court.refuse("writer", put.n, message, [put.key])
        for line in new:
            self._comes(put, log, line, lines, court)
        if not any(line.visible_from is not None for line in lines):
            self._leaves(put, log, lines, court)

    def _comes(self, put: Put, log: Log, line: Line, lines: tuple[Line, ...], court: Court) -> None:
        record = self._merges.record_of(line.upload)
        member = record.members.get(line.upload) if record else None
        if record is None or member is None or record.state != "open":
            earlier = [record.event] if record else []
            court.refuse("copy-declared", put.n, f"no open merge names {line.upload}", [put.key], earlier)
            return
        source = log.versions.get(member.source)
        was_retired = source is None or source.until is not None
        if line.visible_from is None:
            if not was_retired or line.until is None or len(lines) != 1:
                message = f"{line.upload} is not seen, though {member.source} is"
                court.refuse("copy-retired", put.n, message, [put.key], [source.event] if source else [])
            return
        if was_retired:
            message = f"{line.upload} is seen, and {member.source} was retired"
            court.refuse("copy-retired", put.n, message, [put.key], [source.event] if source else [])
        others = [(other.upload, other.until) for other in lines if other is not line]
        if others != [(member.source, line.visible_from)]:
            message = f"{line.upload} comes, and not only {member.source} goes at that moment"
            court.refuse("copy-one-entry", put.n, message, [put.key])
        missing = [made.key for made in self._merges.made_of(line.upload) if made.key not in self._lake.objects]
        if missing:
            message = f"{len(missing)} objects that are to have rows of {line.upload} are not in the tables"
            court.refuse("copy-put", put.n, message, missing, [record.event])

    def _leaves(self, put: Put, log: Log, lines: tuple[Line, ...], court: Court) -> None:
        """What hides an upload hides all that bears its rows."""
        ends = {line.upload for line in lines if line.until is not None}
        uploads = {shown_as(end) for end in ends}
        for shown, version in log.versions.items():
            if shown_as(shown) in uploads and version.until is None and shown not in ends:
                court.refuse("hide-copies", put.n, f"{shown} stays", [put.key], [version.event])
