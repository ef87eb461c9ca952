import { standBack } from '../platform/backoff';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { newestVersion, putJson, putJsonIf } from '../platform/objects';
import { type Claim, generationOf, readClaim } from './claims';
import type { Upload } from './upload';
import { Superseded } from './upload-errors';

/** The claim moved under every attempt to move it. */
class ClaimContended extends CellflowError {}

/** An upload that asks to be the one its key stands for. */
interface Claimant extends Pick<Claim, 'bucket' | 'key' | 'upload' | 'version' | 'sequencer' | 'execution'> {
  /** Key of the claim object. */
  claim: string;
}

type ClaimOutcome = { outcome: 'claimed' } | { outcome: 'duplicate'; of: string };

const attempts = 12;

/**
 * Which of two events on a key came later: positive where the first did.
 *
 * Sequencers are hexadecimal of differing lengths; S3 says to pad the shorter with zeros on its right and compare them as text.
 */
const compareSequencers = (one: string, other: string): number => {
  const length = Math.max(one.length, other.length);
  const [left, right] = [one, other].map((sequencer) => sequencer.toUpperCase().padEnd(length, '0')) as [
    string,
    string,
  ];
  return left === right ? 0 : left > right ? 1 : -1;
};

/**
 * Whether a claimant comes after the one that holds the claim.
 *
 * Two events without a sequencer, as people write them by hand, say nothing of their order; of two versions the bucket does.
 */
const isLater = async (claimant: Claimant, current: Claim): Promise<boolean> => {
  const order = compareSequencers(claimant.sequencer, current.sequencer);
  if (order !== 0) return order > 0;
  return (await newestVersion(claimant.bucket, claimant.key)) === claimant.version;
};

/** Says how an upload stands to the claim that is there; undefined where it is to take its place. */
const compareWithClaim = async (claimant: Claimant, current: Claim): Promise<ClaimOutcome | undefined> => {
  if (current.upload === claimant.upload) {
    if (current.withdrawn) throw new Superseded('superseded by its withdrawal');
    return current.execution === claimant.execution
      ? { outcome: 'claimed' }
      : { outcome: 'duplicate', of: current.execution };
  }
  if (await isLater(claimant, current)) return undefined;
  throw new Superseded(`superseded by ${current.upload} (version ${current.version} of ${current.key})`);
};

/**
 * Makes an upload the one that its key stands for, unless a later version already is. A write that is refused or not answered
 * proves nothing: the claim is read again, and says whose it is.
 *
 * @throws {@link Superseded} where a later version, or a withdrawal, came first
 */
const claimUpload = async ({ claim, ...claimant }: Claimant): Promise<ClaimOutcome> => {
  const bucket = environment('LAKE_BUCKET');
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await readClaim(claim);
    const known = stored && (await compareWithClaim({ claim, ...claimant }, stored.value));
    if (known) return known;
    const value: Claim = { ...claimant, generation: stored ? generationOf(stored.value) + 1 : 1 };
    const condition = stored ? { ifMatch: stored.etag } : { ifAbsent: true as const };
    if (await putJsonIf(bucket, claim, value, condition)) return { outcome: 'claimed' };
    await standBack(attempt);
  }
  throw new ClaimContended(`The claim ${claim} of ${claimant.key} is being moved by others all the time; try again.`);
};

/** How later stages, and people who know only an upload's id, find its claim. */
const writeUploadEntry = ({ id, ...place }: Pick<Upload, 'id' | 'bucket' | 'key' | 'version' | 'claim'>) =>
  putJson(environment('LAKE_BUCKET'), lakeKeys.upload(id), { upload: id, ...place });

export type { Claimant, ClaimOutcome };
export { ClaimContended, claimUpload, compareSequencers, writeUploadEntry };
