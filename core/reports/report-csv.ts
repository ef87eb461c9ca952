import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { ObjectWriter } from '../platform/object-writer';
import { streamObject } from '../platform/objects';
import { guardCell, needsGuard } from '../platform/spreadsheets';
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

/** A cell of a line that has no quotes; undefined where there is none, and before the first. */
const cellAt = (text: string, start: number, end: number, place: number): string | undefined => {
  if (place < 0) return undefined;
  let at = start;
  for (let left = place; left > 0; left -= 1) {
    at = text.indexOf(',', at) + 1;
    if (at === 0 || at > end) return undefined;
  }
  const comma = text.indexOf(',', at);
  return text.slice(at, comma < 0 || comma > end ? end : comma);
};

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

  take(batch: RecordBatch): string {
    const { plain } = batch;
    if (plain !== undefined && !needsGuard(plain)) {
      this.#countLines(plain);
      return plain;
    }
    const safe = batch.records.map((record) => {
      if (this.#records === 0) this.#findSummed(record);
      else this.#count(record[this.#place]);
      return record.map(guardCell);
    });
    return plain === undefined ? stringify(safe) : safe.map((record) => `${record.join(',')}\n`).join('');
  }

  #countLines(plain: string): void {
    for (let start = 0; start < plain.length; ) {
      const end = plain.indexOf('\n', start);
      if (this.#records === 0) this.#findSummed(plain.slice(start, end).split(','));
      else this.#count(cellAt(plain, start, end, this.#place));
      start = end + 1;
    }
  }

  #findSummed(header: readonly string[]): void {
    this.#place = this.#summed === undefined ? -1 : header.indexOf(this.#summed);
    this.#records += 1;
  }

  /** A cell without a value counts nothing; one that is no number makes the sum none. */
  #count(cell: string | undefined): void {
    this.#sum += Number(cell ?? 0);
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
