import { clock } from '../../platform/clock';
import { mergeOf } from '../copies';
import { foldShard, readShard } from '../shards';
import { shards, type Version } from '../visibility-log';

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
    for (const [claim, { versions }] of foldShard(shard)) {
      for (const [id, version] of versions) {
        const merge = mergeOf(id);
        if (merge !== undefined) survey.merges.set(merge, addCopy(survey.merges.get(merge) ?? noCopies, version));
        else if (version.until === undefined && version.from !== undefined && version.from > since) {
          survey.unmerged.push({ upload: id, claim, from: version.from });
        }
      }
    }
  }
  return survey;
};

export type { Survey, Unmerged };
export { surveyLog };
