import { clock } from '../platform/clock';
import { eachAtOnce } from '../platform/concurrency';
import { lakeKeys } from '../platform/keys';
import { getJson, listObjects } from '../platform/objects';
import { type Claim, readClaimIn } from '../uploads/claims';
import { foldShard, readShard } from './shards';
import { change } from './visibility';
import {
  type ClaimLog,
  claimIdOf,
  type Line,
  listSummaries,
  shardOf,
  type Version,
  writeSummary,
} from './visibility-log';

/** What version 0.1 wrote down of an upload, and when. This version's records of what is sealed have no state. */
interface OldUpload {
  upload: string;
  state: 'sealing' | 'sealed' | 'removed';
  modified: number;
}

/** Uploads of version 0.1, by the keys of their claims. */
type OldUploads = Map<string, OldUpload[]>;

type Versions = ReadonlyMap<string, Version>;

const readsAtOnce = 48;
const settlesAtOnce = 16;
/**
 * Uploads that take a claim count from 1, and those that still took it by the code of version 0.1 have 0. What that version left is
 * older than all of them, and what it was sealing is newer than what it had sealed.
 */
const generations = { sealing: -1, sealed: -2, removed: -2 };

const readOldUploads = async (bucket: string): Promise<OldUploads> => {
  const found: OldUploads = new Map();
  await eachAtOnce(readsAtOnce, listObjects(bucket, lakeKeys.allSealed), async ({ key, modified }) => {
    const sealed = await getJson<Partial<OldUpload>>(bucket, key);
    const { upload, state } = sealed?.value ?? {};
    if (upload === undefined || state === undefined) return;
    const entry = await getJson<{ claim: string }>(bucket, lakeKeys.upload(upload));
    if (entry === undefined) return;
    const { claim } = entry.value;
    found.set(claim, [...(found.get(claim) ?? []), { upload, state, modified }]);
  });
  return found;
};

/**
 * The upload whose rows are those of a key: of the sealed ones the one that holds the claim, or else the last, since an upload was
 * sealed only while it held it. That there are several is a fault of version 0.1, which then showed the rows of all.
 */
const standingOf = (uploads: readonly OldUpload[], claim: Claim | undefined): string | undefined => {
  if (claim?.withdrawn) return undefined;
  const sealed = uploads.filter(({ state }) => state === 'sealed');
  const last = sealed.toSorted((a, b) => a.modified - b.modified).at(-1);
  return (sealed.find(({ upload }) => upload === claim?.upload) ?? last)?.upload;
};

/** When a newer upload became visible that did not know of this one. */
const replacedAt = (versions: Versions, generation: number): number | undefined => {
  const newer = [...versions.values()].filter((version) => version.generation > generation);
  const times = newer.flatMap(({ from }) => (from === undefined ? [] : [from]));
  return times.length === 0 ? undefined : Math.min(...times);
};

/**
 * What the log of a claim does not say yet of what version 0.1 left: that the upload is visible whose rows are the key's, that
 * another is still being copied by its execution, that all else is retired, and so swept.
 */
const lackingLines = (
  uploads: readonly OldUpload[],
  claim: Claim | undefined,
  versions: Versions,
  now: number,
): Line[] => {
  const standing = standingOf(uploads, claim);
  return uploads.flatMap(({ upload, state }): Line[] => {
    const known = versions.get(upload);
    if (known?.until !== undefined) return [];
    const line = { upload_id: upload, generation: known?.generation ?? generations[state] };
    if (upload === standing) {
      const until = replacedAt(versions, line.generation);
      if (known?.from !== undefined && until === undefined) return [];
      return [{ ...line, visible_from: known?.from ?? 0, ...(until !== undefined && { visible_until: until }) }];
    }
    // This version went on with it, and its record stayed as it was.
    if (state === 'sealing' && known?.from !== undefined) return [];
    if (state === 'sealing' && upload === claim?.upload && !claim.withdrawn) return known ? [] : [line];
    return [{ ...line, visible_until: now }];
  });
};

const byShard = (old: OldUploads): Map<string, [string, OldUpload[]][]> => {
  const shards = new Map<string, [string, OldUpload[]][]>();
  for (const claim of old) {
    const shard = shardOf(claimIdOf(claim[0]));
    shards.set(shard, [...(shards.get(shard) ?? []), claim]);
  }
  return shards;
};

/**
 * Begins a shard of the log by a summary, where it has none. Whether it was written, and by whom, is seen by what follows.
 */
const beginShard = async (bucket: string, shard: string, claims: readonly [string, OldUpload[]][]): Promise<void> => {
  if ((await listSummaries(bucket, shard)).length > 0) return;
  const now = clock.now();
  const lines: (Line & { claim: string; n: number })[] = [];
  await eachAtOnce(readsAtOnce, claims, async ([key, uploads]) => {
    const claim = (await readClaimIn(bucket, key))?.value;
    const lacking = lackingLines(uploads, claim, new Map(), now);
    lines.push(...lacking.map((line) => ({ ...line, claim: claimIdOf(key), n: 0 })));
  });
  await writeSummary(bucket, shard, 1, lines);
};

/** Whether a writer may have read the log of a claim before the old uploads were in it, and write what follows from that. */
const isOpen = (uploads: readonly OldUpload[], { versions, last }: ClaimLog): boolean =>
  last > 0 && uploads.some(({ upload }) => versions.has(upload) && versions.get(upload)?.until === undefined);

/** Lines that say once more what is said: the entry takes the number from whoever read the log without them. */
const repeated = (uploads: readonly OldUpload[], { versions }: ClaimLog): Line[] =>
  uploads.flatMap(({ upload }): Line[] => {
    const known = versions.get(upload);
    if (known === undefined || known.until !== undefined) return [];
    return [
      {
        upload_id: upload,
        ...(known.from !== undefined && { visible_from: known.from }),
        generation: known.generation,
      },
    ];
  });

/** Has the log of a claim say all of it, whatever others write of the claim meanwhile. */
const settleClaim = (bucket: string, key: string, uploads: readonly OldUpload[]): Promise<void> =>
  change(bucket, key, async (log) => {
    const claim = (await readClaimIn(bucket, key))?.value;
    const lacking = lackingLines(uploads, claim, log.versions, clock.now());
    const lines = lacking.length === 0 && isOpen(uploads, log) ? repeated(uploads, log) : lacking;
    return { lines, result: undefined };
  });

const emptyLog: ClaimLog = { versions: new Map(), last: 0 };

/**
 * Looks whether a shard says all of it, and mends what it does not: a summary that was not written, or by somebody else; an
 * attempt before this one, after which version 0.1 went on; a claim that moved, or an upload that became visible, meanwhile.
 */
const settleShard = async (bucket: string, shard: string, claims: readonly [string, OldUpload[]][]): Promise<void> => {
  const read = await readShard(bucket, shard);
  const logs = read && foldShard(read);
  await eachAtOnce(settlesAtOnce, claims, async ([key, uploads]) => {
    const claim = (await readClaimIn(bucket, key))?.value;
    const log = logs?.get(claimIdOf(key)) ?? emptyLog;
    const settled = lackingLines(uploads, claim, log.versions, clock.now()).length === 0 && !isOpen(uploads, log);
    if (!settled) await settleClaim(bucket, key, uploads);
  });
};

/**
 * Has the log of visibility say what version 0.1 left in the tables. May be called again at any time, also when version 0.1 was
 * deployed again in between.
 *
 * @returns how many uploads that version left
 */
const listOldUploads = async (bucket: string): Promise<number> => {
  const old = await readOldUploads(bucket);
  for (const [shard, claims] of byShard(old)) {
    await beginShard(bucket, shard, claims);
    await settleShard(bucket, shard, claims);
  }
  return [...old.values()].reduce((sum, uploads) => sum + uploads.length, 0);
};

export { listOldUploads };
