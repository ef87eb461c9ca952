import { isAscii, isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';
import type { Frame, RowBlock } from './csv-framing';
import { maxRowBytes } from './csv-row-ends';

/** Why the bytes of a row are not fields. */
interface RowFault {
  rule: 'quotes' | 'encoding' | 'control' | 'length';
  reason: string;
  /** The row, as far as it can be shown. */
  text: string;
}

/** A row's fields, or its fault; undefined for a blank line. */
type Row = readonly string[] | RowFault | undefined;

/** Takes one row and the physical lines that it covers. */
type TakeRow = (row: Row, lines: number) => void;

/** Line breaks and tabs may stand in a quoted field, other control characters nowhere. */
const controls = /[^\P{Cc}\t\n\r]/u;

const lineFeed = 0x0a;
const shownBytes = 400;

const isFault = (row: Row): row is RowFault => row !== undefined && 'rule' in row;

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

const quotesFault = (error: unknown, text: string): RowFault => ({
  rule: 'quotes',
  reason:
    error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote is opened and not closed'
      : 'a quote stands where none may: put the whole field in quotes and double the quotes inside',
  text,
});

/** Fields of rows that hold quotes, by the CSV parser: all in one call, and in halves where that fails, down to the row at fault. */
const parseRows = (rows: readonly string[]): Row[] => {
  let error: unknown;
  try {
    const parsed: string[][] = parse(rows.join('\n'), { record_delimiter: '\n', relax_column_count: true });
    if (parsed.length === rows.length) return parsed;
  } catch (thrown) {
    error = thrown;
  }
  if (rows.length === 1) return [quotesFault(error, rows[0] as string)];
  const half = rows.length >> 1;
  return [...parseRows(rows.slice(0, half)), ...parseRows(rows.slice(half))];
};

const lineFrames = (bytes: Buffer): Frame[] => {
  const frames: Frame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found === -1 ? bytes.length : found;
    frames.push({ start, end, quoted: false, unclosed: false, oversized: end - start > maxRowBytes, lines: 1 });
    start = end + 1;
  }
  return frames;
};

/** The text of a row, or why it has none. */
const rowText = (bytes: Buffer, { start, end, oversized }: Frame): string | RowFault => {
  const row = bytes.subarray(start, end);
  if (oversized) {
    const reason = `the row is longer than ${maxRowBytes / 1024} KiB`;
    return { rule: 'length', reason, text: row.subarray(0, shownBytes).toString() };
  }
  const text = withoutReturn(row.toString());
  if (!isUtf8(row)) return { rule: 'encoding', reason: 'the row is not valid UTF-8', text: text.slice(0, shownBytes) };
  if (controls.test(text)) return { rule: 'control', reason: 'the row holds a control character', text };
  return text;
};

const readFrames = (bytes: Buffer, frames: readonly Frame[], take: TakeRow): void => {
  const texts = frames.map((frame) => rowText(bytes, frame));
  const isParsed = (text: string | RowFault, index: number): boolean =>
    typeof text === 'string' && (frames[index] as Frame).quoted && !(frames[index] as Frame).unclosed;
  const parsed = parseRows(texts.filter(isParsed) as string[]);
  let next = 0;
  texts.forEach((text, index) => {
    const { quoted, lines } = frames[index] as Frame;
    if (isParsed(text, index)) take(parsed[next++], lines);
    else if (typeof text !== 'string') take(text, lines);
    else if (quoted) take(parseRows([text])[0], lines);
    else take(text === '' ? undefined : text.split(','), lines);
  });
};

/** Rows without any quote need no parser: a line is a row, a comma parts fields. */
const readLines = (text: string, take: TakeRow): void => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const row = withoutReturn(line);
    take(row === '' ? undefined : row.split(','), 1);
  }
};

/** The text of a block whose lines can be read as rows; undefined where each has to be looked at for itself. */
const plainText = ({ bytes, frames }: RowBlock): string | undefined => {
  const ascii = isAscii(bytes);
  if (frames !== undefined || !(ascii || isUtf8(bytes))) return undefined;
  const text = bytes.toString(ascii ? 'latin1' : 'utf8');
  return controls.test(text) ? undefined : text;
};

/** Reads the rows of a block, in order. */
const readBlock = (block: RowBlock, take: TakeRow): void => {
  const text = plainText(block);
  if (text === undefined) readFrames(block.bytes, block.frames ?? lineFrames(block.bytes), take);
  else readLines(text, take);
};

export type { Row, RowFault, TakeRow };
export { controls, isFault, parseRows, readBlock };
