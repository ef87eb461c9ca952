import { z } from 'zod';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { ObjectWriter } from '../core/platform/object-writer';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { validateBytes } from '../core/rows/chunk-validation';
import { streamSource } from '../core/rows/source';
import type { Summary } from '../core/rows/summaries';
import { StagingWriter } from '../core/stream/staging';
import { isCurrent } from '../core/uploads/claims';
import { type Chunk, chunkSchema, type Upload, uploadSchema } from '../core/uploads/upload';

const validateChunkEvent = z.strictObject({ upload: uploadSchema, chunk: chunkSchema });

/** Stages the valid rows of a chunk and writes its rejected ones down. */
const stageChunk = async (upload: Upload, chunk: Chunk): Promise<Summary> => {
  const stream = await streamSource(upload, chunk);
  const staged = new StagingWriter(upload.id, chunk.index);
  let rejected: ObjectWriter | undefined;
  const openRejected = () =>
    new ObjectWriter(environment('LAKE_BUCKET'), lakeKeys.rejected(upload.id, chunk.index), 'text/csv');
  const sink = {
    stage: (payload: Buffer) => staged.write(payload),
    reject: (lines: string) => {
      rejected ??= openRejected();
      return rejected.write(lines);
    },
  };
  try {
    const summary = await validateBytes(stream, sink, { upload, chunk, settings: readSettings() });
    await Promise.all([staged.close(), rejected?.close()]);
    return summary;
  } catch (error) {
    await Promise.allSettled([staged.abort(), rejected?.abort()]);
    throw error;
  }
};

/** Judges the rows of one chunk; the summary comes last and says that the rest is there. */
const validateChunk = async ({ upload, chunk }: z.infer<typeof validateChunkEvent>): Promise<void> => {
  if (!(await isCurrent(upload))) return;
  const summary = await stageChunk(upload, chunk);
  await putJson(environment('LAKE_BUCKET'), lakeKeys.summary(upload.id, chunk.index), summary);
};

const handler = lambda(validateChunk, { event: validateChunkEvent });

export { handler, validateChunk };
