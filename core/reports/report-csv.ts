import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import { guardCell } from '../platform/spreadsheets';

interface Place {
  bucket: string;
  key: string;
}

/** Records written at once: a stream that takes each by itself is ten times slower. */
const batchSize = 1_000;

/** Makes harmless CSV of records, many at a time. */
class SafeCsv extends Transform {
  records = 0;
  #batch: string[][] = [];

  constructor() {
    super({ writableObjectMode: true });
  }

  override _transform(record: string[], _encoding: BufferEncoding, done: TransformCallback): void {
    this.records += 1;
    this.#batch.push(record.map(guardCell));
    done(null, this.#batch.length < batchSize ? undefined : this.#take());
  }

  override _flush(done: TransformCallback): void {
    done(null, this.#take());
  }

  #take(): string {
    const text = stringify(this.#batch);
    this.#batch = [];
    return text;
  }
}

/**
 * Copies a result's CSV to where people open it, with every cell made harmless to spreadsheet programs. Holds a few
 * megabytes in memory, whatever the size.
 *
 * @returns rows, without the header
 */
const copyReportCsv = async (from: Place, to: Place, signal: AbortSignal): Promise<number> => {
  const safe = new SafeCsv();
  const source = await streamObject({ Bucket: from.bucket, Key: from.key });
  const writer = new ObjectWriter(to.bucket, to.key, 'text/csv; charset=utf-8');
  const write = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) await writer.write(piece);
  };
  try {
    await pipeline(source, parse({ relax_column_count: true }), safe, write, { signal });
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return Math.max(0, safe.records - 1);
};

export { copyReportCsv };
