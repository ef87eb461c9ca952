----------------------------- MODULE Visibility -----------------------------
(***************************************************************************)
(* What readers see of one key of the uploads bucket, while versions of    *)
(* its file come, are withdrawn and swept, and functions are killed, run   *)
(* twice and lose answers. Landing is done and right here (Landing.tla).   *)
(*                                                                         *)
(*   claims/<claim>.json         `claim`: which version the key stands for *)
(*   visibility/<claim>-<n>.json `log[n]`: each entry is written once      *)
(*   <table>/day=…/<upload>-…    `folders`: <<version, object>>            *)
(*                                                                         *)
(* A version's number is its generation: among the versions that ever held *)
(* the claim both have the same order.                                     *)
(*                                                                         *)
(* One step is one request to S3, or less. Time is counted in ticks; any   *)
(* number of steps may happen within one.                                  *)
(*                                                                         *)
(* Each repair has a name and can be undone: Has("…"). README.md says what *)
(* each is for.                                                            *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, Sequences

CONSTANTS
  \* What comes.
  NV,           \* versions of the file
  NF,           \* objects of an upload, each in a table of its own
  Bad,          \* versions whose file is refused after they took the claim
  Doubled,      \* versions whose event comes twice
  Withdrawn,    \* the version that somebody withdraws; 0: nobody does
  Legacy,       \* TRUE: version 1 was sealed by release 0.1
  \* What goes wrong, how often at most.
  Lambdas,      \* Lambda functions that run at once
  Kills,        \* functions that are killed
  Twins,        \* calls that are given up while their function runs on
  LostAnswers,  \* writes that are applied and answered by an error
  Failures,     \* stages that fail for good, till somebody redrives them
  \* Times, in ticks.
  LastTick,     \* where the model ends
  Delay,        \* T lies so far ahead
  Skew,         \* a clock may differ by so much
  Margin,       \* the execution waits so much longer than till T
  Late,         \* a write is applied so long after its T was reckoned, at most
  Query,        \* the longest query, with its queue
  Grace,        \* from `visible_until` to the deletion of objects
  Life,         \* the longest life of a Lambda function
  \* Repairs that are undone.
  Undone

Has(repair) == repair \notin Undone

V == 1..NV
F == 1..NF
L == 1..Lambdas
E == (V \X {1}) \cup (Doubled \X {2})   \* executions: <<version, which event of it>>
Never == 99
Ticks == 0..LastTick
Nobody == 0

VARIABLES
  clock,
  claim,        \* [holder, withdrawn]
  log,          \* entries; an entry is a set of rows [upload, from, until]
  folders,      \* objects that queries read
  catalogued,   \* versions whose days the Glue catalogue has
  execution,    \* E -> [stage, call, t, failed]
  lambda,       \* L -> what the function knows
  withdrawal,   \* [pc, read, whole, t, at]: whole, where it held the claim
  sweep,        \* [of, left]: what the sweep is deleting
  swept,        \* versions that a sweep has finished with
  budget,       \* what may still go wrong
  late          \* tick -> entries that came after it began, and speak of it or of an earlier one

vars == <<clock, claim, log, folders, catalogued, execution, lambda, withdrawal, sweep, swept, budget, late>>

---------------------------------------------------------------------------
(* The fold of entries: an upload's earliest `from`, its earliest `until`. *)
(* core/lake/visibility-log.ts foldClaim                                   *)

Least(times) == IF times = {} THEN Never ELSE CHOOSE t \in times : \A u \in times : t <= u
Row(v, from, until) == [upload |-> v, from |-> from, until |-> until]
RowsOf(numbers, v) == {row \in UNION {log[n] : n \in numbers} : row.upload = v}

Known(n, v) == RowsOf(1..n, v) # {}
From(numbers, v) == Least({row.from : row \in RowsOf(numbers, v)})
Until(numbers, v) == Least({row.until : row \in RowsOf(numbers, v)})

RetiredIn(n, v) == Until(1..n, v) # Never
OnlyEnlisted(n, v) == Known(n, v) /\ From(1..n, v) = Never /\ ~RetiredIn(n, v)

(* The view of infra/lake-catalogue.ts, for a query that began at q. *)
Visible(numbers, q) == {v \in V : From(numbers, v) <= q /\ q < Until(numbers, v)}

Now == Len(log)
Seen == Visible(1..Now, clock)
Current(v) == claim.holder = v /\ ~claim.withdrawn
InFolders(v) == {object \in folders : object[1] = v}
IsWhole(v) == InFolders(v) = {v} \X F /\ v \in catalogued

---------------------------------------------------------------------------
(* Readers. A query has one clock, the tick at which it began. It lists    *)
(* visibility/ once a table, while entries are added, and may miss any of  *)
(* those that came after it began. An entry whose times are all later than *)
(* the query is the same to it, there or not; so only others are kept.     *)

Asking == {q \in 0..clock : clock <= q + Query}
MaySee(q) == {Visible((1..Now \ late[q]) \cup found, q) : found \in SUBSET late[q]}

Readers ==
  LET written == {n \in 1..Len(log') : n > Len(log) \/ log'[n] # log[n]}
      speaksOf(q) == {n \in written : \E row \in log'[n] : row.from <= q \/ row.until <= q}
  IN IF log' = log /\ clock' = clock THEN UNCHANGED late
     ELSE late' = [q \in Ticks |-> IF q <= clock /\ clock' <= q + Query THEN late[q] \cup speaksOf(q) ELSE {}]

---------------------------------------------------------------------------
Idle == [pc |-> "idle", of |-> <<0, 0>>, born |-> 0, read |-> 0, t |-> 0, at |-> 0, left |-> {}]
NoSweep == [of |-> Nobody, left |-> {}]

Init ==
  /\ clock = 0
  /\ claim = [holder |-> IF Legacy THEN 1 ELSE Nobody, withdrawn |-> FALSE]
  /\ log = IF Legacy THEN <<{Row(1, 0, Never)}>> ELSE <<>>
  /\ folders = IF Legacy THEN {1} \X F ELSE {}
  /\ catalogued = IF Legacy THEN {1} ELSE {}
  /\ execution = [e \in E |-> [stage |-> IF Legacy /\ e[1] = 1 THEN "sealed" ELSE "event", call |-> 0, t |-> 0, failed |-> FALSE]]
  /\ lambda = [i \in L |-> Idle]
  /\ withdrawal = [pc |-> IF Withdrawn = Nobody THEN "none" ELSE "before", read |-> 0, whole |-> FALSE, t |-> 0, at |-> 0]
  /\ sweep = NoSweep
  /\ swept = {}
  /\ budget = [kills |-> Kills, twins |-> Twins, answers |-> LostAnswers, failures |-> Failures]
  /\ late = [q \in Ticks |-> {}]

Spend(what) == budget[what] > 0 /\ budget' = [budget EXCEPT ![what] = @ - 1]

---------------------------------------------------------------------------
(* A conditional write: the entry that follows the `read` entries that it  *)
(* was reckoned from, by If-None-Match. `done` where the answer says so;   *)
(* `unsure` where it was refused, or its answer was lost.                  *)
(* core/lake/visibility-log.ts appendEntry                                 *)

Put(read, entry, done, unsure) ==
  LET n == read + 1
      free == n = Now + 1
  IN \/ /\ free
        /\ log' = Append(log, entry)
        /\ \/ done /\ UNCHANGED budget
           \/ unsure /\ Spend("answers")
     \/ /\ ~free
        /\ UNCHANGED budget
        /\ IF Has("if-none-match") THEN unsure /\ UNCHANGED log
           ELSE done /\ log' = [log EXCEPT ![n] = entry]

---------------------------------------------------------------------------
(* Plan upload: its reads and its conditional write, repeated until one    *)
(* holds, are one step. core/uploads/claiming.ts claimUpload               *)
Claim(e) ==
  LET v == e[1] IN
  /\ execution[e].stage = "event"
  /\ IF claim.holder < v
     THEN /\ claim' = [holder |-> v, withdrawn |-> FALSE]
          /\ execution' = [execution EXCEPT ![e].stage = IF v \in Bad THEN "refused" ELSE "seal"]
     ELSE /\ UNCHANGED claim
          /\ execution' = [execution EXCEPT ![e].stage = IF claim.holder = v THEN "duplicate" ELSE "superseded"]
  /\ UNCHANGED <<clock, log, folders, catalogued, lambda, withdrawal, sweep, swept, budget>> /\ Readers

(* The state machine calls its function; again after one was killed, or    *)
(* its call was given up. functions/seal-upload.ts sealUpload,             *)
(* functions/make-upload-visible.ts makeUploadVisible                      *)
Invoke(e) ==
  /\ execution[e].stage \in {"seal", "flip"} /\ execution[e].call = 0 /\ ~execution[e].failed
  /\ \E i \in L :
       /\ lambda[i].pc = "idle" /\ \A j \in L : j < i => lambda[j].pc # "idle"
       /\ LET first == IF execution[e].stage = "flip" THEN "look for the flip"
                       ELSE IF Has("visibility before claim") THEN "look" ELSE "claim too early" IN
          lambda' = [lambda EXCEPT ![i] = [Idle EXCEPT !.pc = first, !.of = e, !.born = clock]]
       /\ execution' = [execution EXCEPT ![e].call = i]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, withdrawal, sweep, swept, budget>> /\ Readers

(* A timeout, or a lost answer of Lambda: the function runs on.            *)
GiveUp(e) ==
  /\ execution[e].call # 0 /\ Spend("twins")
  /\ execution' = [execution EXCEPT ![e].call = 0]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, lambda, withdrawal, sweep, swept>> /\ Readers

Kill(i) ==
  /\ lambda[i].pc # "idle"
  /\ IF clock >= lambda[i].born + Life THEN UNCHANGED budget ELSE Spend("kills")
  /\ lambda' = [lambda EXCEPT ![i] = Idle]
  /\ LET e == lambda[i].of IN
     execution' = IF execution[e].call = i THEN [execution EXCEPT ![e].call = 0] ELSE execution
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, withdrawal, sweep, swept>> /\ Readers

(* No retry is left: the execution has failed. Redriven, it goes on at its *)
(* stage. cli/commands/retry.ts                                            *)
Fail(e) ==
  /\ execution[e].stage \in {"seal", "flip"} /\ execution[e].call = 0 /\ ~execution[e].failed
  /\ Spend("failures")
  /\ execution' = [execution EXCEPT ![e].failed = TRUE]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, lambda, withdrawal, sweep, swept>> /\ Readers
Redrive(e) ==
  /\ execution[e].failed
  /\ execution' = [execution EXCEPT ![e].failed = FALSE]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, lambda, withdrawal, sweep, swept, budget>> /\ Readers

AfterSeal == IF Has("catalogue before flip") THEN "catalogue" ELSE "flip"
AfterFlip == IF Has("catalogue before flip") THEN "wait" ELSE "catalogue"

(* Catalogue new partitions. core/lake/catalogue.ts                        *)
Catalogue(e) ==
  /\ execution[e].stage = "catalogue"
  /\ catalogued' = catalogued \cup {e[1]}
  /\ execution' = [execution EXCEPT ![e].stage = IF Has("catalogue before flip") THEN "flip" ELSE "wait"]
  /\ UNCHANGED <<clock, claim, log, folders, lambda, withdrawal, sweep, swept, budget>> /\ Readers

(* The reports begin. The clock that waited may be ahead.                  *)
(* core/lake/visibility.ts makeVisible                                     *)
Wait(e) ==
  /\ execution[e].stage = "wait"
  /\ Has("wait for T") => clock + Skew >= execution[e].t + Margin
  /\ execution' = [execution EXCEPT ![e].stage = "sealed"]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, lambda, withdrawal, sweep, swept, budget>> /\ Readers

---------------------------------------------------------------------------
(* Within a function.                                                      *)

At(i, pc) == lambda[i].pc = pc
Of(i) == lambda[i].of[1]
Go(i, changed) == lambda' = [lambda EXCEPT ![i] = changed] /\ UNCHANGED execution
To(i, pc) == Go(i, [lambda[i] EXCEPT !.pc = pc, !.read = 0, !.t = 0, !.at = 0, !.left = {}])
(* An answer that nobody waits for is lost. *)
Return(i, stage, t) ==
  LET e == lambda[i].of IN
  /\ lambda' = [lambda EXCEPT ![i] = Idle]
  /\ execution' = IF execution[e].call = i THEN [execution EXCEPT ![e].stage = stage, ![e].call = 0, ![e].t = t] ELSE execution
(* What a refused or unanswered write leads to: what is there is looked at again. *)
LookAgain(i, pc) == To(i, IF Has("look after a refusal") THEN pc ELSE "superseded")

Others == <<clock, claim, catalogued, withdrawal, sweep, swept>>

(* Seal upload, first half: the visibility is read first, the claim        *)
(* second. core/lake/visibility.ts enlist                                  *)
EnlistLook(i) ==
  /\ At(i, "look")
  /\ IF RetiredIn(Now, Of(i)) THEN To(i, "superseded")
     ELSE IF Known(Now, Of(i)) THEN To(i, "find")
     ELSE Go(i, [lambda[i] EXCEPT !.pc = IF Has("visibility before claim") THEN "claim" ELSE "enlist", !.read = Now])
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
EnlistClaim(i) ==
  /\ At(i, "claim")
  /\ IF Current(Of(i)) THEN Go(i, [lambda[i] EXCEPT !.pc = "enlist"]) ELSE To(i, "superseded")
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
EnlistTooEarly(i) ==    \* the order undone
  /\ At(i, "claim too early")
  /\ To(i, IF Current(Of(i)) THEN "look" ELSE "superseded")
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
Enlist(i) ==
  /\ At(i, "enlist")
  /\ Put(lambda[i].read, {Row(Of(i), Never, Never)},
         To(i, "find"),
         LookAgain(i, IF Has("visibility before claim") THEN "look" ELSE "claim too early"))
  /\ UNCHANGED <<folders, Others>> /\ Readers

(* Second half: copies what the folders lack. core/lake/sealing.ts seal    *)
Find(i) ==
  /\ At(i, "find")
  /\ LET left == ({Of(i)} \X F) \ folders IN
     IF left = {} THEN Return(i, AfterSeal, 0) ELSE Go(i, [lambda[i] EXCEPT !.pc = "copy", !.left = left])
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
Copy(i) ==
  /\ At(i, "copy")
  /\ LET object == CHOOSE object \in lambda[i].left : TRUE
         left == lambda[i].left \ {object} IN
     /\ folders' = folders \cup {object}
     /\ IF left = {} THEN Return(i, AfterSeal, 0) ELSE Go(i, [lambda[i] EXCEPT !.left = left])
  /\ UNCHANGED <<log, budget, Others>> /\ Readers
(* Between copies, and before the flip, the claim is looked at, at         *)
(* leisure: it spares work, and nothing relies on it.                      *)
(* core/uploads/claims.ts assertCurrent                                    *)
Overtaken(i) ==
  /\ lambda[i].pc \in {"copy", "look for the flip"} /\ ~Current(Of(i))
  /\ To(i, "superseded")
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers

(* Make upload visible. core/lake/visibility.ts makeVisible                *)
Instant(read, behind) ==
  LET soon == clock + Delay - behind
      times == {row.from : row \in UNION {log[n] : n \in 1..read}} \cup {row.until : row \in UNION {log[n] : n \in 1..read}}
      later == {t \in times : t # Never /\ t >= soon}
  IN IF Has("T after every time") /\ later # {} THEN (CHOOSE t \in later : \A u \in later : u <= t) + 1 ELSE soon
FlipLook(i) ==
  /\ At(i, "look for the flip")
  /\ IF ~Known(Now, Of(i)) \/ (RetiredIn(Now, Of(i)) /\ Has("the retired is not flipped")) THEN To(i, "superseded")
     ELSE IF From(1..Now, Of(i)) # Never THEN Return(i, AfterFlip, From(1..Now, Of(i)))
     ELSE \E behind \in 0..Skew :
            Go(i, [lambda[i] EXCEPT !.pc = "flip", !.read = Now, !.t = Instant(Now, behind), !.at = clock])
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
(* Uploads of the claim that the flip retires. *)
Older(v, read) ==
  {u \in V \ {v} : /\ Known(read, u) /\ ~RetiredIn(read, u)
                   /\ u < v \/ ~Has("by generation")
                   /\ From(1..read, u) # Never \/ Has("the enlisted is retired too")}
Flip(i) ==
  LET v == Of(i)
      known == lambda[i]
      retiring == {Row(u, Never, known.t) : u \in Older(v, known.read)}
  IN
  /\ At(i, "flip")
  /\ IF clock > known.at + Late THEN To(i, "look for the flip") /\ UNCHANGED <<log, budget>>
     ELSE IF Has("one entry")
     THEN Put(known.read, {Row(v, known.t, Never)} \cup retiring,
              Return(i, AfterFlip, known.t), LookAgain(i, "look for the flip"))
     ELSE Put(known.read, {Row(v, known.t, Never)},
              IF retiring = {} THEN Return(i, AfterFlip, known.t) ELSE Go(i, [known EXCEPT !.pc = "retire the older", !.read = Now + 1]),
              LookAgain(i, "look for the flip"))
  /\ UNCHANGED <<folders, Others>> /\ Readers
RetireOlder(i) ==       \* the single entry undone
  /\ At(i, "retire the older")
  /\ Put(lambda[i].read, {Row(u, Never, lambda[i].t) : u \in Older(Of(i), lambda[i].read)},
         Return(i, AfterFlip, lambda[i].t), Go(i, [lambda[i] EXCEPT !.read = Now]))
  /\ UNCHANGED <<folders, Others>> /\ Readers

(* Superseded: what is only enlisted is retired, so that it is swept.      *)
(* core/lake/visibility.ts retire                                          *)
SupersededLook(i) ==
  /\ At(i, "superseded")
  /\ IF OnlyEnlisted(Now, Of(i)) /\ ~Current(Of(i)) /\ Has("superseded retires")
     THEN Go(i, [lambda[i] EXCEPT !.pc = "retire", !.read = Now]) ELSE Return(i, "superseded", 0)
  /\ UNCHANGED <<log, folders, budget, Others>> /\ Readers
Retire(i) ==
  /\ At(i, "retire")
  /\ Put(lambda[i].read, {Row(Of(i), Never, clock)}, Return(i, "superseded", 0), To(i, "superseded"))
  /\ UNCHANGED <<folders, Others>> /\ Readers

Run(i) == \/ EnlistLook(i) \/ EnlistClaim(i) \/ EnlistTooEarly(i) \/ Enlist(i) \/ Find(i) \/ Copy(i) \/ Overtaken(i)
          \/ FlipLook(i) \/ Flip(i) \/ RetireOlder(i) \/ SupersededLook(i) \/ Retire(i)

---------------------------------------------------------------------------
(* Withdraw: the claim first, the tombstone second, and with it the older  *)
(* versions, where it held the claim. Waits for T.                         *)
(* core/lake/withdrawal.ts withdrawUpload, core/lake/visibility.ts hide    *)
WithdrawClaim ==
  /\ withdrawal.pc = "before" /\ \E e \in E : e[1] = Withdrawn /\ execution[e].stage # "event"
  /\ LET held == claim.holder = Withdrawn IN
     /\ claim' = IF held THEN [claim EXCEPT !.withdrawn = TRUE] ELSE claim
     /\ withdrawal' = [withdrawal EXCEPT !.pc = "look", !.whole = held]
  /\ UNCHANGED <<clock, log, folders, catalogued, execution, lambda, sweep, swept, budget>> /\ Readers
Concerned(read) == {u \in V : u = Withdrawn \/ (withdrawal.whole /\ u < Withdrawn /\ Known(read, u))}
WithdrawLook ==
  /\ withdrawal.pc = "look"
  /\ LET open == {u \in Concerned(Now) : ~RetiredIn(Now, u) /\ (Known(Now, u) \/ Has("tombstone"))}
         ends == {Until(1..Now, u) : u \in Concerned(Now)} \ {Never}
         last == IF ends = {} THEN clock ELSE CHOOSE t \in ends : \A u \in ends : u <= t
     IN withdrawal' = IF open = {} THEN [withdrawal EXCEPT !.pc = "done", !.t = last]
                      ELSE [withdrawal EXCEPT !.pc = "write", !.read = Now, !.t = Instant(Now, 0), !.at = clock]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, execution, lambda, sweep, swept, budget>> /\ Readers
WithdrawWrite ==
  LET read == withdrawal.read
      due == {u \in Concerned(read) : ~RetiredIn(read, u) /\ (Known(read, u) \/ Has("tombstone"))}
      again == withdrawal' = [withdrawal EXCEPT !.pc = "look", !.read = 0, !.t = 0, !.at = 0]
  IN
  /\ withdrawal.pc = "write"
  /\ IF clock > withdrawal.at + Late THEN again /\ UNCHANGED <<log, budget>>
     ELSE Put(read, {Row(u, Never, withdrawal.t) : u \in due},
              withdrawal' = [withdrawal EXCEPT !.pc = "done", !.read = 0, !.at = 0], again)
  /\ UNCHANGED <<clock, claim, folders, catalogued, execution, lambda, sweep, swept>> /\ Readers

(* The sweep, on a schedule. core/lake/sweeping.ts sweepLake               *)
SweepBegin ==
  LET due == {u \in V \ swept : clock >= Until(1..Now, u) + Grace} IN
  /\ sweep = NoSweep /\ due # {}
  /\ LET u == CHOOSE u \in due : \A o \in due : u <= o IN sweep' = [of |-> u, left |-> InFolders(u)]
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, execution, lambda, withdrawal, swept, budget>> /\ Readers
SweepDelete ==
  /\ sweep.left # {}
  /\ LET object == CHOOSE object \in sweep.left : TRUE IN
     folders' = folders \ {object} /\ sweep' = [sweep EXCEPT !.left = @ \ {object}]
  /\ UNCHANGED <<clock, claim, log, catalogued, execution, lambda, withdrawal, swept, budget>> /\ Readers
SweepEnd ==
  /\ sweep # NoSweep /\ sweep.left = {}
  /\ swept' = swept \cup {sweep.of} /\ sweep' = NoSweep
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, execution, lambda, withdrawal, budget>> /\ Readers
SweepKilled ==
  /\ sweep # NoSweep /\ Spend("kills")
  /\ sweep' = NoSweep
  /\ UNCHANGED <<clock, claim, log, folders, catalogued, execution, lambda, withdrawal, swept>> /\ Readers
Sweep == SweepBegin \/ SweepDelete \/ SweepEnd

(* No function outlives its longest life. *)
Tick ==
  /\ clock < LastTick
  /\ \A i \in L : lambda[i].pc # "idle" => clock < lambda[i].born + Life
  /\ clock' = clock + 1
  /\ UNCHANGED <<claim, log, folders, catalogued, execution, lambda, withdrawal, sweep, swept, budget>> /\ Readers

---------------------------------------------------------------------------
Next ==
  \/ \E e \in E : Claim(e) \/ Invoke(e) \/ GiveUp(e) \/ Fail(e) \/ Redrive(e) \/ Catalogue(e) \/ Wait(e)
  \/ \E i \in L : Run(i) \/ Kill(i)
  \/ WithdrawClaim \/ WithdrawLook \/ WithdrawWrite
  \/ Sweep \/ SweepKilled
  \/ Tick
Spec == Init /\ [][Next]_vars

LiveSpec ==
  /\ Spec
  /\ \A e \in E : WF_vars(Claim(e)) /\ WF_vars(Invoke(e)) /\ WF_vars(Catalogue(e)) /\ WF_vars(Wait(e)) /\ WF_vars(Redrive(e))
  /\ \A i \in L : WF_vars(Run(i))
  /\ WF_vars(Tick) /\ WF_vars(Sweep)

---------------------------------------------------------------------------
(* What holds at every moment.                                             *)

Stage(e) == execution[e].stage
NobodyWithdraws == withdrawal.pc \in {"none", "before"}
Quiet ==    \* nothing is under way
  /\ \A e \in E : Stage(e) \in {"sealed", "superseded", "duplicate", "refused"} \/ execution[e].failed
  /\ \A i \in L : lambda[i].pc = "idle"
  /\ withdrawal.pc \in {"none", "before", "done"}
  /\ sweep = NoSweep

(* Every query sees of the key one version at most, and that one is whole, *)
(* in every table and till the query ends.                                 *)
ReadersSeeWhole == \A q \in Asking : \A versions \in MaySee(q) : Cardinality(versions) <= 1 /\ \A v \in versions : IsWhole(v)
(* It sees the same in every table, whenever it reads the visibility.      *)
ReadersSeeOne == \A q \in Asking : Cardinality(MaySee(q)) = 1
(* "Superseded" is told to nobody who was not. *)
NoFalseSuperseded ==
  \A e \in E : Stage(e) = "superseded" =>
    claim.holder # e[1] \/ claim.withdrawn \/ (e[1] = Withdrawn /\ ~NobodyWithdraws)
(* An upload whose reports have begun is what is seen, till it is overtaken. *)
SealedIsSeen ==
  \A e \in E : (Stage(e) = "sealed" /\ Current(e[1]) /\ NobodyWithdraws) => Seen = {e[1]} /\ IsWhole(e[1])
(* From the first sealed version on there is always one to see. *)
OneStays == ((\E e \in E : Stage(e) = "sealed") /\ NobodyWithdraws) => Seen # {} /\ \A v \in Seen : IsWhole(v)
(* In the end it is the newest that ended well; also where a newer one was refused, or failed. *)
NewestInTheEnd ==
  (Quiet /\ NobodyWithdraws) => \A e \in E : (Stage(e) = "sealed" /\ claim.holder = e[1]) => Seen = {e[1]}
(* A withdrawn upload is seen by no query that begins after the withdrawal has ended, and comes back never. *)
WithdrawnIsGone ==
  (withdrawal.pc = "done" /\ clock >= withdrawal.t) => Withdrawn \notin Seen /\ (claim.withdrawn => Seen = {})
(* A withdrawal takes nothing else: where the key stood for another upload by then, what was seen before stays. *)
WithdrawalSparesOthers ==
  (/\ ~NobodyWithdraws /\ ~withdrawal.whole
   /\ From(1..Now, Withdrawn) >= Until(1..Now, Withdrawn)     \* it replaced nothing
   /\ \E e \in E : Stage(e) = "sealed") => Seen # {} /\ \A v \in Seen : IsWhole(v)
(* What was swept leaves nothing, and nothing comes back. *)
SweptLeavesNothing == \A v \in swept : InFolders(v) = {}
(* An upload that was superseded waits for no sweep that never comes. *)
SupersededIsRetired == \A e \in E : Stage(e) = "superseded" => ~OnlyEnlisted(Now, e[1])
(* Once written, an entry says the same for ever. *)
EntriesStay == [][\A n \in 1..Len(log) : log'[n] = log[n]]_vars

(* Progress: every execution ends, unless its T lies after the model's end. *)
EveryExecutionEnds ==
  <>[](\A e \in E : Stage(e) \in {"sealed", "superseded", "duplicate", "refused"}
                    \/ (Stage(e) = "wait" /\ execution[e].t + Margin > LastTick))

---------------------------------------------------------------------------
(* What is reached: each of these is broken, or the above looked at too    *)
(* little.                                                                 *)
NeverAllSealed == ~\A e \in E : Stage(e) = "sealed"
NeverSweptAfterReplacement == ~(Stage(<<1, 1>>) = "sealed" /\ Stage(<<2, 1>>) = "sealed" /\ 1 \in swept)
NeverSeenWhileNextIsFlipped == ~(\E q \in Asking : {1} \in MaySee(q) /\ From(1..Now, 2) # Never)
NeverReadAfterRetirement == ~(\E q \in Asking : {1} \in MaySee(q) /\ Until(1..Now, 1) <= clock /\ InFolders(1) # {})
NeverRefusedWrite == ~(\E i \in L : lambda[i].pc \in {"enlist", "flip", "retire"} /\ lambda[i].read < Now)
NeverSupersededByFlip == ~(Stage(<<1, 1>>) = "superseded" /\ Stage(<<2, 1>>) = "sealed" /\ 1 \in swept)
NeverBadNewest == ~(Stage(<<2, 1>>) = "sealed" /\ Stage(<<3, 1>>) = "refused" /\ claim.holder = 3 /\ Quiet)
NeverRedriven == ~(budget.failures < Failures /\ \A e \in E : Stage(e) = "sealed")
NeverWithdrawnAndSealedAgain == ~(withdrawal.pc = "done" /\ withdrawal.whole /\ Stage(<<2, 1>>) = "sealed" /\ 1 \in swept)
=============================================================================
