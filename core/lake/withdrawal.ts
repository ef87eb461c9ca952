import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson, putJson } from '../platform/objects';
import { type Claim, readClaimIn } from '../uploads/claims';
import { type Removed, removeSealed } from './sealed';

/** What a withdrawal took out of the lake. */
interface Withdrawal {
  key: string;
  /** The upload, and the older ones of its key that it had not replaced yet. */
  uploads: Removed[];
  rows: number;
  objects: number;
}

class UnknownUpload extends CellflowError {}

/** Marks the key's claim as withdrawn, where the upload holds it; its execution ends at its next stage then. */
const withdrawClaim = async (bucket: string, claim: string, upload: string): Promise<Claim | undefined> => {
  for (;;) {
    const stored = await readClaimIn(bucket, claim);
    if (stored?.value.upload !== upload) return undefined;
    if (stored.value.withdrawn) return stored.value;
    const moved = await putJson(bucket, claim, { ...stored.value, withdrawn: true }, { ifMatch: stored.etag });
    if (moved) return stored.value;
  }
};

/**
 * Takes every row of an upload out of the lake's tables, for good: a redrive of its execution ends as superseded, only a new
 * upload of the file brings rows back. May be called again at any time.
 *
 * @throws {@link UnknownUpload}
 */
const withdrawUpload = async (bucket: string, upload: string): Promise<Withdrawal> => {
  const known = await getJson<{ key: string; claim: string }>(bucket, lakeKeys.upload(upload));
  if (known === undefined)
    throw new UnknownUpload(`There is no upload ${upload}: its id is in the execution's input and mail.`);
  const { key, claim } = known.value;
  const held = await withdrawClaim(bucket, claim, upload);
  const uploads: Removed[] = [];
  for (const id of [upload, ...(held?.replaces ?? [])]) {
    const removed = await removeSealed(bucket, id);
    if (removed) uploads.push(removed);
  }
  const sum = (of: 'rows' | 'objects') => uploads.reduce((total, removed) => total + removed[of], 0);
  return { key, uploads, rows: sum('rows'), objects: sum('objects') };
};

export type { Withdrawal };
export { UnknownUpload, withdrawUpload };
