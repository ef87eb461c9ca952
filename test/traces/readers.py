"""Queries: whether each saw one version of each key, the one of its beginning, and all of it."""

from collections import Counter
from dataclasses import dataclass

from traces.events import Begin, End, Invoke, Listing
from traces.lake import TABLES, Lake
from traces.merges import Merges
from traces.rules import Court
from traces.visibility import Version, Visibility, fold


@dataclass
class Query:
    clock: int
    begin: int
    listed: set[str]
    # Listings of tables, and how often it listed the log.
    tables: list[Listing]
    asked: int = 0


class Readers:
    def __init__(self, lake: Lake, merges: Merges, visibility: Visibility) -> None:
        self._lake = lake
        self._merges = merges
        self._visibility = visibility
        self._running: dict[str, Query] = {}
        # The last listing of the log, folded: many queries find the same.
        self._folded: tuple[tuple[str, ...], dict[str, Version]] = ((), {})

    def report(self, event: Invoke, court: Court) -> None:
        """Whether an upload is visible whose report begins."""
        version = self._visibility.version(event.upload or "")
        since = version.visible_from if version else None
        if since is None or since > event.at:
            message = f"a report of {event.upload} is run, which is not visible yet"
            court.refuse("report-after", event.n, message, (), [version.event] if version else [])

    def begin(self, event: Begin, court: Court) -> None:
        if event.query in self._running:
            court.refuse("query-order", event.n, f"query {event.query} begins a second time")
        if event.clock > event.at:
            court.refuse("query-order", event.n, f"the clock of query {event.query} is ahead")
        self._running[event.query] = Query(event.clock, event.n, set(), [])

    def list(self, event: Listing, court: Court) -> None:
        query = self._running.get(event.query)
        if query is None:
            court.refuse("query-order", event.n, f"query {event.query} lists {event.folder}, and does not run")
            return
        there = self._lake.within(event.folder, event.days)
        listed = set(event.keys)
        if there != listed:
            message = f"query {event.query} lists {len(listed)} objects of {event.folder}, there are {len(there)}"
            court.refuse("reader-lists", event.n, message, there ^ listed)
        query.listed |= listed
        if event.folder == "visibility/":
            query.asked += 1
            self._version(event, query, court)
        elif event.folder.rstrip("/") in TABLES:
            query.tables.append(event)

    def _version(self, event: Listing, query: Query, court: Court) -> None:
        if self._folded[0] != event.keys:
            lines = (line for key in event.keys for line in self._visibility.lines.get(key, ()))
            self._folded = (event.keys, fold(lines))
        seen = {upload for upload, version in self._folded[1].items() if version.is_visible(query.clock)}
        truth = self._visibility.visible(query.clock)
        if seen != truth:
            named = [version.event for upload in seen ^ truth if (version := self._visibility.version(upload))]
            message = f"query {event.query} sees {sorted(seen - truth)} too much and {sorted(truth - seen)} too little"
            court.refuse("reader-version", event.n, message, (), [query.begin, *named])
        claims = Counter(self._visibility.claim_of.get(upload, upload) for upload in seen)
        if doubled := {claim for claim, versions in claims.items() if versions > 1}:
            message = f"query {event.query} sees several versions of {len(doubled)} keys"
            court.refuse("reader-one-version", event.n, message, doubled, [query.begin])

    def end(self, event: End, court: Court) -> None:
        query = self._running.pop(event.query, None)
        if query is None:
            court.refuse("query-order", event.n, f"query {event.query} ends, and does not run")
            return
        unlisted = set(event.read) - query.listed
        if unlisted:
            message = f"query {event.query} read what it had not listed"
            court.refuse("reader-read", event.n, message, unlisted, [query.begin])
        if event.state != "SUCCEEDED":
            # It gave no answer; whoever asked asks again.
            return
        if event.missing:
            message = f"query {event.query} succeeded without {len(event.missing)} objects"
            court.refuse("reader-missing", event.n, message, event.missing, [query.begin])
        # One that never asks the log reads the tables below the views, and sees what there is.
        if query.asked:
            if query.asked < len(query.tables):
                message = f"query {event.query} reads {len(query.tables)} tables and asks the log {query.asked} times"
                court.refuse("reader-asks", event.n, message, (), [query.begin])
            visible = self._visibility.visible(query.clock)
            for listing in query.tables:
                self._whole(listing, query, visible, court)

    def _whole(self, listing: Listing, query: Query, visible: set[str], court: Court) -> None:
        table = listing.folder.rstrip("/")
        listed, days, known = set(listing.keys), set(listing.days), {*listing.days, *listing.ruled_out}
        for upload in visible:
            mine = [made for made in self._merges.made_of(upload) if made.table == table]
            missing = [made.key for made in mine if made.day in days and made.key not in listed]
            if missing:
                message = f"query {listing.query} lists {len(missing)} objects of {upload} too few"
                court.refuse("reader-whole", listing.n, message, missing, [query.begin])
            unknown = [made.key for made in mine if made.day not in known]
            if unknown:
                message = f"query {listing.query} does not know {len(unknown)} objects' days of {upload}"
                court.refuse("reader-catalogued", listing.n, message, unknown, [query.begin])
