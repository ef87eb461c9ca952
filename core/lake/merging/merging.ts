import { eachAtOnce } from '../../platform/concurrency';
import type { Notice } from '../visibility';
import { closeMerge, type Merge, newestMerge, readMerge } from './merges';
import { moveMember } from './moving';
import { findCandidates, planMerge, within } from './planning';
import { surveyLog } from './survey';
import { writeMerged } from './writing';

interface Merging {
  /** Small uploads of a day from which on they are merged. */
  from: number;
  notice: Notice;
  /** Whether there is time for another merge. */
  goOn: () => boolean;
}

/** What a run did. */
interface Merged {
  merges: number;
  uploads: number;
  /** Objects that the merges left. */
  objects: number;
}

const movesAtOnce = 16;

const carryOut = async (bucket: string, merge: Merge, notice: Notice): Promise<void> => {
  await writeMerged(bucket, merge);
  await eachAtOnce(movesAtOnce, merge.members, (member) => moveMember(bucket, member, notice));
  await closeMerge(bucket, merge.n);
};

/**
 * Puts small uploads of crowded days together, so that a query finds few objects a day. What queries see stays the same at every
 * moment. Killed anywhere, or run twice at once, it harms nothing: the next run goes on with the merge that is open.
 */
const mergeDays = async (bucket: string, { from, notice, goOn }: Merging): Promise<Merged> => {
  const all: Merged = { merges: 0, uploads: 0, objects: 0 };
  const carry = async (merge: Merge) => {
    await carryOut(bucket, merge, notice);
    all.merges += 1;
    all.uploads += merge.members.length;
    all.objects += merge.objects.length;
  };
  const newest = await newestMerge(bucket);
  const open = newest === 0 ? undefined : (await readMerge(bucket, newest))?.merge;
  if (open?.state === 'open') await carry(open);
  const survey = await surveyLog(bucket, within);
  if (survey === undefined) return all;
  const candidates = await findCandidates(bucket, survey);
  for (let n = newest + 1; goOn(); n += 1) {
    const merge = await planMerge(bucket, n, candidates, from);
    if (merge === undefined) break;
    await carry(merge);
  }
  return all;
};

export type { Merged };
export { mergeDays };
