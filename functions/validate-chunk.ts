import { z } from 'zod';
import { validateBytes } from './shared/chunk-validation';
import { isCurrent } from './shared/claims';
import { environment } from './shared/environment';
import { lakeKeys } from './shared/keys';
import { lambda } from './shared/lambda';
import { ObjectWriter } from './shared/object-writer';
import { putJson } from './shared/objects';
import { readSettings } from './shared/settings';
import { streamSource } from './shared/source';
import { StagingWriter } from './shared/staging';
import type { Summary } from './shared/summaries';
import { type Chunk, chunkSchema, type Upload, uploadSchema } from './shared/upload';

const validateChunkEvent = z.strictObject({ upload: uploadSchema, chunk: chunkSchema });

/** Stages the valid rows of a chunk and writes its rejected ones down. */
const stageChunk = async (upload: Upload, chunk: Chunk): Promise<Summary> => {
  const stream = await streamSource(upload, chunk);
  const staged = new StagingWriter(upload.upload, chunk.chunk);
  let rejected: ObjectWriter | undefined;
  const openRejected = () =>
    new ObjectWriter(environment('LAKE_BUCKET'), lakeKeys.rejected(upload.upload, chunk.chunk), 'text/csv');
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
  await putJson(environment('LAKE_BUCKET'), lakeKeys.summary(upload.upload, chunk.chunk), summary);
};

const handler = lambda(validateChunk, { event: validateChunkEvent });

export { handler, validateChunk };
