import { eachAtOnce } from '../platform/concurrency';
import { CellflowError } from '../platform/errors';
import { listObjects } from '../platform/objects';
import { assertCurrent } from '../uploads/claims';
import type { Totals, Upload } from '../uploads/upload';
import { LandingDefect } from './landing';
import { forEachLedger } from './ledger';
import { bytesOf, type Placement, Placements } from './placement';
import { putUnit, unitsOf } from './putting';
import { countRows, readSealed, type SealedObject, writeSealed } from './sealed';
import { enlist, retiring } from './visibility';

/** The time of this attempt is over; the next one goes on where it ended. */
class SealingUnfinished extends CellflowError {}

/** Portions of some mebibytes that are in memory at once. */
const unitsAtOnce = 3;
const listsAtOnce = 16;
/** A newer version may come while objects are put: the claim is looked at again after so many portions. */
const unitsBetweenChecks = 16;

/** Where all that landed goes; the same for the same ledger, however often it is asked. */
const planPlacements = async (bucket: string, { id: upload, key }: Upload, totals: Totals): Promise<Placement[]> => {
  const found = new Placements(upload);
  await forEachLedger(bucket, upload, (page) => found.add(page));
  const placements = found.list();
  const rows = countRows(placements);
  if (rows !== totals.valid) {
    throw new LandingDefect(
      `The ledger of ${key} names objects with ${rows} rows, but ${totals.valid} rows were valid.`,
    );
  }
  return placements;
};

/** Sizes of the upload's objects that an earlier attempt put into the tables. */
const findObjects = async (
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
 * @returns sizes of the objects that are there already
 */
const declare = async (bucket: string, upload: string, placements: readonly Placement[]) => {
  if ((await readSealed(bucket, upload)) !== undefined) return findObjects(bucket, upload, placements);
  const objects = placements.map(({ key, table, day, rows }) => ({ key, table, day, rows }));
  await writeSealed(bucket, { upload, objects });
  return new Map<string, number>();
};

/** What is in a table under the name of a file that is alone is that file; under the name of several, it is theirs. */
const isThere = (placement: Placement, sizes: Map<string, number>): boolean => {
  const size = sizes.get(placement.key);
  return size !== undefined && (placement.files.length > 1 || size === bytesOf(placement));
};

const putAll = async (bucket: string, upload: Upload, placements: Placement[], goOn: () => boolean): Promise<void> => {
  const sizes = await declare(bucket, upload.id, placements);
  const missing = placements.filter((placement) => !isThere(placement, sizes));
  const units = [...unitsOf(missing)];
  for (let start = 0; start < units.length; start += unitsBetweenChecks) {
    if (!goOn()) {
      const left = units.slice(start).reduce((sum, unit) => sum + unit.length, 0);
      throw new SealingUnfinished(`${left} of ${placements.length} objects of ${upload.key} are still to come.`);
    }
    // Spares work: what is put of an overtaken upload is invisible, and swept.
    await assertCurrent(upload);
    await eachAtOnce(unitsAtOnce, units.slice(start, start + unitsBetweenChecks), (unit) => putUnit(bucket, unit));
  }
};

/** What *Seal upload* says of itself (`$.sealed`). */
interface SealResult {
  objects: number;
  rows: number;
}

/**
 * Puts exactly what the ledger of an upload names into the tables, an object a table and day, where no query sees it yet. Killed
 * anywhere, it goes on where it was; at the same time as another, both put the same bytes.
 *
 * @param goOn - whether there is time for some portions more
 * @throws {@link LandingDefect}, {@link SealingUnfinished}, {@link Superseded}
 */
const seal = async (bucket: string, upload: Upload, totals: Totals, goOn: () => boolean): Promise<SealResult> => {
  const placements = await planPlacements(bucket, upload, totals);
  await retiring(bucket, upload, async () => {
    // Rows that were merged since are in the tables, and their own objects may be deleted.
    if ((await enlist(bucket, upload)) === 'enlisted') await putAll(bucket, upload, placements, goOn);
  });
  return { objects: placements.length, rows: totals.valid };
};

export type { SealResult };
export { SealingUnfinished, seal };
