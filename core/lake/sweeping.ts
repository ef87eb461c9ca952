import { isDeepStrictEqual } from 'node:util';
import { clock } from '../platform/clock';
import { eachAtOnce } from '../platform/concurrency';
import { lakeKeys } from '../platform/keys';
import { deleteObjects } from '../platform/objects';
import { mergeOf } from './copies';
import { forgetMerge, type Merge, newestMerge, readMerge } from './merging/merges';
import { surveyLog } from './merging/survey';
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

/** Merges of which nothing is left. */
type Gone = ReadonlySet<number>;

/**
 * Whether nobody reads a merge's objects any more, and nobody may write them. The members that it names are counted, for a log that
 * was not listed whole may lack one that lives.
 */
const isSpent = ({ state, doneAt = 0, members }: Merge, dead: number, grace: number): boolean =>
  state === 'done' && doneAt + grace <= clock.now() && members.length === dead;

/**
 * Deletes the objects of merges that were done, and every copy of which was retired, long enough ago. Where some live, the next merge
 * moves them first.
 */
const sweepMerges = async (bucket: string, { grace, goOn }: Sweep, swept: Swept): Promise<Gone> => {
  const gone = new Set<number>();
  const survey = (await newestMerge(bucket)) === 0 ? undefined : await surveyLog(bucket, 0);
  const due = [...(survey?.merges ?? [])].filter(
    ([, { living, lastEnd }]) => living === 0 && lastEnd + grace <= clock.now(),
  );
  await eachAtOnce(deletionsAtOnce, due, async ([n, { dead }]) => {
    const stored = goOn() ? await readMerge(bucket, n) : undefined;
    if (stored?.merge.state === 'gone') gone.add(n);
    if (stored === undefined || !isSpent(stored.merge, dead, grace)) return;
    const keys = stored.merge.objects.map(({ key }) => key);
    await deleteObjects(bucket, keys);
    await forgetMerge(bucket, stored);
    gone.add(n);
    swept.objects += keys.length;
  });
  return gone;
};

const isDue = (id: string, { until, swept }: Version, gone: Gone, { grace }: Sweep): boolean => {
  if (swept || until === undefined || until + grace > clock.now()) return false;
  const merge = mergeOf(id);
  return merge === undefined || gone.has(merge);
};

/** Deletes what was retired long enough ago, and marks it in the logs. */
const sweepRetired = async (bucket: string, logs: Map<string, ClaimLog>, gone: Gone, sweep: Sweep): Promise<Swept> => {
  const due = [...logs.values()].flatMap(({ versions }) =>
    [...versions].filter(([id, version]) => isDue(id, version, gone, sweep)),
  );
  const swept = { uploads: 0, objects: 0, entries: 0 };
  await eachAtOnce(deletionsAtOnce, due, async ([upload, version]) => {
    if (!sweep.goOn()) return;
    // A copy has none of its own.
    const objects = await deleteUpload(bucket, upload);
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

const sweepShard = async (bucket: string, name: string, gone: Gone, sweep: Sweep): Promise<Swept> => {
  const shard = await readShard(bucket, name);
  // Another sweep moved it on.
  if (shard === undefined) return { uploads: 0, objects: 0, entries: 0 };
  const logs = foldShard(shard);
  const swept = await sweepRetired(bucket, logs, gone, sweep);
  await renewSummary(bucket, shard, logs, sweep);
  return { ...swept, entries: await deleteCovered(bucket, shard, sweep) };
};

/**
 * Deletes the objects of uploads that no query sees any more, and sums the log of visibility up, so that queries read few objects
 * of it. Killed anywhere, or run twice at once, it harms nothing; the next one goes on.
 */
const sweepLake = async (bucket: string, sweep: Sweep): Promise<Swept> => {
  const all: Swept = { uploads: 0, objects: 0, entries: 0 };
  const gone = await sweepMerges(bucket, sweep, all);
  for (const name of shards) {
    if (!sweep.goOn()) break;
    const { uploads, objects, entries } = await sweepShard(bucket, name, gone, sweep);
    all.uploads += uploads;
    all.objects += objects;
    all.entries += entries;
  }
  return all;
};

export type { Sweep, Swept };
export { sweepLake };
