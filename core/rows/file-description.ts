import type { Format } from '../formats/format-schema';
import { dayInKey, daysInName } from '../uploads/days';
import { AmbiguousDates, EmptyUpload, UnreadableUpload } from '../uploads/upload-errors';
import { maxRowBytes } from './csv-row-ends';
import { findDateOrder, hasSlashedDates } from './date-order';
import type { Dialect } from './dialect';
import { type FileHead, isBlank, readFileHead } from './file-head';
import type { Span } from './source';

/** A file as text, wherever it lies. */
interface TextFile {
  /** What to call it in messages. */
  name: string;
  size: number;
  readSpan(span: Span): Promise<Buffer>;
  streamSpan(span: Span): Promise<AsyncIterable<Buffer>>;
}

interface FileDescription extends Omit<FileHead, 'delimiter' | 'decimal'> {
  dialect: Dialect;
}

interface DescribeOptions {
  formats: readonly Format[];
  /** The format that somebody chose. @default - the one that the header is recognised by */
  chosen?: Format;
}

const headBytes = 64 * 1024;

const readHead = async (file: TextFile, options: DescribeOptions): Promise<{ head: FileHead; bytes: Buffer }> => {
  const { name, size } = file;
  if (size === 0) throw new EmptyUpload(`${name} is empty: it has 0 bytes.`);
  for (const most of [headBytes, 2 * maxRowBytes]) {
    const end = Math.min(most, size);
    const bytes = await file.readSpan({ start: 0, end });
    const head = readFileHead(bytes, { name, whole: end === size, ...options });
    if (head !== undefined) return { head, bytes };
  }
  throw new UnreadableUpload(
    `${name} has no line end in its first ${2 * maxRowBytes} bytes: it is no CSV of measurements.`,
  );
};

/** A header and nothing after it needs no further look. */
const assertRows = async (file: TextFile, start: number): Promise<void> => {
  const { name, size } = file;
  if (size - start > headBytes) return;
  if (!isBlank(await file.readSpan({ start, end: size }))) return;
  throw new EmptyUpload(`${name} has a header and no rows.`);
};

/** Finds out how a file is to be read: its format, its dialect, where its columns stand. */
const describeFile = async (file: TextFile, options: DescribeOptions): Promise<FileDescription> => {
  const { head, bytes } = await readHead(file, options);
  await assertRows(file, head.end);
  const { delimiter, decimal, ...rest } = head;
  const search = { name: file.name, columns: head.columns, delimiter };
  const dateOrder = hasSlashedDates(bytes.subarray(head.end), search)
    ? await findDateOrder(await file.streamSpan({ start: head.end, end: file.size }), search)
    : undefined;
  return { ...rest, dialect: { delimiter, decimal, ...(dateOrder && { dateOrder }) } };
};

/**
 * The day of rows that carry none: that of the file's name, or of its upload.
 *
 * @throws {@link AmbiguousDates} where the name holds several and the rows none
 */
const dayOfFile = (key: string, received: string, { columns }: Pick<FileDescription, 'columns'>): string => {
  const carriesDays = 'date' in columns || 'moment' in columns;
  const days = daysInName(key);
  if (!carriesDays && days.length > 1) {
    throw new AmbiguousDates(
      `${key} has no column of dates and ${days.length} dates in its name (${days.slice(0, 3).join(', ')}): its rows may be of any day between. ` +
        'Add a column `date`, or upload a file a day with its one date in the name.',
    );
  }
  return dayInKey(key) ?? received;
};

const mostNames = 64;
const mostNameBytes = 4_096;

/** The first names of a header, by which one that comes again is known; a state machine's state has no room for more. */
const firstNames = (names: readonly string[]): string[] => {
  const kept: string[] = [];
  let bytes = 0;
  for (const name of names.slice(0, mostNames)) {
    bytes += Buffer.byteLength(name);
    if (bytes > mostNameBytes) break;
    kept.push(name);
  }
  return kept;
};

export type { FileDescription, TextFile };
export { dayOfFile, describeFile, firstNames };
