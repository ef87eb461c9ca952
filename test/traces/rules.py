"""The rules by which a trace is judged, and what is said of one that breaks them.

They are the invariants of the specification in words of objects and calls: what may take effect, given what took effect
before. Each rule has a name, by which forged traces and refusals call it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

RULES = {
    # Who
    "writer": "an object is written, and deleted, by the part of Cellflow that the contract names",
    # Claims
    "claim-conditional": "a claim is written under a condition",
    "claim-forward": "a claim moves to later versions only, never back to one that held it; a withdrawal stays",
    "claim-generation": "each upload that takes a claim counts it up by one",
    # Landing and the ledger
    "landing-once": "an object that landed is written once: never again with other bytes",
    "ledger-conditional": "a page of the ledger is written where there is none",
    "ledger-number": "a page of the ledger has the number that follows the last one",
    "ledger-record-once": "no record is in two pages",
    "ledger-objects-first": "the objects that a page names are there before it, as large as it says",
    "ledger-object-once": "no object is named by two pages",
    "ledger-says": "a page is of its own upload and number, and tells all bytes of its objects and their rows",
    # The log of visibility
    "log-conditional": "an entry, and a summary, is written where there is none",
    "log-number": "an entry of a claim has the number that follows the last one, also where that was summed up",
    "log-lines": "an entry holds lines of the log, of each upload one at most, and makes one visible at most",
    "log-claim": "an entry is about uploads that have held its claim, with the generation that they had",
    "enlist-once": "an upload is enlisted once",
    "enlist-order": "no upload is enlisted after one that took the claim later",
    "flip-enlisted": "only what was enlisted becomes visible",
    "flip-retired": "what was retired never becomes visible",
    "flip-once": "an upload becomes visible at one moment",
    "flip-put": "all objects of an upload are in the tables before it becomes visible",
    "flip-catalogued": "all days of an upload are in the catalogue before it becomes visible",
    "flip-hides-older": "what becomes visible retires all older ones of its claim, in one entry, at one moment",
    "flip-only-older": "what becomes visible retires no newer one",
    "retire-once": "an upload is retired at one moment",
    "hide-claim-first": "the version that a claim stands for is hidden only after the claim was marked as withdrawn",
    "moment-ahead": "a moment at which queries see something else is later than the write that names it",
    "moment-latest": "such a moment is later than all that the log of the claim named before",
    # Sealing
    "sealed-enlisted": "what an upload will have in the tables is written down after it was enlisted",
    "sealed-same": "it is written down always the same",
    "sealed-says": "it has the rows that the ledger names, table by table and day by day",
    "table-enlisted": "an object is put into a table after its upload was enlisted",
    "table-declared": "an object is put into a table after it was written down that it will be there",
    "table-says": "it is as large as what the ledger names of its table and day",
    "table-late": "nothing is put later after its retirement than a function lives",
    "table-same": "an object of a table has the same bytes whenever it is put",
    # Merging
    "merge-conditional": "a merge is written down where no other of its number is, and moved from what it is",
    "merge-number": "a merge has the number that follows the last one",
    "merge-serial": "a merge begins when the one before is no more open",
    "merge-says": (
        "a merge names uploads that were visible, each once, with its rows and a copy of the merge's number, "
        "and an object for each of their tables and days"
    ),
    "merge-forward": "a merge is open, then done, then gone, and says the same until then",
    "merge-moved": "a merge is done when each copy that it names is in the log",
    "merged-once": "an object that uploads share is put where there is none, once",
    "merged-declared": "such an object is put while a merge that names it is open",
    "copy-declared": "a copy comes into the log while a merge that names it is open",
    "copy-one-entry": (
        "a copy becomes visible at the moment at which what it is made of is retired, "
        "by one entry that says nothing else"
    ),
    "copy-put": "all objects that hold rows of a copy are in the tables before it becomes visible",
    "copy-retired": "a copy is never visible where what it is made of was retired, and only there",
    "hide-copies": "what hides an upload hides all of its copies, by the same entry",
    # Sweeping
    "delete-retired": (
        "an object of a table is deleted when all in it was retired, and its merge done, a query's longest time ago"
    ),
    "delete-order": "what names an upload's objects is deleted after all of them",
    "log-covered": "an entry is deleted when a summary has covered it for a query's longest time",
    "summary-number": "a summary has the number that follows the last one",
    "summary-says": "a summary, with the entries that follow it, says what all entries said, but for what is swept",
    "summary-swept": "a summary calls swept what is retired and has no objects any more",
    "kept": "claims, pages of the ledger, records of merges and what landed are not deleted",
    # Readers
    "report-after": "a report of an upload is run when queries see the upload",
    "query-order": "a query lists after it began and before it ended; its clock is not ahead",
    "reader-lists": "a query lists what is there, all of it",
    "reader-asks": "a query asks the log of visibility for each table",
    "reader-one-version": "a query sees one version of a key at most",
    "reader-version": "a query sees exactly what is visible at its beginning, in each table",
    "reader-whole": "of what a query sees, it lists all objects in the days that it reads",
    "reader-catalogued": "no day of what a query sees is unknown to the catalogue",
    "reader-missing": "a query that lacked an object does not succeed",
    "reader-read": "a query reads what it listed",
}


@dataclass(frozen=True)
class Refusal:
    """An event that a rule forbids, given those before it."""

    rule: str
    event: int
    message: str
    # Objects that it is about.
    objects: tuple[str, ...] = ()
    # Earlier events that it is about.
    earlier: tuple[int, ...] = ()

    def __str__(self) -> str:
        earlier = f", after event {', '.join(map(str, self.earlier))}" if self.earlier else ""
        shown = ", ".join(self.objects[:4]) + (f" and {len(self.objects) - 4} more" if len(self.objects) > 4 else "")
        objects = f" [{shown}]" if self.objects else ""
        return f"event {self.event}{earlier}: {self.message}{objects}. {self.rule}: {RULES[self.rule]}"


class Court:
    """Collects refusals; one that is about what a test did itself is none."""

    def __init__(self) -> None:
        self.refusals: list[Refusal] = []

    def refuse(
        self, rule: str, event: int, message: str, objects: Iterable[str] = (), earlier: Iterable[int] = ()
    ) -> None:
        if rule not in RULES:
            raise KeyError(rule)
        self.refusals.append(Refusal(rule, event, message, tuple(sorted(objects)), tuple(earlier)))
