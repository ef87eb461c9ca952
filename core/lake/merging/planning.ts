import { mapAtOnce } from '../../platform/concurrency';
import { lakeKeys, type TableName } from '../../platform/keys';
import { copyIn } from '../copies';
import { readSealed, rowsByTable, type SealedObject } from '../sealed';
import { isShown, readClaimLog } from '../visibility-log';
import { beginMerge, type Member, type Merge, type MergedObject, readMerge } from './merges';
import type { Survey, Unmerged } from './survey';

/** A small upload that lies in objects of its own. */
interface Candidate extends Unmerged {
  /** In their order. */
  days: string[];
  rows: Record<TableName, number>;
  objects: SealedObject[];
}

/** What may be merged, as a run found it. */
interface Candidates {
  /** Merges of which some copies are dead, so that the living have to move before the dead can be deleted. */
  torn: number[];
  small: Candidate[];
}

const day = 24 * 60 * 60_000;
/** How long ago an upload may have become visible to be looked at: an older one lies in a day that never got crowded. */
const within = 7 * day;
/** Measurements of an upload above which its own objects are large enough. */
const smallRows = 10_000;
/** Measurements of a merge: all of them are in memory, a table and day at a time. */
const mergeRows = 250_000;
/** Members of a merge: an entry of the log is written for each. */
const mostMembers = 500;
/** A merge leaves fewer than this share of the objects: a quarter, or what it can where few uploads make a day a crowded one. */
const worthwhile = (from: number): number => Math.max(1 / 4, 2 / from);
const readsAtOnce = 48;

/** What a survey leads to, the uploads in the order in which they became visible. */
const findCandidates = async (bucket: string, { unmerged, merges }: Survey): Promise<Candidates> => {
  const inOrder = unmerged.toSorted((a, b) => a.from - b.from || (a.upload < b.upload ? -1 : 1));
  const sealed = await mapAtOnce(readsAtOnce, inOrder, async (upload): Promise<Candidate | undefined> => {
    const objects = (await readSealed(bucket, upload.upload))?.objects ?? [];
    const rows = rowsByTable(objects);
    const days = [...new Set(objects.map((object) => object.day))].sort();
    return objects.length > 0 && rows.measurements <= smallRows ? { ...upload, days, rows, objects } : undefined;
  });
  return {
    torn: [...merges].filter(([, { living, dead }]) => living > 0 && dead > 0).map(([n]) => n),
    small: sealed.filter((candidate) => candidate !== undefined),
  };
};

/** Days to which so many of the candidates belong, the most crowded first. */
const crowdedDays = (candidates: readonly Candidate[], from: number): string[] => {
  const counts = new Map<string, number>();
  for (const each of candidates.flatMap(({ days }) => days)) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= from)
    .toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([crowded]) => crowded);
};

/** As many of them, from the first, as one merge takes. */
const atMost = (candidates: readonly Candidate[]): Candidate[] => {
  let rows = 0;
  const taken: Candidate[] = [];
  for (const candidate of candidates) {
    rows += candidate.rows.measurements;
    if (taken.length > 0 && (rows > mergeRows || taken.length >= mostMembers)) break;
    taken.push(candidate);
  }
  return taken;
};

/** Of each table and day that there is, one object. */
const mergedObjects = (n: number, objects: readonly { table: TableName; day: string }[]): MergedObject[] => {
  const named = objects.map(({ table, day }) => ({ key: lakeKeys.merged(table, day, n), table, day }));
  return [...new Map(named.map((object) => [object.key, object])).values()];
};

/** A merge of uploads of one crowded day, with all of their days; undefined where none would leave far fewer objects. */
const ofCrowdedDay = (n: number, small: readonly Candidate[], from: number): Merge | undefined => {
  for (const crowded of crowdedDays(small, from)) {
    // Those of the same days next to each other.
    const theirs = small
      .filter(({ days }) => days.includes(crowded))
      .map((candidate) => ({ candidate, days: candidate.days.join() }))
      .toSorted((a, b) => (a.days === b.days ? 0 : a.days < b.days ? -1 : 1))
      .map(({ candidate }) => candidate);
    const taken = atMost(theirs);
    const before = taken.flatMap(({ objects }) => objects);
    const objects = mergedObjects(n, before);
    if (objects.length >= before.length * worthwhile(from)) continue;
    const members = taken.map(({ upload, claim, rows }) => ({
      upload,
      claim,
      from: upload,
      to: copyIn(n, upload),
      rows,
    }));
    return { n, state: 'open', members, objects };
  }
  return undefined;
};

const isLiving = async (bucket: string, { claim, to }: Member): Promise<boolean> =>
  isShown((await readClaimLog(bucket, claim)).versions.get(to));

/** The living of a merge that has dead ones, put together anew. */
const ofLiving = async (bucket: string, n: number, torn: number): Promise<Merge | undefined> => {
  const stored = await readMerge(bucket, torn);
  if (stored?.merge.state !== 'done') return undefined;
  const { members, objects } = stored.merge;
  const living = await mapAtOnce(readsAtOnce, members, (member) => isLiving(bucket, member));
  const moved = members
    .filter((_, index) => living[index])
    .map(({ to, ...member }) => ({ ...member, from: to, to: copyIn(n, member.upload) }));
  return moved.length === 0 ? undefined : { n, state: 'open', members: moved, objects: mergedObjects(n, objects) };
};

/**
 * Writes down the next merge, and takes what it is of from the candidates.
 *
 * @param n - the number that follows the newest merge, which is not open
 * @param from - uploads of a day from which on they are merged
 * @returns the merge; undefined where there is none to make, or somebody else makes one
 */
const planMerge = async (
  bucket: string,
  n: number,
  candidates: Candidates,
  from: number,
): Promise<Merge | undefined> => {
  let merge: Merge | undefined;
  while (merge === undefined && candidates.torn.length > 0)
    merge = await ofLiving(bucket, n, candidates.torn.shift() ?? 0);
  merge ??= ofCrowdedDay(n, candidates.small, from);
  if (merge === undefined) return undefined;
  const taken = new Set(merge.members.map(({ upload }) => upload));
  candidates.small = candidates.small.filter(({ upload }) => !taken.has(upload));
  return (await beginMerge(bucket, merge)) ? merge : undefined;
};

export type { Candidates };
export { findCandidates, planMerge, within };
