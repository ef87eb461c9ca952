import type { Holder, Mailed, Register } from './register';

/**
 * Who an execution finds in a place of the register: itself, one that is on its way, or nobody, also where that one has ended.
 */
type Found = 'me' | 'alive' | 'nobody';

/** What an execution knows when it decides what to do about the reports. */
interface View {
  me: Holder;
  register?: Register;
  leader: Found;
  successor: Found;
  /** What became of its own upload. */
  own: 'waits' | 'reported' | 'superseded';
  /** When the latest of the uploads that wait came, in milliseconds since 1970; where it is asked for. */
  latest?: number;
  /** Milliseconds since 1970. */
  now: number;
}

type Next = Omit<Register, 'writes'>;

type Step =
  /** Leads the round that the register has. */
  | { do: 'lead' }
  /** Looks which uploads wait, and makes a round of them. */
  | { do: 'gather' }
  /** Writes the register, and decides again. */
  | { do: 'write'; next: Next }
  /** Asks again after seconds. */
  | { do: 'wait'; seconds: number }
  /** Asks which upload came last, and decides again. */
  | { do: 'look' }
  /** Its upload is mailed: marks it, and decides again. */
  | { do: 'mark'; mailed: Mailed }
  /** Leaves it to another. */
  | { do: 'join'; by: string }
  /** There is nothing to do for it. */
  | { do: 'end' };

/** How long a function that mails may be at work, with what its clock and a call on its way may add, in milliseconds. */
const mailingTime = { function: 60_000, reserve: 60_000 };

/** A successor gathers what comes in a burst: until nothing came for this time, in milliseconds, */
const quiet = 2_000;
/** but not longer than this after the round before was done. */
const longestGathering = 15_000;

/** In seconds. */
const shortestWait = 1;
const longestWait = 60;

/** The round that was mailed last, as long as its uploads may lack their marks. */
const mailedOf = ({ phase, round, leader, id = '', since, uploads, mailed }: Register): Mailed | undefined =>
  phase === 'done' && uploads.length > 0 ? { round, by: leader.execution, id, at: since, uploads } : mailed;

/** A new round, of what waits once its leader is known to all. */
const nextRound = ({ me, register, now }: View): Next => {
  const mailed = register && mailedOf(register);
  return {
    round: (register?.round ?? 0) + 1,
    leader: me,
    phase: 'gathering',
    since: now,
    uploads: [],
    ...(mailed && { mailed }),
  };
};

const withSuccessor = ({ writes: _, ...register }: Register, { me, now }: View): Next => ({
  ...register,
  successor: { ...me, since: now },
});

/** Whether the mail of an attempt that was broken off, or of an execution that has ended, may still go out. */
const mayMail = ({ phase, since }: Register, now: number): boolean =>
  phase === 'mailing' && now < since + mailingTime.function + mailingTime.reserve;

/** Whether the round that the register has goes on. */
const isLed = ({ register, leader, now }: View): boolean =>
  register !== undefined && register.phase !== 'done' && (leader === 'alive' || mayMail(register, now));

/** A fifth of the time that was waited, within limits: the history of an execution holds 25,000 events. */
const waitFor = (since: number, now: number): number =>
  Math.min(longestWait, Math.max(shortestWait, Math.floor((now - since) / 5_000)));

/** What the leader that the register has does, when it comes to join. */
const stepOfLeader = (view: View, register: Register): Step => {
  if (register.phase === 'gathering') return { do: 'gather' };
  if (register.phase !== 'done') return { do: 'lead' };
  // Its round is over, and others waited when it looked.
  return view.successor === 'alive' ? { do: 'end' } : { do: 'write', next: nextRound(view) };
};

const stepOfSuccessor = (view: View, register: Register): Step => {
  const since = register.successor?.since ?? view.now;
  if (isLed(view)) return { do: 'wait', seconds: waitFor(since, view.now) };
  // There is a successor in a burst only: more of it may be about to come.
  const gathersUntil = register.since + longestGathering;
  if (view.now < gathersUntil) {
    if (view.latest === undefined) return { do: 'look' };
    if (view.now < Math.min(view.latest + quiet, gathersUntil)) return { do: 'wait', seconds: shortestWait };
  }
  return { do: 'write', next: nextRound(view) };
};

/**
 * What an execution does whose upload is visible, or that has the part of leader or successor. It may be asked again at any time.
 *
 * Nothing that waits is forgotten: an execution leaves it to a successor only after its own upload was written down; the successor
 * becomes the leader by a later write than it saw, and looks what waits after that.
 */
const decide = (view: View): Step => {
  const { register, leader, successor, own, me } = view;
  if (register !== undefined && leader === 'me') return stepOfLeader(view, register);
  if (register !== undefined && successor === 'me') return stepOfSuccessor(view, register);
  if (own !== 'waits') return { do: 'end' };
  const mailed = register && mailedOf(register);
  if (mailed?.uploads.includes(me.upload)) return { do: 'mark', mailed };
  if (successor === 'alive') return { do: 'join', by: register?.successor?.execution ?? '' };
  if (register === undefined || !isLed(view)) return { do: 'write', next: nextRound(view) };
  return { do: 'write', next: withSuccessor(register, view) };
};

export type { Found, Step, View };
export { decide, mailingTime, mayMail };
