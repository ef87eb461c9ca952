import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { s3 } from '../platform/clients';
import { eachAtOnce } from '../platform/concurrency';
import { lakeKeys, type TableName } from '../platform/keys';
import { getJson, putJson, type StoredJson } from '../platform/objects';

interface SealedObject {
  key: string;
  table: TableName;
  day: string;
  rows: number;
}

/** The objects of an upload in the lake's tables: those being made, those there, or those taken away. */
interface Sealed {
  upload: string;
  state: 'sealing' | 'sealed' | 'removed';
  objects: SealedObject[];
}

interface Removed {
  upload: string;
  /** Measurement rows. */
  rows: number;
  objects: number;
}

/** DeleteObjects takes no more. */
const deletedAtOnce = 1_000;

const readSealed = (bucket: string, upload: string): Promise<StoredJson<Sealed> | undefined> =>
  getJson<Sealed>(bucket, lakeKeys.sealed(upload));

/** @returns false where the record is no longer the one with the given ETag */
const writeSealed = (bucket: string, sealed: Sealed, etag?: string): Promise<boolean> =>
  putJson(bucket, lakeKeys.sealed(sealed.upload), sealed, { ifMatch: etag });

const countRows = (objects: readonly SealedObject[]): number =>
  objects.reduce((sum, { table, rows }) => sum + (table === 'measurements' ? rows : 0), 0);

function* pagesOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Deletes objects; those that are gone already count as deleted, as S3 has it. */
const deleteObjects = (bucket: string, keys: readonly string[]): Promise<void> =>
  eachAtOnce(4, pagesOf(keys, deletedAtOnce), async (page) => {
    const { Errors = [] } = await s3().send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: page.map((Key) => ({ Key })), Quiet: true } }),
    );
    const [first] = Errors;
    if (first) {
      const error = new Error(
        `${Errors.length} objects could not be deleted, as s3://${bucket}/${first.Key}: ${first.Message}`,
      );
      // The state machine retries by this name where it is a passing one, such as SlowDown.
      error.name = first.Code ?? 'DeleteFailed';
      throw error;
    }
  });

/**
 * Takes an upload's objects out of the tables and says so. The objects stay listed, so that a killed removal begins again.
 *
 * @returns undefined where nothing of the upload is in the tables
 */
const removeSealed = async (bucket: string, upload: string): Promise<Removed | undefined> => {
  const stored = await readSealed(bucket, upload);
  if (stored === undefined || stored.value.state === 'removed') return undefined;
  const { objects } = stored.value;
  await deleteObjects(
    bucket,
    objects.map(({ key }) => key),
  );
  await writeSealed(bucket, { ...stored.value, state: 'removed' });
  return { upload, rows: countRows(objects), objects: objects.length };
};

export type { Removed, Sealed, SealedObject };
export { countRows, deleteObjects, readSealed, removeSealed, writeSealed };
