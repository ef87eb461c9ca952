import { standBack } from '../../platform/backoff';
import { clock } from '../../platform/clock';
import { CellflowError } from '../../platform/errors';
import { logger } from '../../platform/telemetry';
import { isTransient } from '../../platform/transient';
import { isAlive } from './alive';
import { mayMail } from './joining';
import { type Register, RoundOvertaken, readRegister, type StoredRegister, writeRegister } from './register';
import { markReported } from './reported';
import type { RoundReference } from './round';
import { listWaiting } from './waiting';

/** Another attempt of the same execution may have the mail on its way: it is asked again when that must be over. */
class MailUnderWay extends CellflowError {}

/** Who mails a round. */
interface Mailer {
  round: RoundReference;
  /** ARN. */
  execution: string;
  /** Id of this attempt, which no other has. */
  attempt: string;
}

/** Times that a write of the register is tried. */
const attempts = 12;

const contended = () => new MailUnderWay('The register of rounds is being written by others all the time.');

/** The register, as long as it is about this round. */
const readMine = async ({ round, execution }: Omit<Mailer, 'attempt'>): Promise<StoredRegister & object> => {
  const read = await readRegister();
  const isMine =
    read?.value.leader.execution === execution && read.value.round === round.number && read.value.key === round.key;
  if (read !== undefined && isMine) return read;
  throw new RoundOvertaken(`The round ${round.number} of ${execution} was taken over by another execution.`);
};

const mailing = ({ writes: _, ...register }: Register, attempt: string): Omit<Register, 'writes'> => ({
  ...register,
  phase: 'mailing',
  since: clock.now(),
  attempt,
});

/** The register with another phase than `mailing`. */
const withPhase = ({ writes: _, attempt: __, ...register }: Register, phase: 'reporting' | 'done') => ({
  ...register,
  phase,
  since: clock.now(),
});

/**
 * Takes the one right to mail a round.
 *
 * @returns the register where the round was mailed before
 * @throws {@link RoundOvertaken} where another execution leads by now
 * @throws {@link MailUnderWay} where an attempt of this one may be at it
 */
const takeMailing = async (mailer: Mailer): Promise<Register | undefined> => {
  for (let number = 0; number < attempts; number += 1) {
    const read = await readMine(mailer);
    const { phase, attempt } = read.value;
    if (phase === 'done') return read.value;
    if (phase === 'mailing') {
      if (attempt === mailer.attempt) return undefined;
      if (mayMail(read.value, clock.now())) {
        throw new MailUnderWay('An attempt that was broken off may have the mail on its way.');
      }
    }
    if (await writeRegister(read, mailing(read.value, mailer.attempt))) return undefined;
    await standBack(number);
  }
  throw contended();
};

/** One attempt at the end of the mailing; undefined where it has to be tried again. */
const tryToEndMailing = async (mailer: Mailer, phase: 'reporting' | 'done'): Promise<Register | undefined> => {
  try {
    const read = await readMine(mailer);
    // The second: its time was over, and another attempt has it.
    if (read.value.phase === phase || read.value.attempt !== mailer.attempt) return read.value;
    const next = withPhase(read.value, phase);
    return (await writeRegister(read, next)) ? { ...next, writes: read.value.writes } : undefined;
  } catch (error) {
    // The mail may be out: who gave up here would have it sent again.
    if (isTransient(error)) return undefined;
    throw error;
  }
};

/**
 * Ends the mailing, with the mail out or not.
 *
 * @returns what the register says of the round
 */
const endMailing = async (mailer: Mailer, phase: 'reporting' | 'done'): Promise<Register> => {
  for (let number = 0; number < attempts; number += 1) {
    const ended = await tryToEndMailing(mailer, phase);
    if (ended !== undefined) return ended;
    await standBack(number);
  }
  throw contended();
};

/**
 * Marks the uploads of a round that was mailed.
 *
 * @returns whether others wait, and nobody is there for them
 */
const closeRound = async ({ round, leader, id = '', since, uploads }: Register): Promise<boolean> => {
  await markReported({ round, by: leader.execution, id, at: since, uploads }, uploads);
  if ((await listWaiting()).length === 0) return false;
  const read = await readRegister();
  // Who came meanwhile and found the round done leads the next.
  if (read?.value.round !== round) return false;
  const { successor } = read.value;
  return successor === undefined || !(await isAlive(successor.execution));
};

/** Sends the mail, and gives the right to mail back where that failed: this attempt will not send it any more. */
const sendOrGiveBack = async (mailer: Mailer, send: () => Promise<void>): Promise<void> => {
  try {
    await send();
  } catch (error) {
    // Where that fails too, the next attempt waits until this one's time is over.
    await endMailing(mailer, 'reporting').catch((cause) =>
      logger.warn('The right to mail was not given back', { error: cause as Error }),
    );
    throw error;
  }
};

/**
 * Mails a round: once, by one attempt of one execution. Only where an attempt is killed after its mail was taken and before it
 * could say so, another may mail again.
 *
 * @param send - sends the mail; fails where it was refused, or not answered
 * @returns whether others wait, and nobody is there for them
 */
const mailRound = async (mailer: Mailer, send: () => Promise<void>): Promise<boolean> => {
  const mailed = await takeMailing(mailer);
  if (mailed !== undefined) return closeRound(mailed);
  await sendOrGiveBack(mailer, send);
  return closeRound(await endMailing(mailer, 'done'));
};

/**
 * That an execution leads a round still.
 *
 * @throws {@link RoundOvertaken}
 */
const assertLeading = async ({ number, key }: RoundReference): Promise<void> => {
  const read = await readRegister();
  if (read?.value.round !== number || read.value.key !== key) {
    throw new RoundOvertaken(`The round ${number} was taken over by another execution.`);
  }
};

export type { Mailer };
export { assertLeading, MailUnderWay, mailRound };
