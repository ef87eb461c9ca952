import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { getJson, putJson } from '../platform/objects';
import { type Claim, readClaim } from './claims';
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

/** Uploads whose rows may still be in the lake. */
const notRemoved = async (uploads: readonly string[]): Promise<string[]> => {
  const sealed = await Promise.all(
    uploads.map((upload) => getJson<{ state: string }>(environment('LAKE_BUCKET'), lakeKeys.sealed(upload))),
  );
  return uploads.filter((_, index) => sealed[index]?.value.state !== 'removed');
};

/** Says how an upload stands to the claim that is there; undefined where it is to take its place. */
const compareWithClaim = (claimant: Claimant, current: Claim): ClaimOutcome | undefined => {
  const named = `${current.upload} (version ${current.version} of ${current.key})`;
  if (current.upload === claimant.upload) {
    if (current.withdrawn) throw new Superseded('superseded by its withdrawal');
    return current.execution === claimant.execution
      ? { outcome: 'claimed' }
      : { outcome: 'duplicate', of: current.execution };
  }
  // Told of late, or at the same moment as the one that was first here.
  if (compareSequencers(claimant.sequencer, current.sequencer) <= 0) throw new Superseded(`superseded by ${named}`);
  return undefined;
};

/**
 * Makes an upload the one that its key stands for, unless a later version already is.
 *
 * @throws {@link Superseded} where a later version, or a withdrawal, came first
 */
const claimUpload = async ({ claim, ...claimant }: Claimant): Promise<ClaimOutcome> => {
  const bucket = environment('LAKE_BUCKET');
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = await readClaim(claim);
    const known = stored && compareWithClaim({ claim, ...claimant }, stored.value);
    if (known) return known;
    const replaces = stored ? await notRemoved([...new Set([...stored.value.replaces, stored.value.upload])]) : [];
    const value: Claim = { ...claimant, replaces };
    const condition = stored ? { ifMatch: stored.etag } : { ifAbsent: true };
    if (await putJson(bucket, claim, value, condition)) return { outcome: 'claimed' };
    await sleep(Math.random() * 50 * 2 ** Math.min(attempt, 5));
  }
  throw new ClaimContended(`The claim ${claim} of ${claimant.key} is being moved by others all the time; try again.`);
};

/** How later stages, and people who know only an upload's id, find its claim. */
const writeUploadEntry = ({ id, ...place }: Pick<Upload, 'id' | 'bucket' | 'key' | 'version' | 'claim'>) =>
  putJson(environment('LAKE_BUCKET'), lakeKeys.upload(id), { upload: id, ...place });

export type { Claimant, ClaimOutcome };
export { ClaimContended, claimUpload, compareSequencers, writeUploadEntry };
