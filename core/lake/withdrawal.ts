import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson, putJsonIf } from '../platform/objects';
import { ClaimContended } from '../uploads/claiming';
import { type Claim, generationOf, readClaimIn } from '../uploads/claims';
import { mergeOf, uploadOf } from './copies';
import { readMerge } from './merging/merges';
import { countRows, readSealed } from './sealed';
import { hide, type Notice } from './visibility';

interface Withdrawn {
  upload: string;
  /** Measurement rows. */
  rows: number;
  /** In which its rows lie, those that it shares with other uploads among them. */
  objects: number;
}

/** What a withdrawal took away from queries. */
interface Withdrawal {
  key: string;
  /** The upload, and the older ones of its key that were visible still. */
  uploads: Withdrawn[];
  rows: number;
  objects: number;
}

class UnknownUpload extends CellflowError {}

const attempts = 12;

/** Marks the key's claim as withdrawn, where the upload holds it; its execution ends at its next stage then. */
const withdrawClaim = async (bucket: string, claim: string, upload: string): Promise<Claim | undefined> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await readClaimIn(bucket, claim);
    if (stored?.value.upload !== upload) return undefined;
    if (stored.value.withdrawn) return stored.value;
    const withdrawn: Claim = { ...stored.value, withdrawn: true };
    if (await putJsonIf(bucket, claim, withdrawn, { ifMatch: stored.etag })) return stored.value;
  }
  throw new ClaimContended(`The claim ${claim} is being moved by others all the time; try again.`);
};

/** @param id - that the upload's rows bore */
const describe = async (bucket: string, id: string): Promise<Withdrawn> => {
  const upload = uploadOf(id);
  const merge = mergeOf(id);
  if (merge === undefined) {
    const objects = (await readSealed(bucket, upload))?.objects ?? [];
    return { upload, rows: countRows(objects), objects: objects.length };
  }
  const { members = [], objects = [] } = (await readMerge(bucket, merge))?.merge ?? {};
  return { upload, rows: members.find(({ to }) => to === id)?.rows.measurements ?? 0, objects: objects.length };
};

/**
 * Takes every row of an upload away from queries, for good: a redrive of its execution ends as superseded, only a new upload of
 * the file brings rows back. The objects are deleted by a later sweep. May be called again at any time.
 *
 * The claim comes first, so that nothing of the upload is enlisted after the log was written.
 *
 * @throws {@link UnknownUpload}
 */
const withdrawUpload = async (bucket: string, upload: string, notice: Notice): Promise<Withdrawal> => {
  const known = await getJson<{ key: string; claim: string }>(bucket, lakeKeys.upload(upload));
  if (known === undefined)
    throw new UnknownUpload(`There is no upload ${upload}: its id is in the execution's input and mail.`);
  const { key, claim } = known.value;
  const held = await withdrawClaim(bucket, claim, upload);
  const generation = held ? generationOf(held) : 0;
  const hidden = await hide(bucket, { id: upload, claim, generation }, held !== undefined, notice);
  const uploads = await Promise.all(hidden.map((id) => describe(bucket, id)));
  const sum = (of: 'rows' | 'objects') => uploads.reduce((total, withdrawn) => total + withdrawn[of], 0);
  return { key, uploads, rows: sum('rows'), objects: sum('objects') };
};

export type { Withdrawal };
export { UnknownUpload, withdrawUpload };
