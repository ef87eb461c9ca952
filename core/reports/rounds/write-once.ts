import { standBack } from '../../platform/backoff';
import { environment } from '../../platform/environment';
import { getJson, putJsonIf } from '../../platform/objects';
import { TransientFault } from '../../platform/transient';

const attempts = 8;

/**
 * Writes a JSON object of the lake bucket, where none is, and makes sure that one is there. An answer that got lost proves nothing:
 * then it is looked.
 *
 * @returns what is there
 */
const writeOnce = async (key: string, value: unknown): Promise<unknown> => {
  const bucket = environment('LAKE_BUCKET');
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (await putJsonIf(bucket, key, value, { ifAbsent: true })) return value;
    const stored = await getJson<unknown>(bucket, key);
    if (stored !== undefined) return stored.value;
    await standBack(attempt);
  }
  throw new TransientFault(`s3://${bucket}/${key} could not be written.`);
};

export { writeOnce };
