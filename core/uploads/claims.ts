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
  /** How many uploads have held the claim, this one included: the order of the key's versions. @default 0, as of version 0.1 */
  generation?: number;
  /** ARN of the execution that carries the upload. */
  execution: string;
  withdrawn?: true;
}

const generationOf = ({ generation = 0 }: Claim): number => generation;

const readClaimIn = (bucket: string, key: string): Promise<StoredJson<Claim> | undefined> =>
  getJson<Claim>(bucket, key);

const readClaim = (key: string): Promise<StoredJson<Claim> | undefined> => readClaimIn(environment('LAKE_BUCKET'), key);

type ClaimedUpload = Pick<Upload, 'id' | 'claim'>;

/** Why an upload is not (or no longer) the one its key stands for; undefined while it is. */
const overtakenBy = (id: string, claim: Claim | undefined): string | undefined => {
  if (claim === undefined) return 'superseded: its claim is gone';
  if (claim.upload !== id) return `superseded by ${claim.upload} (version ${claim.version} of ${claim.key})`;
  return claim.withdrawn ? 'superseded by its withdrawal' : undefined;
};

/**
 * The claim of the upload that its key stands for.
 *
 * @throws {@link Superseded} where a newer version of the key, or a withdrawal, has overtaken the upload
 */
const assertCurrent = async ({ id, claim }: ClaimedUpload): Promise<Claim> => {
  const stored = (await readClaim(claim))?.value;
  const reason = overtakenBy(id, stored);
  if (stored === undefined || reason !== undefined) throw new Superseded(reason ?? 'superseded');
  return stored;
};

const isCurrent = async ({ id, claim }: ClaimedUpload): Promise<boolean> =>
  overtakenBy(id, (await readClaim(claim))?.value) === undefined;

export type { Claim, ClaimedUpload };
export { assertCurrent, generationOf, isCurrent, overtakenBy, readClaim, readClaimIn };
