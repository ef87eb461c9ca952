import { createHash } from 'node:crypto';
import { clock } from '../../platform/clock';
import { lakeKeys } from '../../platform/keys';
import { type Register, type StoredRegister, writeRegister } from './register';
import { markReported } from './reported';
import { mergeTotals, type Round, roundSchema } from './round';
import { listWaiting, readWaiting } from './waiting';
import { writeOnce } from './write-once';

/** Most uploads of a round: a person reads their names, a function reads their totals. Others wait for the next round. */
const mostUploads = 1_000;

/** What the results of a round are named by whose leader's own upload is not in it. */
const idOf = (number: number, execution: string): string =>
  createHash('sha256').update(`${number}\0${execution}`).digest('hex').slice(0, 16);

/** Finds what waits, now that all who come know who leads; undefined where nothing does. */
const findRound = async ({ round: number, leader, mailed }: Register): Promise<Round | undefined> => {
  const listed = (await listWaiting()).map(({ upload }) => upload);
  const done = new Set(mailed?.uploads);
  if (mailed) {
    await markReported(
      mailed,
      listed.filter((upload) => done.has(upload)),
    );
  }
  const others = listed.filter((upload) => upload !== leader.upload && !done.has(upload));
  const own = listed.filter((upload) => upload === leader.upload && !done.has(upload));
  const uploads = await readWaiting([...own, ...others], mostUploads);
  if (uploads.length === 0) return undefined;
  const isIn = uploads[0]?.upload.id === leader.upload;
  return {
    number,
    id: isIn ? leader.upload : idOf(number, leader.execution),
    leader: leader.execution,
    uploads,
    totals: mergeTotals(uploads),
  };
};

/** A round, and where it is written down. */
interface Gathered {
  key: string;
  round: Round;
}

/**
 * Writes down the round of what waits. It is written once: an attempt that was broken off, or runs on beside this one, and this one
 * make the same round.
 *
 * @returns undefined where nothing waits
 */
const gather = async (register: Register): Promise<Gathered | undefined> => {
  const found = await findRound(register);
  if (found === undefined) return undefined;
  const key = lakeKeys.round(register.round, register.leader.upload);
  return { key, round: roundSchema.parse(await writeOnce(key, found)) };
};

/** Ends the gathering: the round is reported, or over where nothing waits. */
const endGathering = (read: StoredRegister & object, gathered: Gathered | undefined): Promise<boolean> => {
  const { writes: _, mailed: __, ...register } = read.value;
  const since = clock.now();
  if (gathered === undefined) return writeRegister(read, { ...register, phase: 'done', since });
  const { key, round } = gathered;
  const uploads = round.uploads.map(({ upload }) => upload.id);
  return writeRegister(read, { ...register, phase: 'reporting', since, key, id: round.id, uploads });
};

export type { Gathered };
export { endGathering, gather };
