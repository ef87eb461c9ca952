import { eachAtOnce } from '../platform/concurrency';
import { publishStaged } from '../stream/publishing';
import type { Upload } from '../uploads/upload';
import type { ChunkRecords } from './landing';

interface Republication {
  /** Chunk at which to go on; those before it were published by an earlier look. */
  from: number;
  /** Whether there is time for another chunk. */
  goOn: () => boolean;
  /** Epoch milliseconds after which nothing is sent again. */
  deadline: number;
}

const chunksAtOnce = 4;

/**
 * Publishes lost records again, byte for byte as they were staged. One that was only late does no harm: the job skips what the
 * ledger has.
 *
 * @returns the chunk at which the next look has to go on; undefined where all is done
 */
const republish = async (
  upload: Upload,
  missing: readonly ChunkRecords[],
  { from, goOn, deadline }: Republication,
): Promise<number | undefined> => {
  let resume: number | undefined;
  function* rest(): Generator<ChunkRecords> {
    for (const part of missing.toSorted((a, b) => a.chunk - b.chunk)) {
      if (part.chunk < from) continue;
      if (!goOn()) {
        resume ??= part.chunk;
        return;
      }
      yield part;
    }
  }
  await eachAtOnce(chunksAtOnce, rest(), async ({ chunk, records }) => {
    await publishStaged({ upload, chunk, only: records }, deadline);
  });
  return resume;
};

export { republish };
