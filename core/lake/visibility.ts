import { standBack } from '../platform/backoff';
import { clock, sleepUntil } from '../platform/clock';
import { ClaimContended } from '../uploads/claiming';
import { assertCurrent, type ClaimedUpload, generationOf, isCurrent } from '../uploads/claims';
import { Superseded } from '../uploads/upload-errors';
import { uploadOf } from './copies';
import { appendEntry, type ClaimLog, earliest, type Line, readClaimLog, type Version } from './visibility-log';

/** How far ahead a change of visibility is announced. */
interface Notice {
  /** Milliseconds: more than a write takes to be there and clocks differ, or a query could begin after it and read before. */
  delay: number;
}

/** What became visible. */
interface Visible {
  /** Queries that begin at this time, in milliseconds since 1970, or later see it. */
  from: number;
  /** Uploads that those do not see any more. */
  replaced: string[];
}

/** What a log is to be told, nothing where it says all already, and what follows from it once it does. */
interface Change<Result> {
  lines: Line[];
  /** Time for the write, in milliseconds. @default - the client's own patience */
  patience?: number;
  result: Result;
}

const attempts = 12;
/** Age in milliseconds at which a reading of the log is no good any more: less than entries are kept for after they are summed up. */
const staleAfter = 10 * 60_000;
/** Readings of a log that fit into the notice of a write to it at least: a store that answers slowly is given time. */
const readingsInNotice = 4;
/** Each refused write doubles the notice up to this, so that a slow store is waited for. */
const longestNotice = 60_000;

/** How a log was read. */
interface Reading {
  /** Writes to it that were refused before. */
  refused: number;
  /** Milliseconds that reading took. */
  took: number;
}

/**
 * Tells a claim's log what a reading of it leads to. Where it is not certain that it was written, all is read again: what is
 * there then says whether it was.
 */
const change = async <Result>(
  bucket: string,
  claim: string,
  decide: (log: ClaimLog, reading: Reading) => Promise<Change<Result>>,
): Promise<Result> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const readAt = clock.now();
    const log = await readClaimLog(bucket, claim);
    const { lines, patience, result } = await decide(log, { refused: attempt, took: clock.now() - readAt });
    // A laptop that slept: the number may have been given, summed up and taken away since.
    if (clock.now() - readAt > staleAfter) continue;
    if (lines.length === 0 || (await appendEntry(bucket, claim, log, lines, patience))) return result;
    await standBack(attempt);
  }
  throw new ClaimContended(`The log of visibility of ${claim} is being written by others all the time; try again.`);
};

const isRetired = (version: Version | undefined): boolean => version?.until !== undefined;

/** What the log says of an upload: under its own id, and of its copies in merged objects. */
const copiesOf = ({ versions }: ClaimLog, upload: string): Version[] =>
  [...versions].filter(([id]) => uploadOf(id) === upload).map(([, version]) => version);

const lineOf = (
  upload: string,
  { generation }: Version,
  times: Pick<Line, 'visible_from' | 'visible_until'>,
): Line => ({
  upload_id: upload,
  ...times,
  generation,
});

/** A moment in the future that is later than all that the log names: of two changes the later counts for later queries. */
const nextMoment = ({ versions }: ClaimLog, { delay }: Notice, { refused, took }: Reading) => {
  const notice = Math.min(longestNotice, Math.max(delay, readingsInNotice * took) * 2 ** refused);
  const named = [...versions.values()].flatMap(({ from = 0, until = 0 }) => [from, until]);
  // A write that is not there in half of the time has to be reckoned anew.
  return { moment: Math.max(clock.now() + notice, ...named.map((time) => time + 1)), patience: Math.ceil(notice / 2) };
};

/** Where an upload is: its objects are to be copied under its own id, or its rows are in merged objects already. */
type Enlisted = 'enlisted' | 'merged';

/**
 * Lists an upload whose objects are about to be copied, so that whatever becomes of it, somebody knows of them.
 *
 * The log is read before the claim: a version that took the claim after that will find this entry, or refuse it its number.
 *
 * @throws {@link Superseded} where it is overtaken or retired
 */
const enlist = (bucket: string, upload: ClaimedUpload): Promise<Enlisted> =>
  change<Enlisted>(bucket, upload.claim, async (log) => {
    const copies = copiesOf(log, upload.id);
    if (copies.length > 0 && copies.every(isRetired)) throw new Superseded('superseded: its rows were retired');
    const mine = log.versions.get(upload.id);
    if (copies.length > 0) {
      return { lines: [], result: mine === undefined || isRetired(mine) ? 'merged' : 'enlisted' };
    }
    const generation = generationOf(await assertCurrent(upload));
    return { lines: [{ upload_id: upload.id, generation }], result: 'enlisted' };
  });

/**
 * Makes an upload visible, and all older versions of its key invisible, for all queries that begin at one moment or later: by one
 * write. Waits for that moment. Done already, it is only waited for.
 *
 * @throws {@link Superseded} where it is retired, or was never enlisted
 */
const makeVisible = async (bucket: string, upload: ClaimedUpload, notice: Notice): Promise<Visible> => {
  const visible = await change<Visible>(bucket, upload.claim, async (log, reading) => {
    const copies = copiesOf(log, upload.id);
    const mine = copies.find((copy) => !isRetired(copy));
    if (mine === undefined) throw new Superseded('superseded: its rows were retired');
    const older = [...log.versions].filter(([, { generation }]) => generation < mine.generation);
    const wereVisible = (versions: typeof older) => [
      ...new Set(versions.filter(([, { from }]) => from !== undefined).map(([id]) => uploadOf(id))),
    ];
    const from = copies.map((copy) => copy.from).reduce(earliest);
    if (from !== undefined) {
      const replaced = wereVisible(older.filter(([, { until }]) => until === from));
      return { lines: [], result: { from, replaced } };
    }
    const open = older.filter(([, version]) => !isRetired(version));
    const { moment, patience } = nextMoment(log, notice, reading);
    return {
      lines: [
        lineOf(upload.id, mine, { visible_from: moment }),
        ...open.map(([id, version]) => lineOf(id, version, { visible_until: moment })),
      ],
      patience,
      result: { from: moment, replaced: wereVisible(open) },
    };
  });
  await sleepUntil(visible.from);
  return visible;
};

/** Retires an overtaken upload that was only enlisted. What is visible stays so until the newer version is. */
const retire = (bucket: string, upload: ClaimedUpload): Promise<void> =>
  change(bucket, upload.claim, async ({ versions }) => {
    const mine = versions.get(upload.id);
    const enlisted = mine !== undefined && mine.from === undefined && mine.until === undefined;
    if (!enlisted || (await isCurrent(upload))) return { lines: [], result: undefined };
    return { lines: [lineOf(upload.id, mine, { visible_until: clock.now() })], result: undefined };
  });

/** Does a stage's work on an upload that may be enlisted; where it turns out to be overtaken, what it had enlisted is retired. */
const retiring = async <Result>(
  bucket: string,
  upload: ClaimedUpload,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Superseded) await retire(bucket, upload);
    throw error;
  }
};

/**
 * Hides an upload for good, also one that is not there yet, and with it the older versions of its key, where it held the claim.
 * Waits until no query that begins sees them.
 *
 * @returns what was visible: ids that rows bear, those of copies among them
 */
const hide = async (
  bucket: string,
  { id, claim, generation }: ClaimedUpload & { generation: number },
  withOlder: boolean,
  notice: Notice,
): Promise<string[]> => {
  // Moments that an attempt wrote, whose answer may have been lost: what ends then was hidden here.
  const asked = new Set<number | undefined>([undefined]);
  const { hidden, moment } = await change(bucket, claim, async (log, reading) => {
    const known = log.versions.get(id) ?? { generation };
    const concerned = [
      [id, known] as const,
      ...[...log.versions].filter(
        ([other, { generation }]) =>
          other !== id && (uploadOf(other) === id || (withOlder && generation < known.generation)),
      ),
    ];
    const open = concerned.filter(([, { until }]) => until === undefined);
    const { moment, patience } = nextMoment(log, notice, reading);
    const ends = concerned.map(([, { until }]) => until ?? moment);
    const hidden = concerned
      .filter(([, { from, until }]) => from !== undefined && asked.has(until))
      .map(([upload]) => upload);
    asked.add(moment);
    return {
      lines: open.map(([upload, version]) => lineOf(upload, version, { visible_until: moment })),
      patience,
      result: { hidden, moment: Math.max(...ends) },
    };
  });
  await sleepUntil(moment);
  return hidden;
};

export type { Notice, Visible };
export { change, enlist, hide, makeVisible, nextMoment, retire, retiring };
