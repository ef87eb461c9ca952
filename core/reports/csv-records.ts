import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { parse } from 'csv-parse/sync';

const [quote, lineFeed] = ['"', '\n'];

const options = { record_delimiter: ['\r\n', lineFeed], relax_column_count: true, relax_quotes: true };

/** Cells that are empty, or in quotes without a character that needs them: as Athena writes most. */
const quotedForNothing = /^(?:(?:"[^",\r\n]*")?[,\n])*$/;

const unquote = (text: string): string | undefined =>
  quotedForNothing.test(text) ? text.replaceAll(quote, '') : undefined;

/** Some records of a CSV. */
class RecordBatch {
  /** Their text where no cell has a character that needs quotes: then commas and line feeds, the last at its end, are all that counts. */
  readonly plain: string | undefined;
  readonly #text: string;
  readonly #from: number;

  /** @param from - the first record that is meant, counted from 1 */
  constructor(text: string, from: 1 | 2) {
    const unquoted = unquote(text) ?? text;
    this.#text = unquoted;
    this.#from = from;
    if (/["\r]/.test(unquoted)) return;
    const whole = unquoted.endsWith(lineFeed) ? unquoted : `${unquoted}\n`;
    this.plain = from === 1 ? whole : whole.slice(whole.indexOf(lineFeed) + 1);
  }

  /** Made anew whenever they are asked for. */
  get records(): string[][] {
    if (this.plain === undefined) return parse(this.#text, { ...options, from: this.#from });
    const lines = this.plain.split(lineFeed).slice(0, -1);
    return lines.map((line) => line.split(','));
  }
}

/** Puts pieces of a CSV together so that none ends within a record. */
class WholeRecords {
  #rest = '';
  /** Whether the rest ends within quotes. */
  #isOpen = false;

  /** Whole records, with their line feeds and the quotes that they need; undefined while there is none. */
  add(text: string): string | undefined {
    return this.#addQuotedForNothing(text) ?? this.#addAny(text);
  }

  #addQuotedForNothing(text: string): string | undefined {
    const end = text.lastIndexOf(lineFeed) + 1;
    const whole = end > 0 ? unquote(this.#rest + text.slice(0, end)) : undefined;
    if (whole === undefined) return undefined;
    this.#rest = text.slice(end);
    this.#isOpen = this.#rest.split(quote).length % 2 === 0;
    return whole;
  }

  #addAny(text: string): string | undefined {
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
  let first = from;
  const take = (whole: string): RecordBatch => {
    const batch = new RecordBatch(whole, first);
    first = 1;
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
