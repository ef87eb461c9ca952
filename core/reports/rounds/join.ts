import { standBack } from '../../platform/backoff';
import { clock } from '../../platform/clock';
import { assertCurrent } from '../../uploads/claims';
import { Superseded } from '../../uploads/upload-errors';
import { isAlive } from './alive';
import { endGathering, type Gathered, gather } from './gathering';
import { decide, type Found, type Step, type View } from './joining';
import { type Holder, type Register, readRegister, type StoredRegister, writeRegister } from './register';
import { markReported, readReported } from './reported';
import type { RoundUpload } from './round';
import { enterWaiting, listWaiting } from './waiting';

/** What an execution does now (`$.round`). */
type Part =
  /** Runs the reports of a round. */
  | { role: 'lead'; number: number; key: string; id: string; uploads: number }
  /** Asks again after `wait` seconds. */
  | { role: 'wait'; wait: number }
  /** Leaves its upload to an execution that reports it with others. */
  | { role: 'joined'; by: string }
  /** Its upload is reported. */
  | { role: 'reported'; by: string };

/** Times that the register is looked at in one call. */
const attempts = 20;

type Own = { state: 'waits' } | { state: 'reported'; by: string } | { state: 'superseded'; error: Superseded };

/** What became of an execution's own upload. */
const lookAtOwn = async ({ upload }: RoundUpload): Promise<Own> => {
  const [reported, superseded] = await Promise.all([
    readReported(upload.id),
    assertCurrent(upload).then(
      () => undefined,
      (error) => {
        if (error instanceof Superseded) return error;
        throw error;
      },
    ),
  ]);
  if (reported) return { state: 'reported', by: reported.by };
  return superseded ? { state: 'superseded', error: superseded } : { state: 'waits' };
};

const find = async (holder: Holder | undefined, me: Holder): Promise<Found> => {
  if (holder === undefined) return 'nobody';
  if (holder.execution === me.execution) return 'me';
  return (await isAlive(holder.execution)) ? 'alive' : 'nobody';
};

/** Whom the register names; of a leader nothing is asked where it does not matter. */
const findHolders = async (register: Register | undefined, me: Holder): Promise<Pick<View, 'leader' | 'successor'>> => {
  const successor = await find(register?.successor, me);
  const isMine = register?.leader.execution === me.execution;
  if (isMine || register?.phase === 'done' || successor === 'alive') {
    return { leader: isMine ? 'me' : 'nobody', successor };
  }
  return { leader: await find(register?.leader, me), successor };
};

const hasPart = (register: Register | undefined, { execution }: Holder): boolean =>
  register?.leader.execution === execution || register?.successor?.execution === execution;

/** An execution that joins, through all that it does in one call. */
class Joining {
  private readonly me: Holder;
  private own: Own = { state: 'waits' };
  private latest: number | undefined;
  /** What was gathered for a round, until the register says so. */
  private gathered: (Gathered & { number: number }) | undefined;

  constructor(private readonly entry: RoundUpload) {
    this.me = { execution: entry.execution, upload: entry.upload.id };
  }

  async join(): Promise<Part> {
    const [own, known] = await Promise.all([lookAtOwn(this.entry), readRegister()]);
    this.own = own;
    let read = known;
    if (!hasPart(read?.value, this.me)) {
      if (own.state !== 'waits') return this.end();
      // Before the register is read from which follows who reports it.
      await enterWaiting(this.entry);
      read = await readRegister();
    }
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const step = decide({ me: this.me, ...(await this.view(read)) });
      const part = await this.take(step, read, attempt);
      if (part !== undefined) return part;
      read = await readRegister();
    }
    // Others write the register all the time.
    return { role: 'wait', wait: 1 };
  }

  private async view(read: StoredRegister): Promise<Omit<View, 'me'>> {
    const holders = await findHolders(read?.value, this.me);
    return { register: read?.value, ...holders, own: this.own.state, latest: this.latest, now: clock.now() };
  }

  /** @returns undefined where the register has to be looked at again */
  private async take(step: Step, read: StoredRegister, attempt: number): Promise<Part | undefined> {
    switch (step.do) {
      case 'write':
        if (!(await writeRegister(read, step.next))) await standBack(attempt);
        return undefined;
      case 'gather':
        return read && this.gather(read, attempt);
      case 'look':
        this.latest = (await listWaiting()).at(-1)?.since ?? 0;
        return undefined;
      case 'mark':
        await markReported(step.mailed, [this.me.upload]);
        this.own = await lookAtOwn(this.entry);
        return undefined;
      case 'wait':
        return { role: 'wait', wait: step.seconds };
      case 'join':
        return { role: 'joined', by: step.by };
      case 'lead':
        return leading(read?.value);
      case 'end':
        return this.end();
    }
  }

  private async gather(read: StoredRegister & object, attempt: number): Promise<Part | undefined> {
    const { round: number } = read.value;
    if (this.gathered?.number !== number) {
      const found = await gather(read.value);
      this.gathered = found && { ...found, number };
    }
    if (!(await endGathering(read, this.gathered))) {
      await standBack(attempt);
      return undefined;
    }
    if (this.gathered !== undefined) return undefined;
    this.own = await lookAtOwn(this.entry);
    return this.end();
  }

  private end(): Part {
    const { own } = this;
    if (own.state === 'superseded') throw own.error;
    if (own.state === 'reported') return { role: 'reported', by: own.by };
    throw new Error(`The upload ${this.me.upload} waits to be reported, and cannot be read.`);
  }
}

const leading = (register: Register | undefined): Part => {
  const { round: number, key, id, uploads } = register ?? {};
  if (number === undefined || key === undefined || id === undefined || uploads === undefined) {
    throw new Error('The register of rounds names no round that could be led.');
  }
  return { role: 'lead', number, key, id, uploads: uploads.length };
};

/**
 * Joins the reporting with an upload that queries see: says whether this execution runs the reports now, for it and all others
 * that wait; waits to do so next; or leaves that to the one that waits already. May be called again at any time, with the same
 * outcome or a later one.
 *
 * @throws {@link Superseded} where the upload was replaced or withdrawn, and nobody counts on this execution
 */
const joinReporting = (entry: RoundUpload): Promise<Part> => new Joining(entry).join();

export type { Part };
export { joinReporting };
