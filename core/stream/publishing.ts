import { eachAtOnce } from '../platform/concurrency';
import { overtakenBy, readClaim } from '../uploads/claims';
import type { Upload } from '../uploads/upload';
import { groupForCalls, putRecords } from './record-stream';
import { readStaged, type StagedRecord } from './staging';

/** Numbers of a chunk's records: a set, or inclusive ranges as the ledger writes them. */
type RecordNumbers = ReadonlySet<number> | readonly (readonly [number, number])[];

interface PublishRequest {
  upload: Pick<Upload, 'id' | 'claim'>;
  chunk: number;
  /** @default - every record of the chunk */
  only?: RecordNumbers;
}

interface Published {
  records: number;
  /** Why publishing stopped before its end. */
  overtaken?: string;
}

/** Calls in flight: with the bytes that wait for the next, at most four times 5 MiB are held. */
const callsAtOnce = 3;

/** For how long an upload that was current is taken to be so: one small read in that time, however many calls there are. */
const trustMs = 1_000;

const includes = (only: RecordNumbers, n: number): boolean =>
  'has' in only ? only.has(n) : only.some(([first, last]) => n >= first && n <= last);

/** The records that are asked for, until no more are wanted. */
async function* select(
  records: AsyncIterable<StagedRecord>,
  only: RecordNumbers | undefined,
  isWanted: () => boolean,
): AsyncGenerator<StagedRecord> {
  for await (const record of records) {
    if (!isWanted()) return;
    if (only === undefined || includes(only, record.n)) yield record;
  }
}

/** Asks for the claim now and then; once overtaken, always so. */
const watchClaim = (upload: PublishRequest['upload']) => {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<string | undefined> = Promise.resolve(undefined);
  return async (): Promise<string | undefined> => {
    if ((await answer) === undefined && Date.now() - askedAt >= trustMs) {
      askedAt = Date.now();
      answer = readClaim(upload.claim).then((claim) => overtakenBy(upload.id, claim?.value));
    }
    return answer;
  };
};

/**
 * Publishes staged records of a chunk, byte for byte as they were staged.
 *
 * @param deadline epoch milliseconds after which nothing is sent again
 * @throws `StreamThrottled` where the stream does not take all of them before
 */
const publishStaged = async ({ upload, chunk, only }: PublishRequest, deadline: number): Promise<Published> => {
  const overtaken = watchClaim(upload);
  const published: Published = { records: 0, overtaken: await overtaken() };
  if (published.overtaken !== undefined) return published;
  const isWanted = () => published.overtaken === undefined;
  const groups = groupForCalls(select(readStaged(upload.id, chunk), only, isWanted));
  await eachAtOnce(callsAtOnce, groups, async (group) => {
    published.overtaken ??= await overtaken();
    if (!isWanted()) return;
    await putRecords(group, deadline);
    published.records += group.length;
  });
  return published;
};

export type { Published, PublishRequest, RecordNumbers };
export { publishStaged };
