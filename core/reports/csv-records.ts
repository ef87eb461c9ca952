import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { parse } from 'csv-parse/sync';

const [quote, lineFeed] = ['"', '\n'];

const options = { record_delimiter: ['\r\n', lineFeed], relax_column_count: true, relax_quotes: true };

/** Cells that are empty, or in quotes without a character that needs them: as Athena writes most. */
const quotedForNothing = /^(?:(?:"[^",\r\n]*")?[,\n])*$/;

/** Some records of a CSV. */
interface RecordBatch {
  records: string[][];
  /** Whether no cell has a character that needs quotes. */
  isPlain: boolean;
}

/** Reads whole records. Where no quote has to be there, nor a carriage return is, commas and line feeds are all that counts. */
const recordsOf = (text: string): RecordBatch => {
  const unquoted = quotedForNothing.test(text) ? text.replaceAll(quote, '') : text;
  if (/["\r]/.test(unquoted)) return { records: parse(text, options), isPlain: false };
  const lines = unquoted.endsWith(lineFeed) ? unquoted.slice(0, -1) : unquoted;
  return { records: lines.split(lineFeed).map((line) => line.split(',')), isPlain: true };
};

/** Puts pieces of a CSV together so that none ends within a record. */
class WholeRecords {
  #rest = '';
  /** Whether the rest ends within quotes. */
  #isOpen = false;

  /** Whole records, with their line feeds; undefined while there is none. */
  add(text: string): string | undefined {
    let end = 0;
    for (let start = 0; start <= text.length; ) {
      const found = text.indexOf(quote, start);
      const stop = found < 0 ? text.length : found;
      const last = this.#isOpen || stop === start ? -1 : text.lastIndexOf(lineFeed, stop - 1);
      if (last >= start) end = last + 1;
      if (found >= 0) this.#isOpen = !this.#isOpen;
      start = stop + 1;
    }
    if (end === 0) {
      this.#rest += text;
      return undefined;
    }
    const whole = this.#rest + text.slice(0, end);
    this.#rest = text.slice(end);
    return whole;
  }

  /** What stands behind the last line feed. */
  get rest(): string {
    return this.#rest;
  }
}

/** How much is read. */
interface Reading {
  /** First record, counted from 1: 2 leaves the header out. @default 1 */
  from?: 1 | 2;
}

/** The stream as texts, without a mark of its encoding. */
async function* readTexts(csv: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let isFirst = true;
  for await (const piece of csv as AsyncIterable<Buffer | string>) {
    const text = typeof piece === 'string' ? piece : decoder.write(piece);
    if (text === '') continue;
    yield isFirst ? text.replace(/^\ufeff/, '') : text;
    isFirst = false;
  }
  yield decoder.end();
}

/**
 * The records of a report's CSV, many at a time: those that a piece of the stream ends, so that who reads millions does not wait for each.
 * Who stops early leaves the rest unread.
 *
 * Cells are parts of the piece's text. Who keeps some of many pieces keeps all of these in memory, unless {@link ownText} copies them.
 */
async function* readRecordBatches(csv: Readable, { from = 1 }: Reading = {}): AsyncGenerator<RecordBatch> {
  const records = new WholeRecords();
  let left = from - 1;
  const take = (whole: string): RecordBatch => {
    const batch = recordsOf(whole);
    if (left > 0) batch.records.splice(0, left);
    left = 0;
    return batch;
  };
  for await (const text of readTexts(csv)) {
    const whole = records.add(text);
    if (whole !== undefined) yield take(whole);
  }
  if (records.rest !== '') yield take(records.rest);
}

/** As {@link readRecordBatches}, one at a time. */
async function* readRecords(csv: Readable, reading: Reading = {}): AsyncGenerator<string[]> {
  for await (const { records } of readRecordBatches(csv, reading)) yield* records;
}

/** A copy that keeps nothing else in memory. */
const ownText = (text: string): string => Buffer.from(text, 'utf16le').toString('utf16le');

export type { RecordBatch };
export { ownText, readRecordBatches, readRecords };
