import { eachAtOnce } from '../core/platform/concurrency';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { getJson, listObjects } from '../core/platform/objects';

/** Pages of the ledger are written once, so their rows are remembered by key. */
const known = new Map<string, number>();

/** Rows of an upload that the ledger lists as landed, for the eyes of who watches: the check itself counts record ids. */
const readLanded = async (upload: string): Promise<number> => {
  const bucket = environment('LAKE_BUCKET');
  const keys: string[] = [];
  for await (const { key } of listObjects(bucket, lakeKeys.landings(upload))) keys.push(key);
  await eachAtOnce(
    16,
    keys.filter((key) => !known.has(key)),
    async (key) => {
      const stored = await getJson<{ rows: number }>(bucket, key);
      if (stored) known.set(key, stored.value.rows);
    },
  );
  return keys.reduce((sum, key) => sum + (known.get(key) ?? 0), 0);
};

export { readLanded };
