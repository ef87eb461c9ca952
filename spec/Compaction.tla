----------------------------- MODULE Compaction -----------------------------
(***************************************************************************)
(* The log of visibility stays short: summaries take the place of entries  *)
(* while queries read both and functions write on. One claim. What a       *)
(* version's rows mean is in Visibility.tla; here it matters that nobody   *)
(* notices the compaction.                                                 *)
(*                                                                         *)
(*   visibility/<claim>-<n>.json      `log[n]`, there while n is in `loose` *)
(*   visibility/summary-<h>-<m>.json  `summaries[m]`, there while m is in   *)
(*                                    `kept`: rows, the last number that it *)
(*                                    covers, uploads whose objects are     *)
(*                                    deleted                               *)
(*                                                                         *)
(* Each repair has a name and can be undone: Has("…").                     *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, Sequences

CONSTANTS
  NV,           \* versions
  Withdrawals,  \* how many uploads are withdrawn at most
  Writers,      \* functions that write entries at once
  Sweeps,       \* sweeps at once: a schedule that fires twice
  Killing,      \* TRUE: a sweep may be killed at any time
  LastTick,
  Summaries,    \* summaries that are written at most
  Delay,        \* T lies so far ahead
  Listing,      \* the longest time from a query's beginning till it has read the log
  Life,         \* the longest life of a function
  Kept,         \* covered entries and older summaries stay so long after the newer summary
  Grace,        \* from `visible_until` to the deletion of an upload's objects
  Undone

Has(repair) == repair \notin Undone

V == 1..NV
W == 1..Writers
S == 1..Sweeps
Never == 99
Ticks == 0..LastTick
Unread == 77

VARIABLES
  clock,
  log,          \* every entry that was ever written
  loose,        \* numbers of those that are there
  summaries,    \* every summary that was ever written: [rows, covers, swept, at]
  kept,         \* numbers of those that are there
  writer,       \* W -> [born, entries, summary]: what it has listed
  sweep,        \* S -> [born, entries, summary, step, doomed]
  withdrawals,
  reused,       \* TRUE once a number was written for the second time
  unsure        \* tick -> objects that a query of then may have missed or met, though it matters

vars == <<clock, log, loose, summaries, kept, writer, sweep, withdrawals, reused, unsure>>

---------------------------------------------------------------------------
Least(times) == IF times = {} THEN Never ELSE CHOOSE t \in times : \A u \in times : t <= u
Most(numbers) == IF numbers = {} THEN 0 ELSE CHOOSE n \in numbers : \A o \in numbers : o <= n
Row(v, from, until) == [upload |-> v, from |-> from, until |-> until]
From(rows, v) == Least({row.from : row \in {row \in rows : row.upload = v}})
Until(rows, v) == Least({row.until : row \in {row \in rows : row.upload = v}})
Mentioned(rows, v) == \E row \in rows : row.upload = v
Visible(rows, q) == {v \in V : From(rows, v) <= q /\ q < Until(rows, v)}
(* One row an upload. *)
Folded(rows) == {Row(v, From(rows, v), Until(rows, v)) : v \in {v \in V : Mentioned(rows, v)}}

Entries(numbers) == UNION {log[n] : n \in numbers}
Truth == Entries(1..Len(log))
NoSummary == [rows |-> {}, covers |-> 0, swept |-> {}, at |-> 0]
SummaryOf(m) == IF m = 0 THEN NoSummary ELSE summaries[m]

---------------------------------------------------------------------------
(* Readers list visibility/ in any order while objects come and go, and    *)
(* take every row that they find. (A query that listed an object that was  *)
(* deleted before it read it fails, and is asked again.)                   *)

Objects == {<<"entry", n>> : n \in loose} \cup {<<"summary", m>> : m \in kept}
RowsOf(object) == IF object[1] = "entry" THEN log[object[2]] ELSE summaries[object[2]].rows
Asking == {q \in 0..clock : clock <= q + Listing}
(* The rows of none, of one, or of all that it may have met: what is seen  *)
(* of an upload hangs on its earliest times, so any other choice sees what *)
(* one of these sees.                                                      *)
MayRead(q) ==
  LET certain == UNION {RowsOf(object) : object \in Objects \ unsure[q]}
      met == {RowsOf(object) : object \in unsure[q]}
  IN {certain, certain \cup UNION met} \cup {certain \cup rows : rows \in met}

Readers ==
  IF <<clock, Objects, log, summaries>>' = <<clock, Objects, log, summaries>> THEN UNCHANGED unsure ELSE
  LET changed == (Objects' \ Objects) \cup (Objects \ Objects')
      speaksOf(q, object) == \E row \in RowsOf(object)' : row.from <= q \/ row.until <= q
  IN unsure' = [q \in Ticks |-> IF q <= clock /\ clock' <= q + Listing
                                THEN unsure[q] \cup {object \in changed : speaksOf(q, object)} ELSE {}]

---------------------------------------------------------------------------
Idle == [born |-> Never, entries |-> {}, summary |-> Unread, listed |-> FALSE]
NoSweep == [born |-> Never, entries |-> {}, summary |-> Unread, listed |-> FALSE, written |-> FALSE, doomed |-> {}, planned |-> FALSE]

Init ==
  /\ clock = 0
  /\ log = <<{Row(1, 0, Never)}>> /\ loose = {1}     \* version 1 is there
  /\ summaries = <<>> /\ kept = {}
  /\ writer = [w \in W |-> Idle]
  /\ sweep = [s \in S |-> NoSweep]
  /\ withdrawals = 0
  /\ reused = FALSE
  /\ unsure = [q \in Ticks |-> {}]

Newest == Most(kept)

---------------------------------------------------------------------------
(* A function that writes an entry lists the claim's entries and reads the *)
(* newest summary; here in either order, the code lists the entries first. *)
(* core/lake/visibility-log.ts readClaimLog                                *)

lists == <<clock, log, loose, summaries, kept, withdrawals, reused>>
(* What a listing adds to what a function knows. *)
Listed(knows) == [knows EXCEPT !.entries = loose, !.listed = TRUE]
Summed(knows) == [knows EXCEPT !.summary = Newest]

Begin(w) ==
  /\ writer[w].born = Never /\ Len(log) < NV + Withdrawals
  /\ \A other \in W : other < w => writer[other].born # Never
  /\ \E begins \in {Listed(writer[w]), Summed(writer[w])} : writer' = [writer EXCEPT ![w] = [begins EXCEPT !.born = clock]]
  /\ UNCHANGED <<lists, sweep>> /\ Readers
Look(w) ==
  /\ writer[w].born # Never /\ (~writer[w].listed \/ writer[w].summary = Unread)
  /\ writer' = [writer EXCEPT ![w] = IF writer[w].listed THEN Summed(writer[w]) ELSE Listed(writer[w])]
  /\ UNCHANGED <<lists, sweep>> /\ Readers

Ready(w) == writer[w].listed /\ writer[w].summary # Unread
Covers(w) == SummaryOf(writer[w].summary).covers
(* What it takes for the claim's state, and for the number that follows.   *)
Knows(w) == SummaryOf(writer[w].summary).rows \cup Entries({n \in writer[w].entries : n > Covers(w)})
Number(w) == Most(writer[w].entries \cup (IF Has("numbers go on after a summary") THEN {Covers(w)} ELSE {})) + 1

(* What it writes: the next version, visible from T, with the end of the   *)
(* older ones; or a tombstone. That versions are enlisted first adds       *)
(* nothing here. core/lake/visibility.ts makeVisible,                      *)
(* core/lake/visibility.ts hide                                            *)
Intends(w) ==
  LET rows == Knows(w)
      retired(v) == Until(rows, v) # Never
      times == {t \in {row.from : row \in rows} \cup {row.until : row \in rows} : t # Never}
      t == Most({clock + Delay} \cup {time + 1 : time \in times})
      next == Most({row.upload : row \in Truth}) + 1     \* of the claim, not of the log
  IN {{Row(v, t, Never)} \cup {Row(u, Never, t) : u \in {u \in V : u < v /\ Mentioned(rows, u) /\ ~retired(u)}} : v \in {next} \cap V}
     \cup {{Row(v, Never, t)} : v \in {v \in V : withdrawals < Withdrawals /\ Mentioned(rows, v) /\ ~retired(v)}}
Write(w) ==
  /\ Ready(w)
  /\ LET n == Number(w) IN
     /\ writer' = [writer EXCEPT ![w] = Idle]
     /\ IF n \in loose THEN UNCHANGED <<log, loose, withdrawals, reused>>     \* refused; it begins again
        ELSE /\ \E entry \in Intends(w) :
                  /\ log' = IF n <= Len(log) THEN [log EXCEPT ![n] = entry] ELSE Append(log, entry)
                  /\ withdrawals' = IF \A row \in entry : row.from = Never /\ row.until # Never THEN withdrawals + 1 ELSE withdrawals
             /\ loose' = loose \cup {n}
             /\ reused' = (reused \/ n <= Len(log))
  /\ UNCHANGED <<clock, summaries, kept, sweep>> /\ Readers
EndOf(w) ==             \* killed, or nothing to do
  /\ writer[w].born # Never
  /\ writer' = [writer EXCEPT ![w] = Idle]
  /\ UNCHANGED <<lists, sweep>> /\ Readers

---------------------------------------------------------------------------
(* The sweep. core/lake/sweeping.ts sweepLake                              *)

SweepBegin(s) ==
  /\ sweep[s].born = Never
  /\ \A other \in S : other < s => sweep[other].born # Never
  /\ \E begins \in {Listed(sweep[s]), Summed(sweep[s])} : sweep' = [sweep EXCEPT ![s] = [begins EXCEPT !.born = clock]]
  /\ UNCHANGED <<lists, writer>> /\ Readers

Old(m) == clock >= summaries[m].at + Kept
(* What may go: entries that a summary covers, and summaries that have a   *)
(* newer one, each for long enough. core/lake/sweeping.ts deleteCovered    *)
Doomed(run) ==
  LET listed == {m \in kept : m <= run.summary}
      covered(n) == \E m \in listed : n <= summaries[m].covers /\ (Old(m) \/ ~Has("covered entries stay"))
      outdated(m) == \E newer \in listed : newer > m /\ (Old(newer) \/ ~Has("older summaries stay"))
  IN {<<"entry", n>> : n \in {n \in run.entries : covered(n)}} \cup {<<"summary", m>> : m \in {m \in listed : outdated(m)}}
SweepPlan(s) ==
  /\ sweep[s].born # Never /\ ~sweep[s].planned
  /\ LET run == IF sweep[s].listed THEN Summed(sweep[s]) ELSE Listed(sweep[s]) IN
     sweep' = [sweep EXCEPT ![s] = [run EXCEPT !.planned = TRUE, !.doomed = Doomed(run)]]
  /\ UNCHANGED <<lists, writer>> /\ Readers
SweepDelete(s) ==
  /\ \E object \in sweep[s].doomed :
       /\ sweep' = [sweep EXCEPT ![s].doomed = @ \ {object}]
       /\ loose' = loose \ (IF object[1] = "entry" THEN {object[2]} ELSE {})
       /\ kept' = kept \ (IF object[1] = "summary" THEN {object[2]} ELSE {})
  /\ UNCHANGED <<clock, log, summaries, writer, withdrawals, reused>> /\ Readers

(* The next summary: what is known, folded. The objects of uploads that    *)
(* are due were deleted before. One that was swept leaves, once no entry   *)
(* that was listed mentions it; the newest of a claim stays, for with the  *)
(* last row the number would be forgotten.                                 *)
(* core/lake/sweeping.ts summarise                                         *)
NextSummary(s) ==
  LET last == SummaryOf(sweep[s].summary)
      rows == Folded(last.rows \cup Entries({n \in sweep[s].entries : n > last.covers}))
      newest == Most({row.upload : row \in rows})
      leaves(v) == /\ v \in last.swept
                   /\ Has("no entry mentions it") => ~Mentioned(Entries(sweep[s].entries), v)
                   /\ Has("the newest stays") => v # newest
      stay == {row \in rows : ~leaves(row.upload)}
      due == {row.upload : row \in {row \in stay : row.until # Never /\ clock >= row.until + Grace}}
  IN [rows |-> stay,
      covers |-> IF stay = {} THEN 0 ELSE Most({last.covers} \cup sweep[s].entries),
      swept |-> (last.swept \cup due) \cap {row.upload : row \in stay},
      at |-> clock]
(* core/lake/sweeping.ts renewSummary, core/lake/visibility-log.ts writeSummary *)
SweepWrite(s) ==
  /\ sweep[s].planned /\ ~sweep[s].written
  /\ LET m == sweep[s].summary + 1
         next == NextSummary(s)
         last == SummaryOf(sweep[s].summary)
     IN
     /\ m <= Summaries
     /\ <<next.rows, next.covers, next.swept>> # <<last.rows, last.covers, last.swept>>
     /\ sweep' = [sweep EXCEPT ![s].written = TRUE, ![s].entries = {}]
     /\ IF m = Len(summaries) + 1 THEN summaries' = Append(summaries, next) /\ kept' = kept \cup {m}
        ELSE UNCHANGED <<summaries, kept>>      \* refused: another sweep was first
  /\ UNCHANGED <<clock, log, loose, writer, withdrawals, reused>> /\ Readers
SweepEnd(s) ==
  /\ sweep[s].born # Never
  /\ Killing \/ (sweep[s].planned /\ sweep[s].doomed = {})
  /\ sweep' = [sweep EXCEPT ![s] = NoSweep]
  /\ UNCHANGED <<lists, writer>> /\ Readers

(* No function outlives its longest life. *)
Tick ==
  /\ clock < LastTick
  /\ \A w \in W : writer[w].born # Never => clock < writer[w].born + Life
  /\ \A s \in S : sweep[s].born # Never => clock < sweep[s].born + Life
  /\ clock' = clock + 1
  /\ UNCHANGED <<log, loose, summaries, kept, writer, sweep, withdrawals, reused>> /\ Readers

---------------------------------------------------------------------------
Next ==
  \/ \E w \in W : Begin(w) \/ Look(w) \/ Write(w) \/ EndOf(w)
  \/ \E s \in S : SweepBegin(s) \/ SweepPlan(s) \/ SweepDelete(s) \/ SweepWrite(s) \/ SweepEnd(s)
  \/ Tick
Spec == Init /\ [][Next]_vars

---------------------------------------------------------------------------
(* What holds at every moment.                                             *)

(* Every query sees what the whole log says, whatever it met of it. Of an upload whose objects are deleted it sees nothing: *)
(* an outdated summary may still be met that shows one, while the one that ended it has gone.                              *)
Deleted == UNION {summaries[m].swept : m \in 1..Len(summaries)}
ReadersSeeTruth == \A q \in Asking : \A rows \in MayRead(q) : Visible(rows, q) \ Deleted = Visible(Truth, q)
(* No entry shows an upload for good whose end is nowhere else any more. *)
NothingShownAgain ==
  LET rows == Entries(loose) IN
  \A v \in V : (From(rows, v) # Never /\ Until(Truth, v) # Never) => Until(rows \cup SummaryOf(Newest).rows, v) # Never
(* A number is never written again: so If-None-Match still refuses who planned before. *)
NumbersOnce == ~reused
(* Whose entry will be accepted knows all that is to know. One that left the summary is retired. *)
WritersKnowTruth ==
  \A w \in W : (Ready(w) /\ Number(w) = Len(log) + 1) =>
    \A v \in V : \/ From(Knows(w), v) = From(Truth, v) /\ Until(Knows(w), v) = Until(Truth, v)
                 \/ ~Mentioned(Knows(w), v) /\ Until(Truth, v) # Never
(* Nothing that is there is lost: the newest summary and the entries after it are the truth. *)
LogIsWhole ==
  LET rows == SummaryOf(Newest).rows \cup Entries({n \in loose : n > SummaryOf(Newest).covers}) IN
  \A v \in V : \/ From(rows, v) = From(Truth, v) /\ Until(rows, v) = Until(Truth, v)
               \/ ~Mentioned(rows, v) /\ Until(Truth, v) # Never

---------------------------------------------------------------------------
(* What is reached. *)
NeverCompacted == ~(Len(summaries) >= 2 /\ loose = {} /\ Cardinality(kept) = 1)
NeverLeaves == ~(\E m \in kept : m > 1 /\ \E v \in V : v \in summaries[m - 1].swept /\ ~Mentioned(summaries[m].rows, v))
NeverWrittenAfterwards == ~(\E n \in loose : n > 1 /\ (n - 1) \notin loose)
NeverPlannedBefore == ~(\E w \in W : Ready(w) /\ writer[w].summary < Newest /\ Number(w) = Len(log) + 1)
NeverUnsure == \A q \in Asking : unsure[q] = {}
=============================================================================
