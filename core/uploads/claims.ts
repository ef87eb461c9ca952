import { environment } from '../platform/environment';
import { getJson, type StoredJson } from '../platform/objects';
import type { Upload } from './upload';
import { Superseded } from './upload-errors';

/** Which upload a key of the uploads bucket stands for now; moves by conditional writes only. */
interface Claim {
  bucket: string;
  key: string;
  upload: string;
  version: string;
  /** S3's order of events on this key: `compareSequencers` says which is later. */
  sequencer: string;
  /** ARN of the execution that carries the upload. */
  execution: string;
  /** Uploads of this key whose rows are to leave the lake when this one is sealed. */
  replaces: string[];
  withdrawn?: true;
}

const readClaimIn = (bucket: string, key: string): Promise<StoredJson<Claim> | undefined> =>
  getJson<Claim>(bucket, key);

const readClaim = (key: string): Promise<StoredJson<Claim> | undefined> => readClaimIn(environment('LAKE_BUCKET'), key);

/** Why this upload is not (or no longer) the one its key stands for; undefined while it is. */
const overtakenBy = async ({ id, claim }: Pick<Upload, 'id' | 'claim'>): Promise<string | undefined> => {
  const stored = await readClaim(claim);
  if (stored === undefined) return 'superseded: its claim is gone';
  const { value } = stored;
  if (value.upload !== id) return `superseded by ${value.upload} (version ${value.version} of ${value.key})`;
  return value.withdrawn ? 'superseded by its withdrawal' : undefined;
};

const isCurrent = async (upload: Pick<Upload, 'id' | 'claim'>): Promise<boolean> =>
  (await overtakenBy(upload)) === undefined;

/** @throws {@link Superseded} where a newer version of the key, or a withdrawal, has overtaken the upload */
const assertCurrent = async (upload: Pick<Upload, 'id' | 'claim'>): Promise<void> => {
  const reason = await overtakenBy(upload);
  if (reason !== undefined) throw new Superseded(reason);
};

export type { Claim };
export { assertCurrent, isCurrent, overtakenBy, readClaim, readClaimIn };
