import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import { guardCell } from '../platform/spreadsheets';
import { type RecordBatch, readRecordBatches } from './csv-records';

interface Place {
  bucket: string;
  key: string;
}

/** What was copied. */
interface Copied {
  /** Rows, without the header. */
  rows: number;
  /** Sum of the column that was asked for; missing where the result has no such column, or it holds what is no count. */
  measurements?: number;
}

/** Makes harmless CSV of records, and sums a column on the way. */
class SafeCsv {
  #records = 0;
  readonly #summed: string | undefined;
  /** Of the summed column. */
  #place = -1;
  #sum = 0;

  constructor(summed: string | undefined) {
    this.#summed = summed;
  }

  get copied(): Copied {
    const rows = Math.max(0, this.#records - 1);
    return this.#place < 0 || !Number.isSafeInteger(this.#sum) ? { rows } : { rows, measurements: this.#sum };
  }

  take({ records, isPlain }: RecordBatch): string {
    const safe = records.map((record) => {
      this.#count(record);
      return record.map(guardCell);
    });
    return isPlain ? safe.map((record) => `${record.join(',')}\n`).join('') : stringify(safe);
  }

  #count(record: readonly string[]): void {
    if (this.#records === 0) this.#place = this.#summed === undefined ? -1 : record.indexOf(this.#summed);
    // A cell without a value counts nothing; one that is no number makes the sum none.
    else if (this.#place >= 0) this.#sum += Number(record[this.#place] ?? 0);
    this.#records += 1;
  }
}

/**
 * Copies a result's CSV to where people open it, with every cell made harmless to spreadsheet programs. Holds a few
 * megabytes in memory, whatever the size.
 *
 * @param summed - a column whose values are summed, which are counts
 */
const copyReportCsv = async (from: Place, to: Place, signal: AbortSignal, summed?: string): Promise<Copied> => {
  const safe = new SafeCsv(summed);
  const source = await streamObject({ Bucket: from.bucket, Key: from.key });
  const writer = new ObjectWriter(to.bucket, to.key, 'text/csv; charset=utf-8');
  async function* makeSafe(csv: Readable): AsyncGenerator<string> {
    for await (const batch of readRecordBatches(csv)) yield safe.take(batch);
  }
  const write = async (pieces: AsyncIterable<string>): Promise<void> => {
    for await (const piece of pieces) await writer.write(piece);
  };
  try {
    await pipeline(source, makeSafe, write, { signal });
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return safe.copied;
};

export type { Copied };
export { copyReportCsv };
