import * as z from 'zod';
import { findFormat } from '../core/formats/formats';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { ObjectWriter } from '../core/platform/object-writer';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { validateBytes } from '../core/rows/chunk-validation';
import { sourceOf, streamSource } from '../core/rows/source';
import type { Summary } from '../core/rows/summaries';
import { StagingWriter } from '../core/stream/staging';
import { isCurrent } from '../core/uploads/claims';
import { type Chunk, chunkSchema, type Upload, uploadSchema } from '../core/uploads/upload';

const validateChunkEvent = z.strictObject({ upload: uploadSchema, chunk: chunkSchema });

/** A list of a chunk: there is no object where there is nothing to list. */
class LazyWriter {
  readonly #key: string;
  #writer: ObjectWriter | undefined;

  constructor(key: string) {
    this.#key = key;
  }

  write(lines: string): Promise<void> {
    this.#writer ??= new ObjectWriter(environment('LAKE_BUCKET'), this.#key, 'text/csv');
    return this.#writer.write(lines);
  }

  async close(): Promise<void> {
    await this.#writer?.close();
  }

  async abort(): Promise<void> {
    await this.#writer?.abort();
  }
}

/** Stages the valid rows of a chunk and writes down those that are rejected, and values that are set aside. */
const stageChunk = async (upload: Upload, chunk: Chunk): Promise<Summary> => {
  const stream = await streamSource(sourceOf(upload), chunk);
  const format = findFormat(upload.format);
  const staged = new StagingWriter(upload.id, chunk.index);
  const rejected = new LazyWriter(lakeKeys.rejected(upload.id, chunk.index));
  const aside = new LazyWriter(lakeKeys.setAside(upload.id, chunk.index));
  const sink = {
    stage: (payload: Buffer) => staged.write(payload),
    reject: (lines: string) => rejected.write(lines),
    setAside: (lines: string) => aside.write(lines),
  };
  try {
    const summary = await validateBytes(stream, sink, { upload, format, chunk, settings: readSettings() });
    await Promise.all([staged.close(), rejected.close(), aside.close()]);
    return summary;
  } catch (error) {
    await Promise.allSettled([staged.abort(), rejected.abort(), aside.abort()]);
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
