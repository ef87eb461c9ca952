import { isAscii, isUtf8 } from 'node:buffer';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import type { Frame, RowBlock } from './csv-framing';
import { maxRowBytes } from './csv-row-ends';
import { type Delimiter, delimiters } from './dialect';
import type { LineParser, Numbers } from './line-parser';

/** Why the bytes of a row are not fields. */
interface RowFault {
  rule: 'quotes' | 'encoding' | 'control' | 'length';
  reason: string;
  /** The row, as far as it can be shown. */
  text: string;
}

/** A row's fields, or its fault; undefined for a blank line. */
type Row = readonly string[] | RowFault | undefined;

/** Takes one row, the physical lines that it covers, and the numbers of its texts where a parser of lines gives such. */
type TakeRow = (row: Row, lines: number, numbers?: Numbers) => void;

/** Line breaks and tabs may stand in a quoted field, other control characters nowhere. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for; `\p{Cc}` takes several times as long
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

const lineFeed = 0x0a;
const shownBytes = 400;

const isFault = (row: Row): row is RowFault => row !== undefined && !Array.isArray(row);

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const quotesFault = (error: unknown, text: string): RowFault => ({
  rule: 'quotes',
  reason:
    error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is opened and not closed'
      : 'a quote stands where none may: put the whole field in quotes and double the quotes inside',
  text,
});

/** A field in quotes, and spaces before it: the whole of it, for what looks like one inside of it is none. */
const quotedField = (delimiter: Delimiter): RegExp =>
  new RegExp(`(^|${delimiter === '|' ? '\\|' : delimiter})[ \\u00a0]*("(?:[^"]|"")*")`, 'g');
const quotedFields = new Map(delimiters.map((delimiter) => [delimiter, quotedField(delimiter)]));

/** A row whose quotes stand behind spaces, as hands write them, without those. */
const withoutSpaces = (row: string, delimiter: Delimiter): string =>
  row.replace(quotedFields.get(delimiter) as RegExp, '$1$2');

const parse = (text: string, delimiter: Delimiter): string[][] =>
  parseCsv(text, { delimiter, record_delimiter: '\n', relax_column_count: true });

const parseRow = (row: string, delimiter: Delimiter, error: unknown): Row => {
  const tidy = withoutSpaces(row, delimiter);
  if (tidy !== row) {
    try {
      const [parsed, ...more] = parse(tidy, delimiter);
      if (parsed !== undefined && more.length === 0) return parsed;
    } catch {
      // The row as it stands is told of.
    }
  }
  return quotesFault(error, row);
};

/** Fields of rows that hold quotes, by the CSV parser: all in one call, and in halves where that fails, down to the row at fault. */
const parseRows = (rows: readonly string[], delimiter: Delimiter): Row[] => {
  if (rows.length === 0) return [];
  let error: unknown;
  try {
    const parsed = parse(rows.join('\n'), delimiter);
    if (parsed.length === rows.length) return parsed;
  } catch (thrown) {
    error = thrown;
  }
  if (rows.length === 1) return [parseRow(rows[0] as string, delimiter, error)];
  const half = rows.length >> 1;
  return [...parseRows(rows.slice(0, half), delimiter), ...parseRows(rows.slice(half), delimiter)];
};

const lineFrame = (start: number, end: number): Frame => ({
  start,
  end,
  quoted: false,
  unclosed: false,
  oversized: end - start > maxRowBytes,
  lines: 1,
});

const lineFrames = (bytes: Buffer): Frame[] => {
  const frames: Frame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found === -1 ? bytes.length : found;
    frames.push(lineFrame(start, end));
    start = end + 1;
  }
  return frames;
};

/** Characters of the bytes 0x80 to 0x9f; five of them are none. Node's own decoder takes them for control characters in some releases. */
const fromHex80 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const hex80to9f = /[\u0080-\u009f]/g;

const fromWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(hex80to9f, (byte) => fromHex80[byte.charCodeAt(0) - 0x80] as string);

/** What stands in a decoded text where bytes are no UTF-8; its own three bytes are. */
const replacement = Buffer.from('\ufffd');
const otherThanAscii = /[\u0080-\ufffc\ufffe\uffff]/;

/**
 * Text of bytes that are no UTF-8, in Windows-1252; undefined where a part of them is UTF-8: that text is spoilt, not in another
 * encoding. What is said of some bytes is said of each row in them.
 */
const decodeRow = (bytes: Buffer): string | undefined =>
  otherThanAscii.test(bytes.toString()) || bytes.includes(replacement) ? undefined : fromWindows1252(bytes);

/** The text of a row, or why it has none. */
const rowText = (bytes: Buffer, { start, end, oversized }: Frame): string | RowFault => {
  const row = bytes.subarray(start, end);
  if (oversized) {
    const reason = `the row is longer than ${maxRowBytes / 1024} KiB`;
    return { rule: 'length', reason, text: row.subarray(0, shownBytes).toString() };
  }
  const decoded = isUtf8(row) ? row.toString() : decodeRow(row);
  if (decoded === undefined) {
    const reason = 'the row is not valid UTF-8';
    return { rule: 'encoding', reason, text: withoutReturn(row.toString()).slice(0, shownBytes) };
  }
  const text = withoutReturn(decoded);
  if (controls.test(text)) return { rule: 'control', reason: 'the row holds a control character', text };
  return text;
};

/** Takes a row without a quote from its bytes, where it can. */
type TakeBytes = (frame: Frame) => boolean;

/** Rows are looked at one by one, but for those that hold quotes, which are parsed together. */
const readFrames = (
  bytes: Buffer,
  frames: readonly Frame[],
  delimiter: Delimiter,
  take: TakeRow,
  takeBytes: TakeBytes = () => false,
): void => {
  const texts = frames.map((frame) => (frame.quoted ? rowText(bytes, frame) : undefined));
  const isParsed = (text: string | RowFault | undefined, index: number): boolean =>
    typeof text === 'string' && !(frames[index] as Frame).unclosed;
  const parsed = parseRows(texts.filter(isParsed) as string[], delimiter);
  let next = 0;
  frames.forEach((frame, index) => {
    const { quoted, oversized, lines } = frame;
    if (!quoted && !oversized && takeBytes(frame)) return;
    const text = texts[index] ?? rowText(bytes, frame);
    if (isParsed(texts[index], index)) take(parsed[next++], lines);
    else if (typeof text !== 'string') take(text, lines);
    else if (quoted) take(parseRows([text], delimiter)[0], lines);
    else take(text === '' ? undefined : text.split(delimiter), lines);
  });
};

/** Rows without any quote need no parser: a line is a row, a delimiter parts fields. */
const readLines = (text: string, delimiter: Delimiter, take: TakeRow): void => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const row = withoutReturn(line);
    take(row === '' ? undefined : row.split(delimiter), 1);
  }
};

/** The text of a block whose lines can be read as rows; undefined where each has to be looked at for itself. */
const plainText = ({ bytes, frames }: RowBlock, areAscii: boolean): string | undefined => {
  if (frames !== undefined) return undefined;
  const text = areAscii ? bytes.toString('latin1') : isUtf8(bytes) ? bytes.toString() : decodeRow(bytes);
  return text === undefined || controls.test(text) ? undefined : text;
};

/**
 * Reads the rows of a block, in order.
 *
 * @param lines of one who reads many blocks: it numbers texts, and keeps what it gives to `take` no longer than that takes
 */
const readBlock = (block: RowBlock, delimiter: Delimiter, take: TakeRow, lines?: LineParser): void => {
  const areAscii = isAscii(block.bytes);
  const text = plainText(block, areAscii);
  if (text === undefined) readFrames(block.bytes, block.frames ?? lineFrames(block.bytes), delimiter, take);
  else if (lines === undefined || !areAscii) readLines(text, delimiter, take);
  else lines.parse(block.bytes, text, take);
};

/** Takes the row that begins at a byte, with no quote in it. @returns where its line feed is; -1 where it is not taken */
type TakeFrom = (bytes: Buffer, start: number) => number;

/** Reads the rows of a block, in order; those that `takeFrom` takes from their bytes it does not give to `take`. */
const readBytes = ({ bytes, frames }: RowBlock, delimiter: Delimiter, take: TakeRow, takeFrom: TakeFrom): void => {
  const hasLineFeed = ({ end }: Frame) => end < bytes.length;
  if (frames !== undefined) {
    readFrames(bytes, frames, delimiter, take, (frame) => hasLineFeed(frame) && takeFrom(bytes, frame.start) !== -1);
    return;
  }
  const last = bytes.lastIndexOf(lineFeed);
  let start = 0;
  while (start < bytes.length) {
    const taken = start <= last ? takeFrom(bytes, start) : -1;
    if (taken === -1) {
      const end = start <= last ? bytes.indexOf(lineFeed, start) : bytes.length;
      readFrames(bytes, [lineFrame(start, end)], delimiter, take);
      start = end + 1;
    } else start = taken + 1;
  }
};

export type { Row, RowFault, TakeRow };
export { controls, decodeRow, isFault, parseRows, readBlock, readBytes };
