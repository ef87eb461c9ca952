import { isDeepStrictEqual } from 'node:util';
import { clock } from '../platform/clock';
import { eachAtOnce } from '../platform/concurrency';
import { lakeKeys } from '../platform/keys';
import { deleteObjects } from '../platform/objects';
import { mergeOf } from './copies';
import { forgetMerge, type Merge, readMerge } from './merging/merges';
import { type CopiesOf, countCopies } from './merging/survey';
import { readSealed } from './sealed';
import { foldShard, readShard, type Shard } from './shards';
import { type ClaimLog, readSummary, type SummaryLine, shards, type Version, writeSummary } from './visibility-log';

interface Sweep {
  /**
   * How long what no query that begins may read is kept for those that began before, in milliseconds: longer than a query with its
   * time in the queue, and than a function lives.
   */
  grace: number;
  /** Whether there is time for another shard, or another upload. */
  goOn: () => boolean;
}

/** What a sweep did. */
interface Swept {
  uploads: number;
  objects: number;
  /** Objects of the log that were summed up, and went. */
  entries: number;
}

const deletionsAtOnce = 8;

/** Deletes the objects of an upload, then what names them: killed in between, the next sweep does it again. */
const deleteUpload = async (bucket: string, upload: string): Promise<number> => {
  const sealed = await readSealed(bucket, upload);
  if (sealed === undefined) return 0;
  await deleteObjects(
    bucket,
    sealed.objects.map(({ key }) => key),
  );
  await deleteObjects(bucket, [lakeKeys.sealed(upload)]);
  return sealed.objects.length;
};

/** Whether the objects of a merge are deleted; each is asked for once. */
const goneMerges = (bucket: string): ((n: number) => Promise<boolean>) => {
  const asked = new Map<number, Promise<boolean>>();
  const ask = async (n: number) => (await readMerge(bucket, n))?.merge.state === 'gone';
  return (n) => {
    const answer = asked.get(n) ?? ask(n);
    asked.set(n, answer);
    return answer;
  };
};

type IsGone = ReturnType<typeof goneMerges>;

const isDue = ({ until, swept }: Version, { grace }: Sweep): boolean =>
  !swept && until !== undefined && until + grace <= clock.now();

/**
 * Deletes what was retired long enough ago, and marks it in the logs. A copy has no objects of its own: it is marked once its merge
 * is gone.
 */
const sweepRetired = async (
  bucket: string,
  logs: Map<string, ClaimLog>,
  isGone: IsGone,
  sweep: Sweep,
): Promise<Swept> => {
  const due = [...logs.values()].flatMap(({ versions }) =>
    [...versions].filter(([, version]) => isDue(version, sweep)),
  );
  const swept = { uploads: 0, objects: 0, entries: 0 };
  await eachAtOnce(deletionsAtOnce, due, async ([id, version]) => {
    if (!sweep.goOn()) return;
    const merge = mergeOf(id);
    if (merge !== undefined && !(await isGone(merge))) return;
    const objects = merge === undefined ? await deleteUpload(bucket, id) : 0;
    version.swept = true;
    if (objects > 0) swept.uploads += 1;
    swept.objects += objects;
  });
  return swept;
};

const byAge = ([one, a]: [string, Version], [other, b]: [string, Version]): number =>
  a.generation - b.generation || (mergeOf(one) ?? 0) - (mergeOf(other) ?? 0);

/**
 * The next summary. An upload that was swept leaves it once no entry names it any more: a query that lists the objects of the log
 * one after the other might otherwise find the entry that made it visible, and neither the one that hid it nor a summary of both.
 * The newest of a claim stays, of its copies the last: with the last line the claim's number would go. The next entry would be the
 * first again, and go as one that an older summary covers.
 */
const summarise = ({ lines }: Shard, logs: Map<string, ClaimLog>): SummaryLine[] => {
  const named = new Set(lines.flatMap((entry) => entry ?? []).map(({ upload_id }) => upload_id));
  return [...logs].flatMap(([claim, { versions, last }]) => {
    const newest = [...versions].toSorted(byAge).at(-1)?.[0];
    return [...versions]
      .filter(([upload, { swept }]) => !swept || named.has(upload) || upload === newest)
      .map(([upload_id, { from, until, generation, swept }]) => ({
        upload_id,
        ...(from !== undefined && { visible_from: from }),
        ...(until !== undefined && { visible_until: until }),
        generation,
        claim,
        n: last,
        ...(swept && { swept }),
      }));
  });
};

/** Takes away the entries that a summary of some age covers, and the summaries before it: no query that runs reads them. */
const deleteCovered = async (bucket: string, { entries, summaries }: Shard, { grace }: Sweep): Promise<number> => {
  const base = summaries.findLast(({ modified }) => modified + grace <= clock.now());
  const covering = base && (await readSummary(bucket, base));
  if (covering === undefined) return 0;
  const covered = new Map(covering.map(({ claim, n }) => [claim, n]));
  const done = entries.filter(({ claim, n }) => n <= (covered.get(claim) ?? 0));
  const outdated = summaries.filter(({ n }) => n < (base?.n ?? 0));
  await deleteObjects(
    bucket,
    done.map(({ key }) => key),
  );
  // The oldest first: one that was left behind alone would show an upload whose end no other tells any more.
  for (const { key } of outdated) await deleteObjects(bucket, [key]);
  return done.length + outdated.length;
};

/** Sums the shard up anew, where that says something new and the last summary has some age: so a query finds few of them. */
const renewSummary = async (bucket: string, shard: Shard, logs: Map<string, ClaimLog>, { grace }: Sweep) => {
  const newest = shard.summaries.at(-1);
  if (newest !== undefined && newest.modified + grace > clock.now()) return;
  const lines = summarise(shard, logs);
  if (!isDeepStrictEqual(lines, shard.summary)) await writeSummary(bucket, shard.name, (newest?.n ?? 0) + 1, lines);
};

/** Sweeps a shard, and counts the copies that are left in its logs. */
const sweepShard = async (
  bucket: string,
  name: string,
  { copies, isGone }: { copies: Map<number, CopiesOf>; isGone: IsGone },
  sweep: Sweep,
): Promise<Swept> => {
  const shard = await readShard(bucket, name);
  // Another sweep moved it on.
  if (shard === undefined) return { uploads: 0, objects: 0, entries: 0 };
  const logs = foldShard(shard);
  const swept = await sweepRetired(bucket, logs, isGone, sweep);
  for (const log of logs.values()) countCopies(copies, log);
  await renewSummary(bucket, shard, logs, sweep);
  return { ...swept, entries: await deleteCovered(bucket, shard, sweep) };
};

/**
 * Whether nobody reads a merge's objects any more, and nobody may write them. The members that it names are counted, for a log that
 * was not read whole may lack one that lives.
 */
const isSpent = ({ state, doneAt = 0, members }: Merge, dead: number, grace: number): boolean =>
  state === 'done' && doneAt + grace <= clock.now() && members.length === dead;

/**
 * Deletes the objects of merges that were done, and every copy of which was retired, long enough ago. Where some live, the next merge
 * moves them first.
 *
 * @returns how many objects
 */
const sweepMerges = async (
  bucket: string,
  copies: ReadonlyMap<number, CopiesOf>,
  { grace, goOn }: Sweep,
): Promise<number> => {
  const due = [...copies].filter(([, { living, lastEnd }]) => living === 0 && lastEnd + grace <= clock.now());
  let objects = 0;
  await eachAtOnce(deletionsAtOnce, due, async ([n, { dead }]) => {
    const stored = goOn() ? await readMerge(bucket, n) : undefined;
    if (stored === undefined || !isSpent(stored.merge, dead, grace)) return;
    const keys = stored.merge.objects.map(({ key }) => key);
    await deleteObjects(bucket, keys);
    await forgetMerge(bucket, stored);
    objects += keys.length;
  });
  return objects;
};

/**
 * Deletes the objects of uploads that no query sees any more, and sums the log of visibility up, so that queries read few objects
 * of it. Killed anywhere, or run twice at once, it harms nothing; the next one goes on. The log is read once, a shard at a time: of
 * a merge that went, the next sweep marks the copies.
 */
const sweepLake = async (bucket: string, sweep: Sweep): Promise<Swept> => {
  const all: Swept = { uploads: 0, objects: 0, entries: 0 };
  const merges = { copies: new Map<number, CopiesOf>(), isGone: goneMerges(bucket) };
  for (const name of shards) {
    if (!sweep.goOn()) break;
    const { uploads, objects, entries } = await sweepShard(bucket, name, merges, sweep);
    all.uploads += uploads;
    all.objects += objects;
    all.entries += entries;
  }
  all.objects += await sweepMerges(bucket, merges.copies, sweep);
  return all;
};

export type { Sweep, Swept };
export { sweepLake };
