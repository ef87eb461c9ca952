import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../platform/clients';
import { eachAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { listObjects } from '../platform/objects';
import { assertCurrent } from '../uploads/claims';
import type { Totals, Upload } from '../uploads/upload';
import { LandingDefect } from './landing';
import { forEachLedger, type LandedObject } from './ledger';
import { countRows, readSealed, type SealedObject, writeSealed } from './sealed';
import { enlist, retiring } from './visibility';

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
 * Writes down what will be in the tables, before anything is.
 *
 * @returns sizes of the copies that are there already
 */
const declare = async (bucket: string, upload: string, placements: readonly Placement[]) => {
  if ((await readSealed(bucket, upload)) !== undefined) return findCopies(bucket, upload, placements);
  const objects = placements.map(({ key, table, day, rows }) => ({ key, table, day, rows }));
  await writeSealed(bucket, { upload, objects });
  return new Map<string, number>();
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
    // Spares work: what is copied of an overtaken upload is invisible, and swept.
    await assertCurrent(upload);
    await eachAtOnce(copiesAtOnce, missing.slice(start, start + copiesBetweenChecks), (placement) =>
      copy(bucket, placement),
    );
  }
};

/** What *Seal upload* says of itself (`$.sealed`). */
interface SealResult {
  objects: number;
  rows: number;
}

/**
 * Copies exactly what the ledger of an upload names into the tables, where no query sees it yet. Killed anywhere, it goes on
 * where it was; at the same time as another, both make the same copies.
 *
 * @param goOn - whether there is time for another portion of copies
 * @throws {@link LandingDefect}, {@link SealingUnfinished}, {@link Superseded}
 */
const seal = async (bucket: string, upload: Upload, totals: Totals, goOn: () => boolean): Promise<SealResult> => {
  const placements = await planPlacements(bucket, upload, totals);
  await retiring(bucket, upload, async () => {
    await enlist(bucket, upload);
    await copyAll(bucket, upload, placements, goOn);
  });
  return { objects: placements.length, rows: totals.valid };
};

export type { SealResult };
export { SealingUnfinished, seal };
