------------------------------- MODULE Landing -------------------------------
(***************************************************************************)
(* From the staged records of one upload to its landed rows: the stream,   *)
(* the streaming job and the ledger, while records get lost and come       *)
(* twice, drivers die or live on beside the next one (zombies), Spark's    *)
(* checkpoint is lost or raced for, and answers are lost.                  *)
(*                                                                         *)
(*   landings/<upload>/<n>.json   `ledger`: pages; a page names records    *)
(*                                and an object, and holds a token         *)
(*   landing/<upload>/…<token>-…  `objects`: landed rows, in no table yet  *)
(*                                                                         *)
(* A record stands for its rows. The claim, validation and the plan are    *)
(* done: NR records are staged. Visibility.tla goes on where this ends.    *)
(*                                                                         *)
(* Each repair has a name and can be undone: Has("…"). README.md says what *)
(* each is for.                                                            *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, Sequences

CONSTANTS
  NR,           \* records that were planned
  Drivers,      \* drivers that there may be, one after another or beside each other
  Restarts,     \* TRUE: a driver that ended may be started again, without end
  OldPage,      \* TRUE: record 1 was landed by release 0.1, whose pages have no number
  Overtakes,    \* TRUE: a newer version may take the claim at any time
  \* What goes wrong, how often at most.
  Zombies,      \* starts beside a driver that is up
  Crashes,      \* drivers that die
  Losses,       \* records that never reach the stream, or left it unread
  Repeats,      \* records that are sent again though nothing was wrong
  Republications,
  Eager,        \* TRUE: missing records are sent again at any time; FALSE: when the job has read everything
  Fresh,        \* new checkpoints, each read from the stream's beginning
  Unreadable,   \* TRUE: a checkpoint may be found unreadable at any start
  LostAnswers,  \* commits that are applied and answered by an error
  RacedLog,     \* TRUE: Spark looks whether a batch is in its log, and writes it later
  OnRefusal,    \* what a driver does where another's page is: "plan again" or "end"
  \* Repairs that are undone.
  Undone

Has(repair) == repair \notin Undone

R == 1..NR
D == 1..Drivers
Generations == 1..(1 + Fresh)
Batches == 1..4

VARIABLES
  upload,       \* [stage, sent, left]: the execution, how many records it sent, what it has to copy
  stream,       \* records, oldest first
  ledger,       \* pages [key, records, token, object]
  objects,      \* [name, records]
  table,        \* record -> how often its rows are in the tables
  driver,       \* D -> what it knows
  generation,   \* the newest checkpoint
  offsets,      \* Spark's offset log: <<generation, batch>> -> where the batch ends; 0: not there
  commits,      \* Spark's commit log
  budget        \* what may still go wrong

vars == <<upload, stream, ledger, objects, table, driver, generation, offsets, commits, budget>>
spark == <<generation, offsets, commits>>

---------------------------------------------------------------------------
None == <<0, 0>>
Off == [pc |-> "off", gen |-> 0, batch |-> 0, from |-> 0, to |-> 0, first |-> TRUE,
        pages |-> {}, known |-> {}, want |-> {}, number |-> 0, attempt |-> 0]

Landed == UNION {page.records : page \in ledger}
Twice == \E one, other \in ledger : one # other /\ one.records \cap other.records # {}
Keys == {page.key : page \in ledger}
(* Keys of pages are pairs: <<0, number>>, and <<generation, batch>> of release 0.1. *)
NextNumber == Cardinality({key \in Keys : key[1] = 0}) + 1
Page(key) == CHOOSE page \in ledger : page.key = key

Init ==
  /\ upload = [stage |-> "publish", sent |-> 0, left |-> {}]
  /\ stream = <<>>
  /\ ledger = IF OldPage THEN {[key |-> <<9, 1>>, records |-> {1}, token |-> None, object |-> <<9, 1>>]} ELSE {}
  /\ objects = IF OldPage THEN {[name |-> <<9, 1>>, records |-> {1}]} ELSE {}
  /\ table = [r \in R |-> 0]
  /\ driver = [d \in D |-> Off]
  /\ generation = 1
  /\ offsets = [batch \in Generations \X Batches |-> 0]
  /\ commits = {}
  /\ budget = [zombies |-> Zombies, crashes |-> Crashes, losses |-> Losses, repeats |-> Repeats,
               republications |-> Republications, answers |-> LostAnswers]

Spend(what) == budget[what] > 0 /\ budget' = [budget EXCEPT ![what] = @ - 1]

---------------------------------------------------------------------------
(* The execution.                                                          *)

job == <<ledger, objects, driver, spark>>

(* Publish chunks: the staged bytes, in any order that the stream gives    *)
(* them. core/stream/publishing.ts publishStaged                           *)
Publish ==
  /\ upload.stage = "publish"
  /\ LET r == upload.sent + 1 IN
     /\ \/ stream' = Append(stream, r) /\ UNCHANGED budget
        \/ UNCHANGED stream /\ Spend("losses")
     /\ upload' = [upload EXCEPT !.sent = r, !.stage = IF r = NR THEN "await" ELSE "publish"]
  /\ UNCHANGED <<table, job>>
(* A function that was killed after it had sent, a retry, a redrive.       *)
PublishAgain ==
  /\ upload.stage \in {"publish", "await"} /\ Spend("repeats")
  /\ \E r \in 1..upload.sent : stream' = Append(stream, r)
  /\ UNCHANGED <<upload, table, job>>

(* Await landing counts record ids. functions/check-landing.ts checkLanding,
   core/lake/landing.ts readLanding                                        *)
CheckLanding ==
  /\ upload.stage = "await"
  /\ Twice \/ Landed = R
  /\ upload' = [upload EXCEPT !.stage = IF Twice THEN "defect" ELSE "seal"]
  /\ UNCHANGED <<stream, table, budget, job>>
CaughtUp == \E d \in D : driver[d].pc = "idle" /\ driver[d].from = Len(stream)
(* core/lake/republishing.ts republish                                     *)
Republish ==
  /\ upload.stage = "await" /\ ~Twice /\ Landed # R
  /\ Eager \/ CaughtUp
  /\ Spend("republications")
  /\ \E r \in R \ Landed : stream' = Append(stream, r)
  /\ UNCHANGED <<upload, table, job>>

(* Seal upload reads the ledger, then copies what it names.                *)
(* core/lake/sealing.ts seal, core/lake/ledger.ts forEachLedger            *)
SealPlan ==
  /\ upload.stage = "seal"
  /\ upload' = IF Twice \/ Landed # R THEN [upload EXCEPT !.stage = "defect"]
               ELSE [upload EXCEPT !.stage = "copy", !.left = {page.object : page \in ledger}]
  /\ UNCHANGED <<stream, table, budget, job>>
SealCopy ==
  /\ upload.stage = "copy"
  /\ IF upload.left = {} THEN upload' = [upload EXCEPT !.stage = "sealed"] /\ UNCHANGED table
     ELSE LET name == CHOOSE name \in upload.left : TRUE
              rows == UNION {object.records : object \in {object \in objects : object.name = name}}
          IN /\ upload' = [upload EXCEPT !.left = @ \ {name}]
             /\ table' = [r \in R |-> IF r \in rows THEN table[r] + 1 ELSE table[r]]
  /\ UNCHANGED <<stream, budget, job>>

(* A newer version takes the claim; this execution ends at its next stage. *)
(* core/uploads/claiming.ts claimUpload, core/uploads/claims.ts assertCurrent *)
Overtake ==
  /\ Overtakes /\ upload.stage \in {"publish", "await", "seal"}
  /\ upload' = [upload EXCEPT !.stage = "superseded"]
  /\ UNCHANGED <<stream, table, budget, job>>

---------------------------------------------------------------------------
(* A driver of the streaming job.                                          *)

world == <<upload, stream, table>>
At(d, pc) == driver[d].pc = pc
Becomes(d, changed) == driver' = [driver EXCEPT ![d] = changed]
Ended(d) == [Off EXCEPT !.pc = "ended", !.attempt = driver[d].attempt]
Up == {d \in D : driver[d].pc \notin {"off", "ended"}}
Batch(d) == <<driver[d].gen, driver[d].batch>>
Records(d) == {stream[n] : n \in (driver[d].from + 1)..driver[d].to}
Token(d) == <<10 + d, driver[d].attempt>>
PageKey(d) == IF Has("numbered pages") THEN <<0, driver[d].number>> ELSE Batch(d)
ObjectName(d) == IF Has("names of their own") THEN Token(d) ELSE Batch(d)

(* A new checkpoint, of which there may be no more here.                   *)
(* glue/cellflow/checkpoints.py fresh                                      *)
BeginFresh(d) ==
  IF generation <= Fresh
  THEN /\ generation' = generation + 1
       /\ Becomes(d, [Off EXCEPT !.pc = "idle", !.gen = generation + 1, !.batch = 1, !.attempt = driver[d].attempt])
  ELSE UNCHANGED generation /\ Becomes(d, Ended(d))
LastBatch(g) ==
  LET there == {b \in Batches : offsets[<<g, b>>] # 0} IN
  IF there = {} THEN 0 ELSE CHOOSE b \in there : \A other \in there : other <= b
(* Where Spark goes on: a batch that its log holds without a commit is run again. *)
Resumed(g) ==
  LET b == LastBatch(g) IN
  IF b = 0 THEN [Off EXCEPT !.pc = "idle", !.gen = g, !.batch = 1]
  ELSE IF <<g, b>> \in commits THEN [Off EXCEPT !.pc = "idle", !.gen = g, !.batch = b + 1, !.from = offsets[<<g, b>>]]
  ELSE [Off EXCEPT !.pc = "plan", !.gen = g, !.batch = b, !.to = offsets[<<g, b>>],
                   !.from = IF b = 1 THEN 0 ELSE offsets[<<g, b - 1>>]]

(* core/stream/streaming-job.ts ensureJob, glue/landing_job.py land_stream; *)
(* beside one that is up, where Glue takes the other for dead.             *)
Start(d) ==
  /\ \/ At(d, "off") /\ \A other \in D : other < d => driver[other].pc # "off"
     \/ Restarts /\ At(d, "ended")
  /\ IF Up = {} THEN UNCHANGED budget ELSE Spend("zombies")
  /\ \/ Becomes(d, [Resumed(generation) EXCEPT !.attempt = driver[d].attempt]) /\ UNCHANGED generation
     \/ Unreadable /\ BeginFresh(d)
  /\ UNCHANGED <<world, ledger, objects, offsets, commits>>
Crash(d) ==
  /\ d \in Up /\ Spend("crashes")
  /\ Becomes(d, Ended(d))
  /\ UNCHANGED <<world, ledger, objects, spark>>

(* Spark takes the next batch into its log. Found there already, another   *)
(* driver runs on the same checkpoint: this one ends, or begins a fresh    *)
(* one, as release 0.1 did at its first look; both are well.               *)
(* glue/landing_job.py checkpoint_is_to_blame                              *)
NextBatch(d) ==
  /\ At(d, "idle") /\ driver[d].from < Len(stream) /\ driver[d].batch \in Batches
  /\ IF offsets[Batch(d)] # 0
     THEN /\ UNCHANGED offsets
          /\ \/ Becomes(d, Ended(d)) /\ UNCHANGED generation
             \/ driver[d].first /\ BeginFresh(d)
     ELSE \E to \in (driver[d].from + 1)..Len(stream) :
            /\ UNCHANGED generation
            /\ IF RacedLog THEN Becomes(d, [driver[d] EXCEPT !.to = to, !.pc = "log"]) /\ UNCHANGED offsets
               ELSE Becomes(d, [driver[d] EXCEPT !.to = to, !.pc = "plan"]) /\ offsets' = [offsets EXCEPT ![Batch(d)] = to]
  /\ UNCHANGED <<world, ledger, objects, commits, budget>>
LogBatch(d) ==          \* the log of Spark as look, then rename
  /\ At(d, "log")
  /\ offsets' = [offsets EXCEPT ![Batch(d)] = driver[d].to]
  /\ Becomes(d, [driver[d] EXCEPT !.pc = "plan"])
  /\ UNCHANGED <<world, ledger, objects, generation, commits, budget>>

(* The plan: what the ledger lacks. Pages are listed every time and read   *)
(* once; the number is the one that follows this listing. Records of an    *)
(* upload that was overtaken are passed over.                              *)
(* glue/cellflow/batch_plan.py plan_batch, glue/cellflow/ledger.py landed  *)
Plan(d) ==
  /\ At(d, "plan")
  /\ LET unread == {page \in ledger : page.key \notin driver[d].pages}
         known == driver[d].known \cup UNION {page.records : page \in unread}
         want == IF upload.stage = "superseded" THEN {} ELSE Records(d) \ known
         planned == [driver[d] EXCEPT !.pages = @ \cup Keys, !.known = known]
     IN Becomes(d, IF want = {} THEN [planned EXCEPT !.pc = "done"]
                   ELSE [planned EXCEPT !.pc = "write", !.want = want, !.number = NextNumber, !.attempt = @ + 1])
  /\ UNCHANGED <<world, ledger, objects, spark, budget>>

(* Objects of Parquet, before the page that names them. glue/cellflow/batch.py land_batch *)
WriteObject(d) ==
  /\ At(d, "write")
  /\ objects' = {object \in objects : object.name # ObjectName(d)} \cup {[name |-> ObjectName(d), records |-> driver[d].want]}
  /\ Becomes(d, [driver[d] EXCEPT !.pc = IF Has("number of the plan") THEN "commit" ELSE "number"])
  /\ UNCHANGED <<world, ledger, spark, budget>>
TakeNumber(d) ==        \* the number of the plan undone
  /\ At(d, "number")
  /\ Becomes(d, [driver[d] EXCEPT !.pc = "commit", !.number = NextNumber])
  /\ UNCHANGED <<world, ledger, objects, spark, budget>>

(* The commit: the page of the planned number, by If-None-Match.           *)
(* glue/cellflow/ledger.py commit                                          *)
Committed(d) == [driver[d] EXCEPT !.pc = "done", !.pages = @ \cup {PageKey(d)}, !.known = @ \cup driver[d].want, !.want = {}]
Refused(d) == IF Has("look after a refusal") THEN [driver[d] EXCEPT !.pc = "whose"] ELSE Committed(d)
Commit(d) ==
  /\ At(d, "commit")
  /\ LET page == [key |-> PageKey(d), records |-> driver[d].want, token |-> Token(d), object |-> ObjectName(d)] IN
     IF PageKey(d) \in Keys /\ Has("if-none-match")
     THEN Becomes(d, Refused(d)) /\ UNCHANGED <<ledger, budget>>
     ELSE /\ ledger' = {other \in ledger : other.key # page.key} \cup {page}
          /\ \/ Becomes(d, Committed(d)) /\ UNCHANGED budget
             \/ Has("if-none-match") /\ Spend("answers") /\ Becomes(d, Refused(d))
  /\ UNCHANGED <<world, objects, spark>>
(* Told that the page is there: whose is it? *)
Whose(d) ==
  /\ At(d, "whose")
  /\ Becomes(d, IF Page(PageKey(d)).token = Token(d) THEN Committed(d)
                ELSE IF OnRefusal = "plan again" THEN [driver[d] EXCEPT !.pc = "plan", !.want = {}]
                ELSE Ended(d))
  /\ UNCHANGED <<world, ledger, objects, spark, budget>>

(* Spark notes the batch as done. Where another did, the query ends.       *)
BatchDone(d) ==
  /\ At(d, "done")
  /\ IF Batch(d) \in commits THEN Becomes(d, Ended(d)) /\ UNCHANGED commits
     ELSE /\ commits' = commits \cup {Batch(d)}
          /\ Becomes(d, [driver[d] EXCEPT !.pc = "idle", !.batch = @ + 1, !.from = driver[d].to, !.to = 0, !.first = FALSE, !.number = 0])
  /\ UNCHANGED <<world, ledger, objects, generation, offsets, budget>>

Work(d) == NextBatch(d) \/ LogBatch(d) \/ Plan(d) \/ WriteObject(d) \/ TakeNumber(d) \/ Commit(d) \/ Whose(d) \/ BatchDone(d)

---------------------------------------------------------------------------
Next ==
  \/ Publish \/ PublishAgain \/ CheckLanding \/ Republish \/ SealPlan \/ SealCopy \/ Overtake
  \/ \E d \in D : Start(d) \/ Crash(d) \/ Work(d)
Spec == Init /\ [][Next]_vars

(* A driver that is up goes on; where none is, one is started.             *)
LiveSpec ==
  /\ Spec
  /\ WF_vars(Publish) /\ WF_vars(CheckLanding) /\ WF_vars(Republish) /\ WF_vars(SealPlan) /\ WF_vars(SealCopy)
  /\ \A d \in D : WF_vars(Work(d))
  /\ WF_vars(\E d \in D : Up = {} /\ Start(d))

---------------------------------------------------------------------------
(* What holds at every moment.                                             *)

NothingDoubled == \A r \in R : table[r] <= 1
NothingLost == upload.stage = "sealed" => \A r \in R : table[r] >= 1
(* The ledger names no record twice: an upload that it does is stuck for ever. *)
LedgerNamesOnce == ~Twice
NeverStuck == upload.stage # "defect"
(* An object holds what its page says. *)
ObjectsAsNamed == \A page \in ledger : \E object \in objects : object.name = page.object /\ object.records = page.records
(* What a driver takes for landed has landed. *)
KnownHasLanded == \A d \in Up : driver[d].known \subseteq Landed
(* Pages are numbered without a gap, from 1. *)
NumbersWithoutGap == Has("numbered pages") => {key \in Keys : key[1] = 0} = {<<0, n>> : n \in 1..(NextNumber - 1)}

(* Progress: the upload is sealed. *)
IsSealed == <>(upload.stage = "sealed")

---------------------------------------------------------------------------
(* What is reached: each of these is broken, or the above looked at too    *)
(* little.                                                                 *)
NeverSealed == upload.stage # "sealed"
NeverSealedByTwo == ~(upload.stage = "sealed" /\ Cardinality({page.token[1] : page \in ledger}) > 1)
NeverAnothersPage == ~(\E d \in D : driver[d].pc = "whose" /\ Page(PageKey(d)).token # Token(d))
NeverOwnPage == ~(\E d \in D : driver[d].pc = "whose" /\ Page(PageKey(d)).token = Token(d))
NeverSealedAfterLoss == ~(upload.stage = "sealed" /\ budget.losses < Losses)
NeverSealedAfresh == ~(upload.stage = "sealed" /\ generation > 1 /\ \E b \in Batches : <<2, b>> \in commits)
NeverRacedBatch == ~(\E one, other \in Up : one # other /\ Batch(one) = Batch(other) /\ Records(one) # Records(other)
                                            /\ driver[one].pc = "commit" /\ driver[other].pc = "commit")
NeverPassedOver == ~(upload.stage = "superseded" /\ \E d \in Up : driver[d].pc = "done" /\ Records(d) \ driver[d].known # {})
==============================================================================
