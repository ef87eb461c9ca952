import { clock } from '../../platform/clock';
import { mergeOf } from '../copies';
import { foldShard, readShard } from '../shards';
import { type ClaimLog, shards, type Version } from '../visibility-log';

/** An upload that queries see by objects of its own. */
interface Unmerged {
  upload: string;
  /** Id of its claim. */
  claim: string;
  from: number;
}

/** What the log says of the copies of a merge. */
interface CopiesOf {
  living: number;
  dead: number;
  /** When the last of the dead ended. */
  lastEnd: number;
}

/** What the log of visibility says of all uploads. */
interface Survey {
  unmerged: Unmerged[];
  merges: Map<number, CopiesOf>;
}

const noCopies: CopiesOf = { living: 0, dead: 0, lastEnd: 0 };

const addCopy = ({ living, dead, lastEnd }: CopiesOf, { until }: Version): CopiesOf =>
  until === undefined
    ? { living: living + 1, dead, lastEnd }
    : { living, dead: dead + 1, lastEnd: Math.max(lastEnd, until) };

/** Adds what a log says of copies, by their merges. Of one that is swept nothing is left to be done. */
const countCopies = (merges: Map<number, CopiesOf>, { versions }: ClaimLog): void => {
  for (const [id, version] of versions) {
    const merge = mergeOf(id);
    if (merge !== undefined && !version.swept) merges.set(merge, addCopy(merges.get(merge) ?? noCopies, version));
  }
};

/**
 * Reads the log of visibility, a shard at a time.
 *
 * @param within - uploads that became visible so many milliseconds ago, or less, are named
 * @returns undefined where a shard moved while it was read: what is missing in it might be what matters
 */
const surveyLog = async (bucket: string, within: number): Promise<Survey | undefined> => {
  const survey: Survey = { unmerged: [], merges: new Map() };
  const since = clock.now() - within;
  for (const name of shards) {
    const shard = await readShard(bucket, name);
    if (shard === undefined) return undefined;
    for (const [claim, log] of foldShard(shard)) {
      countCopies(survey.merges, log);
      for (const [id, { from, until }] of log.versions) {
        if (mergeOf(id) === undefined && until === undefined && from !== undefined && from > since) {
          survey.unmerged.push({ upload: id, claim, from });
        }
      }
    }
  }
  return survey;
};

export type { CopiesOf, Survey, Unmerged };
export { countCopies, surveyLog };
