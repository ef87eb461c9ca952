import { NoSuchKey } from '@aws-sdk/client-s3';
import { environment } from '../platform/environment';
import { CellflowError } from '../platform/errors';
import { lakeKeys } from '../platform/keys';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import { recordId } from './records';

/** The staged records of an upload are gone: they are kept for 30 days. */
class StagedRecordsGone extends CellflowError {}

interface StagedRecord {
  n: number;
  id: string;
  payload: Buffer;
}

const lengthBytes = 4;

/** Writes the Kinesis payloads of a chunk, each preceded by its length. */
class StagingWriter {
  readonly #writer: ObjectWriter;

  constructor(upload: string, chunk: number) {
    this.#writer = new ObjectWriter(
      environment('LAKE_BUCKET'),
      lakeKeys.staged(upload, chunk),
      'application/octet-stream',
    );
  }

  async write(payload: Buffer): Promise<void> {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(payload.length);
    await this.#writer.write(Buffer.concat([length, payload]));
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }
}

const openStaged = async (upload: string, chunk: number) => {
  const key = lakeKeys.staged(upload, chunk);
  try {
    return await streamObject({ Bucket: environment('LAKE_BUCKET'), Key: key });
  } catch (cause) {
    if (!(cause instanceof NoSuchKey)) throw cause;
    throw new StagedRecordsGone(`${key} is gone; staged records are kept for 30 days. Upload the file again.`, {
      cause,
    });
  }
};

/** Splits a staged object's bytes into its payloads; holds one of them at a time. */
async function* splitPayloads(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let wanted = lengthBytes;
  let isLength = true;
  for await (const piece of stream) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes < wanted) continue;
    let buffer = Buffer.concat(pieces);
    while (buffer.length >= wanted) {
      const part = buffer.subarray(0, wanted);
      buffer = buffer.subarray(wanted);
      if (!isLength) yield part;
      wanted = isLength ? part.readUInt32BE() : lengthBytes;
      isLength = !isLength;
    }
    pieces = buffer.length === 0 ? [] : [buffer];
    bytes = buffer.length;
  }
  if (bytes > 0 || !isLength) throw new Error('The staged object ends in the middle of a record.');
}

/** The records of a chunk as they were staged, one at a time. */
async function* readStaged(upload: string, chunk: number): AsyncGenerator<StagedRecord> {
  let n = 0;
  for await (const payload of splitPayloads(await openStaged(upload, chunk))) {
    yield { n, id: recordId(upload, chunk, n), payload };
    n += 1;
  }
}

export type { StagedRecord };
export { readStaged, StagedRecordsGone, StagingWriter, splitPayloads };
