------------------------------ MODULE Merging ------------------------------
(***************************************************************************)
(* Rows of many small uploads move into objects that they share, while     *)
(* versions of their files come, are withdrawn, redriven and swept.        *)
(* Several claims, since an object of a merge belongs to several; the      *)
(* flips themselves are looked at in Visibility.tla.                       *)
(*                                                                         *)
(*   visibility/<claim>-<n>.json `log[claim][n]`                           *)
(*   <table>/day=…/<upload>-…    `own`: <<upload, object>>                 *)
(*   merges/<n>.json             `merges[n]`: members, each from an id     *)
(*                               to an id; open, done, gone                *)
(*   <table>/day=…/merged-<n>    `merged[n][object]`: ids of its rows      *)
(*                                                                         *)
(* An id is <<upload, 0>>, under which an upload is sealed, or             *)
(* <<upload, n>>: its copy in merge n. A copy is a thing of its own in the *)
(* log, of the same claim and generation; queries see the upload.          *)
(*                                                                         *)
(* Each repair has a name and can be undone: Has("…").                     *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, Sequences

CONSTANTS
  \* What comes.
  Versions,     \* uploads of the first claim, one replacing the other
  Claims,       \* claims; each but the first has one upload
  There,        \* uploads that are visible at the beginning
  NF,           \* objects of an upload, and of a merge
  NM,           \* merges at most
  Withdrawn,    \* the upload that somebody withdraws; 0: nobody does
  \* What goes wrong, how often at most.
  Mergers,      \* merge functions at once: a schedule that fires twice
  Seals,        \* functions of uploads at once
  Kills,        \* functions that are killed
  LostAnswers,  \* entries that are applied and answered by an error
  Redrives,     \* times that a function of an upload begins again: a retry, a twin, a redrive
  \* Times, in ticks.
  LastTick, Delay, Query, Grace, Life,
  Timeless,     \* TRUE: every time that is named has come, and has been for long; for progress
  \* Repairs that are undone.
  Undone

Has(repair) == repair \notin Undone

K == 1..Claims
U == 1..(Versions + Claims - 1)         \* among versions of a claim the number is the generation
ClaimOf(u) == IF u <= Versions THEN 1 ELSE u - Versions + 1
F == 1..NF
N == 1..NM
Id == U \X (0..NM)
OfClaim(k) == {u \in U : ClaimOf(u) = k}
Never == 99
Ticks == 0..LastTick
NoObject == {}         \* one without rows is not written

VARIABLES
  clock,
  claim,        \* K -> [holder, withdrawn]
  stage,        \* U -> what its execution was told last
  log,          \* K -> entries; an entry is a set of rows [id, from, until]
  own,          \* objects of uploads
  merges,       \* [members, done, gone]: done since when
  merged,       \* N -> F -> ids whose rows the object has
  merger,       \* what a merge function knows
  seal,         \* what a function of an upload knows
  withdrawal,   \* since when the withdrawn is hidden
  gone,         \* ids that left the log; a query may still meet an old summary that shows one
  reused,       \* TRUE once a merge's number was written for the second time
  budget,
  late          \* K -> tick -> entries that came after it began, and speak of it or of an earlier one

vars == <<clock, claim, stage, log, own, merges, merged, merger, seal, withdrawal, gone, reused, budget, late>>

---------------------------------------------------------------------------
(* The fold of a claim's entries. core/lake/visibility-log.ts foldClaim    *)

Least(times) == IF times = {} THEN Never ELSE CHOOSE t \in times : \A u \in times : t <= u
Most(numbers) == IF numbers = {} THEN 0 ELSE CHOOSE n \in numbers : \A o \in numbers : o <= n
Row(id, from, until) == [id |-> id, from |-> from, until |-> until]
Rows(k, numbers) == UNION {log[k][n] : n \in numbers}
RowsOf(id, numbers) == {row \in Rows(ClaimOf(id[1]), numbers) : row.id = id}
Now(k) == Len(log[k])
All(id) == 1..Now(ClaimOf(id[1]))

Known(id) == \E row \in Rows(ClaimOf(id[1]), All(id)) : row.id = id
From(id, numbers) == Least({row.from : row \in RowsOf(id, numbers)})
Until(id, numbers) == Least({row.until : row \in RowsOf(id, numbers)})
Retired(id) == \E row \in Rows(ClaimOf(id[1]), All(id)) : row.id = id /\ row.until # Never
IsOpen(id) == Known(id) /\ ~Retired(id)
Lives(id) == ~Retired(id) /\ \E row \in Rows(ClaimOf(id[1]), All(id)) : row.id = id /\ row.from # Never
Ids(k) == {row.id : row \in Rows(k, 1..Now(k))}
(* The time has come, and is so long ago. *)
Since(t, long) == t # Never /\ (Timeless \/ clock >= t + long)

Visible(k, numbers, q) ==
  LET rows == Rows(k, numbers) IN {row.id : row \in {row \in rows : row.from <= q}} \ {row.id : row \in {row \in rows : row.until <= q}}
Uploads(ids) == {id[1] : id \in ids}
Seen(k) == Uploads(Visible(k, 1..Now(k), clock))
Current(u) == claim[ClaimOf(u)] = [holder |-> u, withdrawn |-> FALSE]

(* Rows of an id in an object of a table. *)
HasRows(id, f) == IF id[2] = 0 THEN <<id[1], f>> \in own ELSE id \in merged[id[2]][f]
NoRows(id) == \A f \in F : ~HasRows(id, f)

---------------------------------------------------------------------------
(* Readers, as in Visibility.tla.                                          *)

Asking == {q \in 0..clock : clock <= q + Query}
MaySee(k, q) == {Visible(k, (1..Now(k) \ late[k][q]) \cup found, q) : found \in SUBSET late[k][q]}

Readers ==
  IF log' = log /\ clock' = clock THEN UNCHANGED late ELSE
  LET speaksOf(k, q) == {n \in 1..Len(log'[k]) : /\ n > Len(log[k]) \/ log'[k][n] # log[k][n]
                                                 /\ \E row \in log'[k][n] : row.from <= q \/ row.until <= q}
  IN late' = [k \in K |-> [q \in Ticks |-> IF q <= clock /\ clock' <= q + Query THEN late[k][q] \cup speaksOf(k, q) ELSE {}]]

---------------------------------------------------------------------------
NoMerger == [pc |-> "idle", n |-> 0, born |-> 0, members |-> {}, left |-> {}, read |-> 0, t |-> 0, at |-> 0]
NoSeal == [pc |-> "idle", of |-> 0, born |-> 0, read |-> 0, t |-> 0, at |-> 0]

Init ==
  /\ clock = 0
  /\ claim = [k \in K |-> [holder |-> Most(There \cap OfClaim(k)), withdrawn |-> FALSE]]
  /\ stage = [u \in U |-> IF u \in There THEN "visible" ELSE "event"]
  /\ log = [k \in K |-> IF There \cap OfClaim(k) = {} THEN <<>> ELSE <<{Row(<<u, 0>>, 0, Never) : u \in There \cap OfClaim(k)}>>]
  /\ own = There \X F
  /\ merges = <<>>
  /\ merged = [n \in N |-> [f \in F |-> NoObject]]
  /\ merger = [i \in 1..Mergers |-> NoMerger]
  /\ seal = [i \in 1..Seals |-> NoSeal]
  /\ withdrawal = Never
  /\ gone = {}
  /\ reused = FALSE
  /\ budget = [kills |-> Kills, answers |-> LostAnswers, redrives |-> Redrives]
  /\ late = [k \in K |-> [q \in Ticks |-> {}]]

Spend(what) == budget[what] > 0 /\ budget' = [budget EXCEPT ![what] = @ - 1]

(* A conditional write of the entry that follows what was read.            *)
(* core/lake/visibility-log.ts appendEntry                                 *)
Put(k, read, entry, done, unsure) ==
  LET n == read + 1 IN
  \/ /\ n = Now(k) + 1
     /\ log' = [log EXCEPT ![k] = Append(@, entry)]
     /\ \/ done /\ UNCHANGED budget
        \/ unsure /\ Spend("answers")
  \/ /\ n # Now(k) + 1 /\ UNCHANGED budget
     /\ IF Has("if-none-match") THEN unsure /\ UNCHANGED log
        ELSE done /\ log' = [log EXCEPT ![k][n] = entry]

(* A moment in the future that is later than all that the log names.       *)
Instant(k) ==
  LET rows == Rows(k, 1..Now(k))
      times == {t \in {row.from : row \in rows} \cup {row.until : row \in rows} : t # Never}
  IN Most({clock + Delay} \cup {t + 1 : t \in times})

---------------------------------------------------------------------------
(* Uploads. What comes before the log, and what Visibility.tla looks at    *)
(* step by step, is one step here.                                         *)

Uploading == <<merges, merged, merger, withdrawal, gone, reused, clock>>
Claim(u) ==
  /\ stage[u] = "event" /\ claim[ClaimOf(u)].holder = Most({v \in OfClaim(ClaimOf(u)) : v < u})
  /\ claim' = [claim EXCEPT ![ClaimOf(u)] = [holder |-> u, withdrawn |-> FALSE]]
  /\ stage' = [stage EXCEPT ![u] = "runs"]
  /\ UNCHANGED <<log, own, seal, budget, Uploading>> /\ Readers

(* An execution's function begins; or begins again: beside one that runs,  *)
(* or long after the upload was sealed; at the seal, or at the flip.       *)
Invoke(u) ==
  /\ \E i \in 1..Seals :
       /\ seal[i].pc = "idle" /\ \A j \in 1..Seals : j < i => seal[j].pc # "idle"
       /\ \/ /\ stage[u] = "runs" /\ \A j \in 1..Seals : seal[j].of # u
             /\ seal' = [seal EXCEPT ![i] = [NoSeal EXCEPT !.pc = "look", !.of = u, !.born = clock]]
             /\ UNCHANGED budget
          \/ /\ stage[u] \in {"runs", "visible"} /\ Spend("redrives")
             /\ \E pc \in {"look"} \cup (IF stage[u] = "visible" \/ <<u, 1>> \in own THEN {"look for the flip"} ELSE {}) :
                  seal' = [seal EXCEPT ![i] = [NoSeal EXCEPT !.pc = pc, !.of = u, !.born = clock]]
  /\ UNCHANGED <<claim, stage, log, own, Uploading>> /\ Readers

Ends(i, told) ==
  /\ seal' = [seal EXCEPT ![i] = NoSeal]
  /\ stage' = [stage EXCEPT ![seal[i].of] = IF @ = "superseded" THEN @ ELSE told]
Goes(i, pc) == seal' = [seal EXCEPT ![i] = [@ EXCEPT !.pc = pc, !.read = 0, !.t = 0, !.at = 0]] /\ UNCHANGED stage

(* An upload that was merged: its own line has ended, or left the log.     *)
CopyLives(u) == Has("a copy counts as the upload") /\ \E n \in N : Lives(<<u, n>>)
(* A copy is looked for whatever is known of the upload's own line.        *)
IsMerged(u) == CopyLives(u) /\ (Retired(<<u, 0>>) \/ Has("a copy counts without the upload's line"))

(* core/lake/visibility.ts enlist                                          *)
EnlistLook(i) ==
  LET u == seal[i].of id == <<u, 0>> IN
  /\ seal[i].pc = "look"
  /\ IF IsMerged(u) THEN Ends(i, "visible")
     ELSE IF Retired(id) THEN Ends(i, "superseded")
     ELSE IF Known(id) THEN Goes(i, "copy")
     ELSE IF ~Current(u) THEN Ends(i, "superseded")
     ELSE seal' = [seal EXCEPT ![i].pc = "enlist", ![i].read = Now(ClaimOf(u))] /\ UNCHANGED stage
  /\ UNCHANGED <<claim, log, own, budget, Uploading>> /\ Readers
Enlist(i) ==
  /\ seal[i].pc = "enlist"
  /\ Put(ClaimOf(seal[i].of), seal[i].read, {Row(<<seal[i].of, 0>>, Never, Never)}, Goes(i, "copy"), Goes(i, "look"))
  /\ UNCHANGED <<claim, own, Uploading>> /\ Readers
(* core/lake/sealing.ts seal *)
Copy(i) ==
  /\ seal[i].pc = "copy"
  /\ own' = own \cup ({seal[i].of} \X F)
  /\ Goes(i, "look for the flip")
  /\ UNCHANGED <<claim, log, budget, Uploading>> /\ Readers
(* core/lake/visibility.ts makeVisible *)
FlipLook(i) ==
  LET u == seal[i].of id == <<u, 0>> IN
  /\ seal[i].pc = "look for the flip"
  /\ IF IsMerged(u) THEN Ends(i, "visible")
     ELSE IF ~IsOpen(id) THEN Ends(i, "superseded")
     ELSE IF From(id, All(id)) # Never THEN Ends(i, "visible")
     ELSE /\ seal' = [seal EXCEPT ![i].pc = "flip", ![i].read = Now(ClaimOf(u)), ![i].t = Instant(ClaimOf(u)), ![i].at = clock]
          /\ UNCHANGED stage
  /\ UNCHANGED <<claim, log, own, budget, Uploading>> /\ Readers
Flip(i) ==
  LET u == seal[i].of
      k == ClaimOf(u)
      older == {id \in Ids(k) : IsOpen(id) /\ id[1] < u /\ (id[2] = 0 \/ Has("replacement ends copies"))}
  IN
  /\ seal[i].pc = "flip"
  /\ IF clock > seal[i].at THEN Goes(i, "look for the flip") /\ UNCHANGED <<log, budget>>
     ELSE Put(k, seal[i].read, {Row(<<u, 0>>, seal[i].t, Never)} \cup {Row(id, Never, seal[i].t) : id \in older},
              Ends(i, "visible"), Goes(i, "look for the flip"))
  /\ UNCHANGED <<claim, own, Uploading>> /\ Readers
SealKilled(i) ==
  /\ seal[i].pc # "idle"
  /\ IF ~Timeless /\ clock >= seal[i].born + Life THEN UNCHANGED budget ELSE Spend("kills")
  /\ seal' = [seal EXCEPT ![i] = NoSeal]
  /\ UNCHANGED <<claim, stage, log, own, Uploading>> /\ Readers
Seal(i) == EnlistLook(i) \/ Enlist(i) \/ Copy(i) \/ FlipLook(i) \/ Flip(i)

(* The claim, then the entry: with it all copies, and the older versions,  *)
(* where it held the claim. core/lake/withdrawal.ts withdrawUpload,        *)
(* core/lake/visibility.ts hide                                            *)
Withdraw ==
  LET u == Withdrawn
      k == ClaimOf(u)
      whole == claim[k].holder = u
      concerned == {id \in Ids(k) : /\ id[1] = u \/ (whole /\ id[1] < u)
                                    /\ id[2] = 0 \/ Has("withdrawal ends copies")}
      open == {id \in concerned \cup {<<u, 0>>} : ~Retired(id)}
      t == Instant(k)
  IN
  /\ u # 0 /\ withdrawal = Never /\ stage[u] # "event"
  /\ withdrawal' = t
  /\ claim' = IF whole THEN [claim EXCEPT ![k].withdrawn = TRUE] ELSE claim
  /\ log' = IF open = {} THEN log ELSE [log EXCEPT ![k] = Append(@, {Row(id, Never, t) : id \in open})]
  /\ UNCHANGED <<stage, own, seal, budget, merges, merged, merger, gone, reused, clock>> /\ Readers

---------------------------------------------------------------------------
(* The merge function, on a schedule. functions/merge-days.ts merge    *)

Merging == <<claim, stage, own, seal, withdrawal, gone, clock>>
Be(i, changed) == merger' = [merger EXCEPT ![i] = changed]
Then(i, pc, left) == Be(i, [merger[i] EXCEPT !.pc = pc, !.left = left, !.read = 0, !.t = 0, !.at = 0, !.members = {}])

(* One that is gone keeps its number. *)
IsNumber(n) == n \in 1..Len(merges) /\ (~merges[n].gone \/ Has("the gone keep their number"))
Newest == Most({n \in N : IsNumber(n)})
IsDone(n) == merges[n].done # Never
Members(n) == merges[n].members
(* Rows that nobody sees any more lie in objects of the merge. *)
HasDead(n) == \E member \in Members(n) : Retired(member.to)
(* What is merged: uploads as they were sealed, and what lives of a merge  *)
(* some of whose rows are dead, that those go with its objects.            *)
Candidates ==
  {id \in UNION {Ids(k) : k \in K} : Lives(id) /\ (id[2] = 0 \/ (HasDead(id[2]) /\ Has("merged anew for the dead")))}
(* The last merge is gone on with; only when it is done there is a next.   *)
(* core/lake/merging/merging.ts mergeDays,                                 *)
(* core/lake/merging/planning.ts planMerge                                 *)
Begin(i) ==
  /\ merger[i].pc = "idle" /\ \A j \in 1..Mergers : j < i => merger[j].pc # "idle"
  /\ IF Newest # 0 /\ ~IsDone(Newest) /\ Has("one after another")
     THEN Be(i, [NoMerger EXCEPT !.pc = "write", !.n = Newest, !.born = clock, !.left = F])
     ELSE /\ Candidates # {} /\ Newest < NM
          /\ Be(i, [NoMerger EXCEPT !.pc = "record", !.n = Newest + 1, !.born = clock,
                    !.members = {[from |-> id, to |-> <<id[1], Newest + 1>>] : id \in Candidates}])
  /\ UNCHANGED <<log, merges, merged, reused, budget, Merging>> /\ Readers
(* core/lake/merging/merges.ts beginMerge *)
First == IF Has("objects before the move") THEN "write" ELSE "move"
Record(i) ==
  LET n == merger[i].n
      merge == [members |-> merger[i].members, done |-> Never, gone |-> FALSE] IN
  /\ merger[i].pc = "record"
  /\ IF IsNumber(n)
     THEN UNCHANGED <<merges, reused>> /\ Be(i, NoMerger)      \* refused: another was first
     ELSE /\ merges' = IF n <= Len(merges) THEN [merges EXCEPT ![n] = merge] ELSE Append(merges, merge)
          /\ reused' = (reused \/ n <= Len(merges))
          /\ IF First = "write" THEN Then(i, "write", F) ELSE Then(i, "move", merger[i].members)
  /\ UNCHANGED <<log, merged, budget, Merging>> /\ Readers

(* An object of the merge, of what is there of its members; one that is    *)
(* there already stays as it is. core/lake/merging/writing.ts writeMerged  *)
Write(i) ==
  LET n == merger[i].n
      f == Least(merger[i].left)
      rows == {member.to : member \in {member \in Members(n) : HasRows(member.from, f)}}
      left == merger[i].left \ {f}
  IN
  /\ merger[i].pc = "write"
  /\ merged' = IF merged[n][f] # NoObject /\ Has("never replaced") THEN merged ELSE [merged EXCEPT ![n][f] = rows]
  /\ IF left # {} THEN Then(i, "write", left)
     ELSE IF Has("objects before the move") THEN Then(i, "move", Members(n)) ELSE Then(i, "close", {})
  /\ UNCHANGED <<log, merges, reused, budget, Merging>> /\ Readers

(* One entry a member: it is seen under its new id from T on, and under    *)
(* the old one till T. core/lake/merging/moving.ts moveMember              *)
Member(i) == CHOOSE member \in merger[i].left : TRUE
Moved(i) ==
  LET left == merger[i].left \ {Member(i)} IN
  IF left # {} THEN Then(i, "move", left)
  ELSE IF Has("objects before the move") THEN Then(i, "close", {}) ELSE Then(i, "write", F)
(* One that was retired, or of which the log says nothing any more, is     *)
(* dead: its copy never shows.                                             *)
IsDead(id) ==
  \/ Has("the retired is not moved") /\ Retired(id)
  \/ Has("the unknown is not moved") /\ ~Known(id)
MoveLook(i) ==
  LET member == Member(i)
      k == ClaimOf(member.to[1])
  IN
  /\ merger[i].pc = "move"
  /\ IF Known(member.to) THEN Moved(i)
     ELSE Be(i, [merger[i] EXCEPT !.pc = "entry", !.read = Now(k), !.t = IF IsDead(member.from) THEN Never ELSE Instant(k), !.at = clock])
  /\ UNCHANGED <<log, merges, merged, reused, budget, Merging>> /\ Readers
MoveWrite(i) ==
  LET member == Member(i)
      k == ClaimOf(member.to[1])
      t == merger[i].t
      again == Then(i, "move", merger[i].left)
      shown == Row(member.to, t, Never)
      ended == Row(member.from, Never, t)
  IN
  /\ merger[i].pc = "entry"
  /\ IF t = Never THEN Put(k, merger[i].read, {Row(member.to, Never, merger[i].at)}, Moved(i), again)
     ELSE IF clock > merger[i].at THEN again /\ UNCHANGED <<log, budget>>
     ELSE IF Has("one entry") THEN Put(k, merger[i].read, {shown, ended}, Moved(i), again)
     ELSE \E first \in {shown, ended} :
            LET second == {shown, ended} \ {first} IN
            Put(k, merger[i].read, {first}, Be(i, [merger[i] EXCEPT !.pc = "second entry", !.members = second, !.read = @ + 1]), again)
  /\ UNCHANGED <<merges, merged, reused, Merging>> /\ Readers
MoveSecond(i) ==        \* the single entry undone
  LET k == ClaimOf(Member(i).to[1]) IN
  /\ merger[i].pc = "second entry"
  /\ Put(k, merger[i].read, merger[i].members, Moved(i), Be(i, [merger[i] EXCEPT !.read = Now(k)]))
  /\ UNCHANGED <<merges, merged, reused, Merging>> /\ Readers

(* core/lake/merging/merges.ts closeMerge *)
Close(i) ==
  /\ merger[i].pc = "close"
  /\ merges' = IF IsDone(merger[i].n) THEN merges ELSE [merges EXCEPT ![merger[i].n].done = clock]
  /\ Be(i, NoMerger)
  /\ UNCHANGED <<log, merged, reused, budget, Merging>> /\ Readers
MergerKilled(i) ==
  /\ merger[i].pc # "idle"
  /\ IF ~Timeless /\ clock >= merger[i].born + Life THEN UNCHANGED budget ELSE Spend("kills")
  /\ Be(i, NoMerger)
  /\ UNCHANGED <<log, merges, merged, reused, Merging>> /\ Readers
Merge(i) == Record(i) \/ Write(i) \/ MoveLook(i) \/ MoveWrite(i) \/ MoveSecond(i) \/ Close(i)

---------------------------------------------------------------------------
(* The sweep. What is due stays due, so each deletion stands for itself:   *)
(* a sweep may be killed between any two.                                  *)

Sweeping == <<clock, claim, stage, merger, seal, withdrawal, reused, budget>>
Due(id) == Known(id) /\ Since(Until(id, All(id)), Grace)
(* core/lake/sweeping.ts sweepLake *)
SweepOwn(u) ==
  /\ Due(<<u, 0>>) /\ ~NoRows(<<u, 0>>)
  /\ own' = own \ ({u} \X F)
  /\ UNCHANGED <<log, merges, merged, gone, late, Sweeping>>

(* A merge's objects, when it was done long enough ago, and all of its     *)
(* copies ended as long ago. Then it is gone.                              *)
(* core/lake/sweeping.ts sweepMerges, core/lake/merging/merges.ts forgetMerge *)
IsOver(id) == Due(id) \/ ~Known(id)
MergeDue(n) ==
  /\ ~merges[n].gone /\ IsDone(n)
  /\ Has("done for as long") => Since(merges[n].done, Grace)
  /\ IF Has("all members' ends") THEN \A member \in Members(n) : IsOver(member.to) ELSE \E member \in Members(n) : IsOver(member.to)
SweepMerged(n, f) ==
  /\ n <= Len(merges) /\ MergeDue(n) /\ merged[n][f] # NoObject
  /\ merged' = [merged EXCEPT ![n][f] = NoObject]
  /\ UNCHANGED <<log, own, merges, gone, late, Sweeping>>
SweepRecord(n) ==
  /\ n <= Len(merges) /\ MergeDue(n) /\ \A f \in F : merged[n][f] = NoObject
  /\ merges' = [merges EXCEPT ![n].gone = TRUE]
  /\ UNCHANGED <<log, own, merged, gone, late, Sweeping>>

(* With a summary an id leaves the log: once its objects are deleted, that *)
(* is for a copy, once its merge is gone. One line of a claim stays:   *)
(* the last copy of the newest generation. core/lake/sweeping.ts summarise *)
IsLast(id) == \A o \in Ids(ClaimOf(id[1])) : o[1] < id[1] \/ (o[1] = id[1] /\ o[2] <= id[2])
Leave(id) ==
  /\ Due(id) /\ ~IsLast(id)
  /\ IF id[2] = 0 THEN NoRows(id) ELSE merges[id[2]].gone \/ ~Has("copies leave after their objects")
  /\ log' = [log EXCEPT ![ClaimOf(id[1])] = [n \in 1..Len(@) |-> {row \in @[n] : row.id # id}]]
  /\ gone' = gone \cup {id}
  /\ UNCHANGED <<own, merges, merged, late, Sweeping>>
Sweep == \/ \E u \in U : SweepOwn(u)
         \/ \E n \in N : SweepRecord(n) \/ \E f \in F : SweepMerged(n, f)
         \/ \E k \in K : \E id \in Ids(k) : Leave(id)

(* No function outlives its longest life. *)
Tick ==
  /\ clock < LastTick
  /\ \A i \in 1..Mergers : merger[i].pc # "idle" => clock < merger[i].born + Life
  /\ \A i \in 1..Seals : seal[i].pc # "idle" => clock < seal[i].born + Life
  /\ clock' = clock + 1
  /\ UNCHANGED <<claim, stage, log, own, merges, merged, merger, seal, withdrawal, gone, reused, budget>> /\ Readers

---------------------------------------------------------------------------
Next ==
  \/ \E u \in U : Claim(u) \/ Invoke(u)
  \/ \E i \in 1..Seals : Seal(i) \/ SealKilled(i)
  \/ Withdraw
  \/ \E i \in 1..Mergers : Begin(i) \/ Merge(i) \/ MergerKilled(i)
  \/ Sweep
  \/ Tick
Spec == Init /\ [][Next]_vars

LiveSpec ==
  /\ Spec
  /\ \A u \in U : WF_vars(Claim(u)) /\ WF_vars(Invoke(u))
  /\ \A i \in 1..Seals : WF_vars(Seal(i))
  /\ \A i \in 1..Mergers : WF_vars(Begin(i)) /\ WF_vars(Merge(i))
  /\ WF_vars(Sweep) /\ WF_vars(Withdraw)

---------------------------------------------------------------------------
(* What holds at every moment.                                             *)

Times(ids, u, f) == Cardinality({id \in ids : id[1] = u /\ HasRows(id, f)})
(* Every query sees of a key one upload at most, and of that each row once, in every table and till the query ends. *)
ReadersSeeOnce ==
  \A k \in K : \A q \in Asking : \A ids \in MaySee(k, q) :
    /\ Cardinality(Uploads(ids)) <= 1
    /\ \A u \in Uploads(ids) : \A f \in F : Times(ids, u, f) = 1
(* It sees the same in every table, whenever it reads the visibility. *)
ReadersSeeOne == \A k \in K : \A q \in Asking : Cardinality({Uploads(ids) : ids \in MaySee(k, q)}) = 1
(* What was there stays, or a newer version. *)
OneStays == \A u \in There : (withdrawal = Never \/ ClaimOf(Withdrawn) # ClaimOf(u)) => Seen(ClaimOf(u)) # {}
(* "Superseded" is told to nobody who was not. *)
NoFalseSuperseded == \A u \in U : stage[u] = "superseded" => ~Current(u)
(* An upload of which it was said that it is visible is so, from its T on, till it is overtaken. *)
SealedIsSeen ==
  \A u \in U : (stage[u] = "visible" /\ Current(u) /\ (withdrawal = Never \/ Withdrawn # u)) =>
    LET from == Least({From(id, All(id)) : id \in Ids(ClaimOf(u)) \cap ({u} \X (0..NM))}) IN
    from # Never /\ (clock >= from => Seen(ClaimOf(u)) = {u})
WithdrawnIsGone ==
  (withdrawal # Never /\ clock >= withdrawal) =>
    /\ Withdrawn \notin Seen(ClaimOf(Withdrawn))
    /\ claim[ClaimOf(Withdrawn)].withdrawn => Seen(ClaimOf(Withdrawn)) = {}
(* Of what left the log there is no row: an old summary that shows it shows nothing. *)
GoneIsDeleted == \A id \in gone : NoRows(id)
(* What is gone leaves nothing, and nothing comes back: nobody would look for it. *)
GoneLeavesNothing == \A n \in 1..Len(merges) : merges[n].gone => \A f \in F : merged[n][f] = NoObject
(* A number, and so an id, is given once. *)
NumbersOnce == ~reused
(* The last merge alone may be open: nobody looks at another. *)
OlderAreDone == \A n \in 1..Len(merges) : n < Len(merges) => IsDone(n)

(* Progress: of what is retired for good every row is deleted, and what lives stays. *)
IsRetired(u) == /\ u # claim[ClaimOf(u)].holder \/ claim[ClaimOf(u)].withdrawn
                /\ \A id \in Ids(ClaimOf(u)) : id[1] = u => Retired(id)
DeadIsDeleted == <>[](\A u \in U : IsRetired(u) => \A c \in 0..NM : NoRows(<<u, c>>))

---------------------------------------------------------------------------
(* What is reached. *)
NeverMergedTwice == ~(Len(merges) >= 2 /\ IsDone(2) /\ \E u \in U : Known(<<u, 2>>) /\ Lives(<<u, 2>>) /\ <<u, 1>> \in {m.from : m \in Members(2)})
NeverSwept == ~(Len(merges) >= 2 /\ merges[1].gone)
NeverDeadMember == ~(\E n \in 1..Len(merges) : IsDone(n) /\ \E m \in Members(n) : From(m.to, All(m.to)) = Never)
NeverRedrivenAfterMerge == ~(budget.redrives < Redrives /\ \E u \in U : Lives(<<u, 1>>) /\ \E i \in 1..Seals : seal[i].of = u /\ seal[i].pc = "look")
NeverLeftForCopy == ~(\E u \in U : <<u, 0>> \in gone /\ Lives(<<u, 1>>))
=============================================================================
