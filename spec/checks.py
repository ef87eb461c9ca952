"""What is checked: a module, what happens in it, and what has to hold or to break. README.md explains the constants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = bool | int | str | frozenset[int] | frozenset[str]
Kind = Literal["holds", "progress", "reached", "revert"]


@dataclass(frozen=True)
class Check:
    """One run of TLC."""

    name: str
    kind: Kind
    module: str
    constants: Mapping[str, Value]
    invariants: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    # The invariant or property that has to break; None where all have to hold.
    breaks: str | None = None
    # Runs in `make test`, too.
    small: bool = False
    seconds: int = 480
    # A repair whose lack shows in the end alone, if nothing is delayed for ever.
    in_the_end: bool = False

    @property
    def specification(self) -> str:
        return "LiveSpec" if self.kind == "progress" or self.in_the_end else "Spec"

    @property
    def java(self) -> tuple[str, ...]:
        """What compiles fast is done before what runs fast has been compiled."""
        return ("-XX:TieredStopAtLevel=1",) if self.small else ()


NONE: frozenset[int] = frozenset()

# Two versions of a file, one after another, each with an object in both tables, and nothing goes wrong.
VISIBILITY: dict[str, Value] = {
    "NV": 2, "NF": 2, "Bad": NONE, "Doubled": NONE, "Withdrawn": 0, "Legacy": False,
    "Lambdas": 2, "Kills": 0, "Twins": 0, "LostAnswers": 0, "Failures": 0,
    "LastTick": 5, "Delay": 1, "Skew": 0, "Margin": 0, "Late": 0, "Query": 1, "Grace": 3, "Life": 2,
    "Undone": NONE,
}  # fmt: skip
# With one object a version there are fewer orders of the copies.
ONE_TABLE: dict[str, Value] = {"NF": 1}
THREE: dict[str, Value] = {"NV": 3, "NF": 1}
READERS = (
    "ReadersSeeWhole", "ReadersSeeOne", "NoFalseSuperseded", "SealedIsSeen", "OneStays", "NewestInTheEnd",
    "WithdrawnIsGone", "WithdrawalSparesOthers", "SweptLeavesNothing",
)  # fmt: skip

# Two records, and a driver that dies beside one that lives on; an answer is lost.
LANDING: dict[str, Value] = {
    "NR": 2, "Drivers": 2, "Restarts": False, "OldPage": False, "Overtakes": False,
    "Zombies": 1, "Crashes": 1, "Losses": 0, "Repeats": 0, "Republications": 0, "Eager": False, "Fresh": 1,
    "Unreadable": False, "LostAnswers": 1, "RacedLog": True, "OnRefusal": "plan again",
    "Undone": NONE,
}  # fmt: skip
LEDGER = (
    "NothingDoubled", "NothingLost", "LedgerNamesOnce", "NeverStuck", "ObjectsAsNamed", "KnownHasLanded",
    "NumbersWithoutGap",
)  # fmt: skip

# A version that is replaced, one writer, one sweep that may be killed anywhere.
COMPACTION: dict[str, Value] = {
    "NV": 2, "Withdrawals": 0, "Writers": 1, "Sweeps": 1, "Killing": True, "LastTick": 6, "Summaries": 3,
    "Delay": 1, "Listing": 1, "Life": 1, "Kept": 2, "Grace": 1,
    "Undone": NONE,
}  # fmt: skip
TRUTH = ("ReadersSeeTruth", "NothingShownAgain", "NumbersOnce", "WritersKnowTruth", "LogIsWhole")

# A key with two versions and a key with one, merged by one function; the first version and the other key are there.
MERGING: dict[str, Value] = {
    "Versions": 2, "Claims": 2, "There": frozenset({1, 3}), "NF": 1, "NM": 2, "Withdrawn": 0,
    "Mergers": 1, "Seals": 1, "Kills": 0, "LostAnswers": 0, "Redrives": 0,
    "LastTick": 4, "Delay": 1, "Query": 1, "Grace": 2, "Life": 1, "Timeless": False,
    "Undone": NONE,
}  # fmt: skip
LONE: dict[str, Value] = {"Claims": 1, "There": frozenset({1})}
PAIR: dict[str, Value] = {"Versions": 1, "There": frozenset({1, 2})}
TIMELESS: dict[str, Value] = {"Timeless": True, "LastTick": 0, "NM": 3}
MOVED = (
    "ReadersSeeOnce", "ReadersSeeOne", "OneStays", "NoFalseSuperseded", "SealedIsSeen", "WithdrawnIsGone",
    "GoneIsDeleted", "GoneLeavesNothing", "NumbersOnce", "OlderAreDone",
)  # fmt: skip

SETTINGS = {"Visibility": VISIBILITY, "Landing": LANDING, "Compaction": COMPACTION, "Merging": MERGING}
INVARIANTS = {"Visibility": READERS, "Landing": LEDGER, "Compaction": TRUTH, "Merging": MOVED}


def changed(module: str, *changes: Mapping[str, Value], **more: Value) -> dict[str, Value]:
    constants = dict(SETTINGS[module])
    for change in (*changes, more):
        unknown = change.keys() - constants.keys()
        assert not unknown, f"{module} has no {unknown}"
        constants.update(change)
    return constants


def holds(name: str, module: str, *changes: Mapping[str, Value], small: bool = False, also: tuple[str, ...] = (),
          **more: Value) -> Check:  # fmt: skip
    """Everything holds."""
    invariants = INVARIANTS[module] + also
    return Check(name, "holds", module, changed(module, *changes, **more), invariants, small=small)


def progress(name: str, module: str, what: str, *changes: Mapping[str, Value], small: bool = False,
             **more: Value) -> Check:  # fmt: skip
    """It comes to its end."""
    return Check(name, "progress", module, changed(module, *changes, **more), properties=(what,), small=small)


def reached(name: str, module: str, never: str, *changes: Mapping[str, Value], small: bool = False,
            **more: Value) -> Check:  # fmt: skip
    """It happens: that it never does is broken."""
    return Check(name, "reached", module, changed(module, *changes, **more), (never,), breaks=never, small=small)


def revert(name: str, module: str, breaks: str, *changes: Mapping[str, Value], undone: str | None = None,
           is_property: bool = False, in_the_end: bool = False, small: bool = True,
           **more: Value) -> Check:  # fmt: skip
    """With one repair undone, by its name or by a constant, the invariant breaks that it is for."""
    if undone is not None:
        more["Undone"] = frozenset({undone})
    what = () if is_property else (breaks,)
    properties = (breaks,) if is_property else ()
    constants = changed(module, *changes, **more)
    return Check(name, "revert", module, constants, what, properties, breaks, small, in_the_end=in_the_end)


V, L, C, M = "Visibility", "Landing", "Compaction", "Merging"
RETIRED = ("SupersededIsRetired",)

CHECKS = [
    # Visibility.
    holds("calm", V, LastTick=7, also=RETIRED),
    holds("kills and lost answers", V, ONE_TABLE, Kills=1, LostAnswers=1, also=RETIRED),
    holds("twins", V, ONE_TABLE, Twins=1),
    holds("kills, twins and lost answers", V, ONE_TABLE, LastTick=3, Kills=1, Twins=1, LostAnswers=1),
    holds("doubled event", V, ONE_TABLE, Doubled=frozenset({2}), Kills=1, LastTick=4, also=RETIRED),
    holds("old version withdrawn", V, ONE_TABLE, Withdrawn=1, LostAnswers=1, LastTick=4, also=RETIRED),
    holds("new version withdrawn", V, ONE_TABLE, Withdrawn=2, Kills=1, LastTick=4),
    holds("only version withdrawn", V, NV=1, Withdrawn=1, Kills=1, Twins=1, LostAnswers=1, LastTick=5),
    holds("bad third version", V, THREE, Bad=frozenset({3}), LastTick=4, also=RETIRED),
    holds("bad third version, second withdrawn", V, THREE, Legacy=True, Bad=frozenset({3}), Withdrawn=2, LastTick=4),
    holds("three versions, skewed clocks", V, THREE, Legacy=True, Delay=2, Skew=1, Margin=1),
    holds("late writes, longer queries", V, ONE_TABLE, Delay=3, Skew=1, Margin=1, Late=1, Query=2),
    holds("failed and redriven", V, ONE_TABLE, Failures=1, Kills=1, also=RETIRED),
    holds("sealed by release 0.1", V, Legacy=True, Twins=1, LastTick=5, small=True),
    progress("every execution ends", V, "EveryExecutionEnds", ONE_TABLE, Kills=1, LostAnswers=1, LastTick=3),
    progress("every execution ends, twins", V, "EveryExecutionEnds", ONE_TABLE, Twins=1, LastTick=2),
    # Landing.
    holds("zombie", L, small=True),
    holds("zombie that ends when refused", L, OnRefusal="end", Crashes=0, Republications=1, Eager=True),
    holds("lost records", L, Losses=1, Republications=1),
    holds("records sent twice", L, Repeats=1, Crashes=0),
    holds("three drivers", L, Drivers=3, Zombies=2, Crashes=0, LostAnswers=0),
    holds("three records", L, NR=3, Crashes=0, Fresh=0),
    holds("checkpoint lost at any start", L, Unreadable=True, Repeats=0, Crashes=1),
    holds("landed in part by release 0.1", L, OldPage=True, Crashes=0, Repeats=1),
    holds("overtaken while it lands", L, Overtakes=True, Crashes=0, small=True),
    progress("upload is sealed", L, "IsSealed", Restarts=True, Fresh=0, RacedLog=False),
    progress("upload is sealed, fresh checkpoint", L, "IsSealed", Restarts=True, RacedLog=False, Crashes=0),
    progress("upload is sealed, lost record", L, "IsSealed", Restarts=True, Losses=1, Republications=1, Crashes=0,
             Fresh=0),
    # Compaction.
    holds("compaction, for a short time", C, LastTick=3, small=True),
    holds("compaction", C),
    holds("compaction with a withdrawal", C, Withdrawals=1, LastTick=3),
    holds("two sweeps at once", C, Sweeps=2, LastTick=3, Summaries=2),
    holds("two writers at once", C, Writers=2, LastTick=4),
    holds("longer life", C, Life=2, Grace=3, Kept=3, Listing=2, LastTick=5),

    # Merging.
    holds("merging", M),
    holds("two objects", M, LONE, NF=2, Kills=1, LastTick=3),
    holds("merging, a key without versions", M, PAIR, Withdrawn=1, LastTick=3, small=True),
    holds("two functions, a key without versions", M, PAIR, Mergers=2, Withdrawn=1, LastTick=3),
    holds("two at one merge", M, LONE, Mergers=2, LostAnswers=1, LastTick=2),
    holds("two at one merge of two keys", M, Mergers=2, LastTick=1),
    holds("open for long", M, PAIR, Claims=1, There=frozenset({1}), Withdrawn=1, NF=2, Mergers=2, LastTick=5),
    holds("three merges", M, PAIR, Withdrawn=1, NM=3, LastTick=5),
    holds("killed, and an answer lost", M, LONE, Kills=1, LostAnswers=1, LastTick=4),
    holds("new version withdrawn after a merge", M, LONE, Withdrawn=2, Redrives=1, LastTick=3),
    holds("merged and redriven", M, LONE, Redrives=1, Seals=2, LastTick=3),
    holds("old version withdrawn after a merge", M, LONE, Withdrawn=1, LastTick=3),
    progress("the dead is deleted", M, "DeadIsDeleted", TIMELESS, Withdrawn=2, Kills=1),

    # Each of these happens.
    reached("all versions sealed", V, "NeverAllSealed"),
    reached("replaced and swept", V, "NeverSweptAfterReplacement", ONE_TABLE, small=True, LastTick=6),
    reached("query of the old one while the next is flipped", V, "NeverSeenWhileNextIsFlipped", ONE_TABLE),
    reached("query reads the old one after its end", V, "NeverReadAfterRetirement", ONE_TABLE, small=True),
    reached("refused entry", V, "NeverRefusedWrite", ONE_TABLE),
    reached("overtaken while it is sealed, and swept", V, "NeverSupersededByFlip", ONE_TABLE, LastTick=6),
    reached("bad newest beside a good one", V, "NeverBadNewest", THREE, Bad=frozenset({3}), LastTick=4),
    reached("redriven and sealed", V, "NeverRedriven", ONE_TABLE, Failures=1),
    reached("new version after a withdrawal", V, "NeverWithdrawnAndSealedAgain", ONE_TABLE, Withdrawn=1),
    reached("sealed from two drivers", L, "NeverSealedByTwo", small=True),
    reached("refused by another's page", L, "NeverAnothersPage", small=True),
    reached("refused by its own page", L, "NeverOwnPage", small=True),
    reached("sealed after a loss", L, "NeverSealedAfterLoss", Losses=1, Republications=1, Crashes=0),
    reached("sealed from a fresh checkpoint", L, "NeverSealedAfresh"),
    reached("two drivers in one batch", L, "NeverRacedBatch"),
    reached("passed over as overtaken", L, "NeverPassedOver", Overtakes=True),
    reached("merged anew", M, "NeverMergedTwice"),
    reached("a merge is swept", M, "NeverSwept"),
    reached("a member was replaced before it moved", M, "NeverDeadMember"),
    reached("merged and redriven, at work", M, "NeverRedrivenAfterMerge", LONE, Redrives=1),
    reached("the copy alone is in the log", M, "NeverLeftForCopy", LONE),
    reached("everything is in one summary", C, "NeverCompacted"),
    reached("an upload leaves the summary", C, "NeverLeaves", small=True),
    reached("entries after a summary", C, "NeverWrittenAfterwards"),
    reached("planned before a compaction, accepted after it", C, "NeverPlannedBefore", small=True),

    # Each undoes one repair.
    revert("T is now", V, "ReadersSeeOne", ONE_TABLE, Delay=0),
    revert("T is no later than a write is late", V, "ReadersSeeOne", ONE_TABLE, Late=1),
    revert("T is no later than clocks differ", V, "ReadersSeeOne", ONE_TABLE, Skew=1),
    revert("reports begin at T by a clock that is ahead", V, "SealedIsSeen", ONE_TABLE, Delay=2, Skew=1),
    revert("reports begin before T", V, "SealedIsSeen", ONE_TABLE, undone="wait for T"),
    revert("T before times that are there", V, "ReadersSeeWhole", THREE, Legacy=True, Delay=2, Skew=1,
           undone="T after every time"),
    revert("new and old in two entries", V, "ReadersSeeWhole", ONE_TABLE, undone="one entry"),
    revert("new and old in two entries, killed between", V, "NewestInTheEnd", ONE_TABLE, Kills=1, undone="one entry",
           small=False),
    revert("old objects deleted at once", V, "ReadersSeeWhole", ONE_TABLE, Grace=0),
    revert("grace no longer than a Lambda's life", V, "SweptLeavesNothing", ONE_TABLE, Twins=1, Grace=2),
    revert("flip before the catalogue", V, "ReadersSeeWhole", undone="catalogue before flip"),
    revert("flip before the catalogue, nothing to see", V, "OneStays", ONE_TABLE, undone="catalogue before flip",
           small=False),
    revert("claim read before the visibility", V, "ReadersSeeWhole", ONE_TABLE, undone="visibility before claim"),
    revert("enlisted ones not retired", V, "ReadersSeeWhole", ONE_TABLE, undone="the enlisted is retired too"),
    revert("newer ones retired too", V, "NoFalseSuperseded", ONE_TABLE, undone="by generation"),
    revert("retired one flipped", V, "WithdrawalSparesOthers", THREE, Legacy=True, Bad=frozenset({3}), Withdrawn=2,
           LastTick=4, undone="the retired is not flipped"),
    revert("superseded leaves what it enlisted", V, "SupersededIsRetired", ONE_TABLE, undone="superseded retires"),
    revert("withdrawal without a tombstone", V, "WithdrawnIsGone", NV=1, Withdrawn=1, undone="tombstone"),
    revert("a refusal means superseded", V, "NoFalseSuperseded", ONE_TABLE, LostAnswers=1,
           undone="look after a refusal"),
    revert("entries without a condition", V, "SealedIsSeen", ONE_TABLE, undone="if-none-match"),
    revert("entries are written again", V, "EntriesStay", ONE_TABLE, undone="if-none-match", is_property=True),
    revert("pages without a number", L, "LedgerNamesOnce", undone="numbered pages"),
    revert("number taken at the commit", L, "LedgerNamesOnce", undone="number of the plan"),
    revert("pages without a condition", L, "KnownHasLanded", undone="if-none-match"),
    revert("pages without a condition, stuck", L, "NeverStuck", undone="if-none-match", small=False),
    revert("a refusal means committed", L, "KnownHasLanded", undone="look after a refusal"),
    revert("names of the batch, doubled", L, "NothingDoubled", undone="names of their own"),
    revert("names of the batch, lost", L, "NothingLost", undone="names of their own"),
    revert("names of the batch, another content", L, "ObjectsAsNamed", undone="names of their own", small=False),
    revert("covered entries deleted at once", C, "ReadersSeeTruth", undone="covered entries stay"),
    revert("older summaries deleted at once", C, "ReadersSeeTruth", undone="older summaries stay"),
    revert("covered entries stay no longer than a Lambda lives", C, "NumbersOnce", Writers=2, Kept=1, Life=2,
           LastTick=4),
    revert("numbers begin anew after a summary", C, "NumbersOnce", undone="numbers go on after a summary"),
    revert("a swept upload leaves while an entry mentions it", C, "NothingShownAgain", undone="no entry mentions it"),
    revert("covered entries stay no longer than it takes to list them", C, "WritersKnowTruth", NV=1, Withdrawals=1,
           Writers=2, Kept=1, Life=2, LastTick=4),
    revert("the last upload of a claim leaves", C, "NumbersOnce", Withdrawals=1, Killing=False,
           undone="the newest stays", small=False),
    revert("moved before the objects are there", M, "ReadersSeeOnce", undone="objects before the move"),
    revert("the new id and the end of the old in two entries", M, "ReadersSeeOnce", undone="one entry"),
    revert("two entries, missed in between", M, "ReadersSeeOne", undone="one entry", LastTick=2),
    revert("two entries, killed in between", M, "SealedIsSeen", LONE, undone="one entry"),
    revert("two entries, killed in between, none is seen", M, "OneStays", LONE, undone="one entry", small=False),
    revert("moved without a condition", M, "ReadersSeeOnce", undone="if-none-match"),
    revert("retired one moved", M, "ReadersSeeOnce", undone="the retired is not moved"),
    revert("unknown one moved", M, "ReadersSeeOnce", LONE, undone="the unknown is not moved"),
    revert("replacement leaves copies", M, "ReadersSeeOnce", undone="replacement ends copies"),
    revert("withdrawal leaves copies", M, "WithdrawnIsGone", Withdrawn=1, undone="withdrawal ends copies"),
    revert("a merged upload is superseded", M, "NoFalseSuperseded", Redrives=1, undone="a copy counts as the upload"),
    revert("a merged upload is sealed again", M, "ReadersSeeOnce", PAIR, Claims=1,
           There=frozenset({1}), Redrives=1, undone="a copy counts without the upload's line"),
    revert("objects of a merge are replaced", M, "ReadersSeeOnce", Kills=1, undone="never replaced"),
    revert("a merge's objects deleted while a member lives", M, "ReadersSeeOnce", PAIR, Withdrawn=1,
           undone="all members' ends"),
    revert("a merge's objects deleted as soon as it is done", M, "GoneLeavesNothing", PAIR, Claims=1,
           There=frozenset({1}), Withdrawn=1, Mergers=2, LastTick=3, undone="done for as long"),
    revert("a merge's objects deleted within a Lambda's life", M, "GoneLeavesNothing", PAIR, Claims=1,
           There=frozenset({1}), Withdrawn=1, Mergers=2, LastTick=3, Grace=1),
    revert("a copy leaves the log before its objects", M, "GoneIsDeleted", undone="copies leave after their objects"),
    revert("a merge with dead rows is left alone", M, "DeadIsDeleted", TIMELESS, undone="merged anew for the dead",
           is_property=True, in_the_end=True),
    revert("a merge's number is given twice", M, "NumbersOnce", LONE, LastTick=4,
           undone="the gone keep their number"),
    revert("the next merge before the last is done", M, "OlderAreDone", Kills=1, undone="one after another"),
    revert("the last upload of a claim leaves, the next is lost", C, "LogIsWhole", Withdrawals=1, Killing=False,
           undone="the newest stays", small=False),
]  # fmt: skip
