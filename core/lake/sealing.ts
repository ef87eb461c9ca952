import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../platform/clients';
import { eachAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { listObjects, putJson } from '../platform/objects';
import { assertCurrent, overtakenBy, readClaim } from '../uploads/claims';
import type { Totals, Upload } from '../uploads/upload';
import { Superseded } from '../uploads/upload-errors';
import { LandingDefect } from './landing';
import { forEachLedger, type LandedObject } from './ledger';
import {
  countRows,
  deleteObjects,
  readSealed,
  removeSealed,
  type Sealed,
  type SealedObject,
  writeSealed,
} from './sealed';

/** An object that landed, and its place in a table. */
interface Placement extends SealedObject {
  source: string;
  bytes: number;
}

/** The time of this attempt is over; the next one goes on where it ended. */
class SealingUnfinished extends CellflowError {}

const copiesAtOnce = 48;
const listsAtOnce = 16;
/** A newer version may come while copies are made: the claim is looked at again after so many. */
const copiesBetweenChecks = 2_000;

const place = (upload: string, objects: LandedObject[]): Placement[] => {
  const parts = new Map<string, number>();
  return objects
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key: source, table, day, rows, bytes }) => {
      const part = parts.get(`${table}/${day}`) ?? 0;
      parts.set(`${table}/${day}`, part + 1);
      return { key: lakeKeys.table(table, day, upload, part), table, day, rows, source, bytes };
    });
};

/** Where each landed object goes; the same for the same ledger, however often it is asked. */
const planPlacements = async (bucket: string, { id: upload, key }: Upload, totals: Totals): Promise<Placement[]> => {
  const objects: LandedObject[] = [];
  await forEachLedger(bucket, upload, (ledger) => {
    objects.push(...ledger.objects);
  });
  const placements = place(upload, objects);
  const rows = countRows(placements);
  if (rows !== totals.valid) {
    throw new LandingDefect(
      `The ledger of ${key} names objects with ${rows} rows, but ${totals.valid} rows were valid.`,
    );
  }
  return placements;
};

const toIntent = (upload: string, state: Sealed['state'], placements: readonly SealedObject[]): Sealed => ({
  upload,
  state,
  objects: placements.map(({ key, table, day, rows }) => ({ key, table, day, rows })),
});

const sameObjects = (a: readonly SealedObject[], b: readonly SealedObject[]): boolean =>
  a.length === b.length && a.every(({ key, rows }, index) => key === b[index]?.key && rows === b[index]?.rows);

/** Sizes of the upload's objects that an earlier attempt put into the tables. */
const findCopies = async (
  bucket: string,
  upload: string,
  objects: readonly SealedObject[],
): Promise<Map<string, number>> => {
  const sizes = new Map<string, number>();
  const prefixes = new Set(objects.map(({ table, day }) => `${table}/day=${day}/${upload}-`));
  await eachAtOnce(listsAtOnce, prefixes, async (prefix) => {
    for await (const { key, size } of listObjects(bucket, prefix)) sizes.set(key, size);
  });
  return sizes;
};

/**
 * Writes down what will be in the tables, before anything is; takes away what an earlier attempt left that does not belong.
 *
 * @returns sizes of the copies that are there already
 */
const declare = async (bucket: string, upload: string, placements: Placement[]): Promise<Map<string, number>> => {
  const earlier = (await readSealed(bucket, upload))?.value;
  const intent = toIntent(upload, 'sealing', placements);
  if (earlier === undefined) {
    await writeSealed(bucket, intent);
    return new Map();
  }
  if (!sameObjects(earlier.objects, intent.objects)) {
    const keep = new Set(intent.objects.map(({ key }) => key));
    await deleteObjects(
      bucket,
      earlier.objects.map(({ key }) => key).filter((key) => !keep.has(key)),
    );
    await writeSealed(bucket, intent);
    // Another object may be behind the same name: all are copied again.
    return new Map();
  }
  if (earlier.state === 'removed') await writeSealed(bucket, intent);
  return findCopies(bucket, upload, intent.objects);
};

/** Copies one object within the lake bucket. Landed objects are far below the 5 GB that S3 copies in one request. */
const copy = async (bucket: string, { source, key }: Placement): Promise<void> => {
  await s3().send(
    new CopyObjectCommand({
      Bucket: bucket,
      Key: key,
      CopySource: `${bucket}/${source.split('/').map(encodeURIComponent).join('/')}`,
    }),
  );
};

const copyAll = async (bucket: string, upload: Upload, placements: Placement[], goOn: () => boolean): Promise<void> => {
  const there = await declare(bucket, upload.id, placements);
  const missing = placements.filter(({ key, bytes }) => there.get(key) !== bytes);
  for (let start = 0; start < missing.length; start += copiesBetweenChecks) {
    if (!goOn()) {
      throw new SealingUnfinished(
        `${missing.length - start} of ${placements.length} objects of ${upload.key} are still to copy.`,
      );
    }
    await eachAtOnce(copiesAtOnce, missing.slice(start, start + copiesBetweenChecks), (placement) =>
      copy(bucket, placement),
    );
    await assertCurrent(upload);
  }
};

/**
 * Marks the upload as sealed.
 *
 * @throws {@link Superseded} where its objects were taken away since the claim was last looked at
 */
const conclude = async (bucket: string, upload: Upload, placements: Placement[]): Promise<void> => {
  const declared = await readSealed(bucket, upload.id);
  await assertCurrent(upload);
  const sealed = toIntent(upload.id, 'sealed', placements);
  if (declared?.value.state === 'removed' || !(await writeSealed(bucket, sealed, declared?.etag))) {
    throw new Superseded((await overtakenBy(upload)) ?? 'superseded: its rows were taken away while it was sealed');
  }
};

/**
 * Takes away what an overtaken upload was putting into the tables, also what it copied after its removal. What was sealed
 * whole stays until the newer version is sealed, so that readers always see one of them.
 */
const withdrawCopies = async (bucket: string, upload: string): Promise<void> => {
  const stored = await readSealed(bucket, upload);
  if (stored === undefined || stored.value.state === 'sealed') return;
  await deleteObjects(
    bucket,
    stored.value.objects.map(({ key }) => key),
  );
  await writeSealed(bucket, { ...stored.value, state: 'removed' });
};

/** Takes the uploads away that this one replaces, and notes it in the claim, which a newer version may hold by now. */
const removeReplaced = async (bucket: string, upload: Upload): Promise<string[]> => {
  const removed = new Set<string>();
  for (;;) {
    const stored = await readClaim(upload.claim);
    if (stored?.value.upload !== upload.id || stored.value.withdrawn) {
      throw new Superseded((await overtakenBy(upload)) ?? 'superseded while it was sealed');
    }
    const replaces = stored.value.replaces.filter((id) => id !== upload.id);
    if (replaces.length === 0) return [...removed];
    for (const id of replaces) {
      await removeSealed(bucket, id);
      removed.add(id);
    }
    await putJson(bucket, upload.claim, { ...stored.value, replaces: [] }, { ifMatch: stored.etag });
  }
};

/** What *Seal upload* says of itself (`$.sealed`). */
interface SealResult {
  objects: number;
  rows: number;
  replaced: string[];
}

/**
 * Makes an upload visible: copies exactly what its ledger names into the tables, then takes away what it replaces. Killed
 * anywhere, it goes on where it was.
 *
 * @param goOn - whether there is time for another portion of copies
 * @throws {@link LandingDefect}, {@link SealingUnfinished}, {@link Superseded}
 */
const seal = async (bucket: string, upload: Upload, totals: Totals, goOn: () => boolean): Promise<SealResult> => {
  try {
    await assertCurrent(upload);
    const placements = await planPlacements(bucket, upload, totals);
    await copyAll(bucket, upload, placements, goOn);
    await conclude(bucket, upload, placements);
    const replaced = await removeReplaced(bucket, upload);
    return { objects: placements.length, rows: totals.valid, replaced };
  } catch (error) {
    if (error instanceof Superseded) await withdrawCopies(bucket, upload.id);
    throw error;
  }
};

export type { SealResult };
export { SealingUnfinished, seal };
