import { standBack } from '../../platform/backoff';
import { clock } from '../../platform/clock';
import { lakeKeys, type TableName } from '../../platform/keys';
import { getJson, listObjects, putJsonIf } from '../../platform/objects';
import { ClaimContended } from '../../uploads/claiming';

/** An upload whose rows a merge puts into objects that it shares with others. */
interface Member {
  upload: string;
  /** Id of its claim. */
  claim: string;
  /** The id that its rows bear now: the upload's own, or that of its copy in an earlier merge. */
  from: string;
  /** The id of its copy in this one. */
  to: string;
  rows: Record<TableName, number>;
}

/** An object that a merge leaves. */
interface MergedObject {
  key: string;
  table: TableName;
  day: string;
}

/**
 * A merge: `merges/<n>.json`. It is *open* until each member is seen in its objects or known not to be, then *done*, and *gone* once
 * its objects are deleted; then it names nothing any more, and keeps its number from being given again.
 */
interface Merge {
  n: number;
  state: 'open' | 'done' | 'gone';
  /** When it was done, in milliseconds since 1970: another function may be at it still, for as long as one lives. */
  doneAt?: number;
  members: Member[];
  objects: MergedObject[];
}

interface StoredMerge {
  merge: Merge;
  etag: string;
}

const attempts = 12;

const readMerge = async (bucket: string, n: number): Promise<StoredMerge | undefined> => {
  const stored = await getJson<Merge>(bucket, lakeKeys.merge(n));
  return stored && { merge: stored.value, etag: stored.etag };
};

/** Number of the newest merge, 0 where there is none. */
const newestMerge = async (bucket: string): Promise<number> => {
  let newest = 0;
  for await (const { key } of listObjects(bucket, lakeKeys.allMerges)) {
    newest = Math.max(newest, Number(/(\d+)\.json$/.exec(key)?.[1] ?? 0));
  }
  return newest;
};

/**
 * Writes the merge that follows the newest.
 *
 * @returns whether it is certain that it was written; where not, another may have been
 */
const beginMerge = (bucket: string, merge: Merge): Promise<boolean> =>
  putJsonIf(bucket, lakeKeys.merge(merge.n), merge, { ifAbsent: true });

/** Says that a merge is done; nothing where somebody else did. */
const closeMerge = async (bucket: string, n: number): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await readMerge(bucket, n);
    if (stored?.merge.state !== 'open') return;
    const done: Merge = { ...stored.merge, state: 'done', doneAt: clock.now() };
    if (await putJsonIf(bucket, lakeKeys.merge(n), done, { ifMatch: stored.etag })) return;
    await standBack(attempt);
  }
  throw new ClaimContended(`The merge ${n} is being written by others all the time; it is gone on with later.`);
};

/** Says that the objects of a merge are deleted. */
const forgetMerge = async (bucket: string, { merge: { n }, etag }: StoredMerge): Promise<void> => {
  const gone: Merge = { n, state: 'gone', members: [], objects: [] };
  // Refused by another sweep that said so, and by nothing else: a merge that is done moves to gone alone.
  await putJsonIf(bucket, lakeKeys.merge(n), gone, { ifMatch: etag });
};

export type { Member, Merge, MergedObject };
export { beginMerge, closeMerge, forgetMerge, newestMerge, readMerge };
