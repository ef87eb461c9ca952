import type { Format } from '../formats/format-schema';
import { mapAtOnce } from '../platform/concurrency';
import { dayInKey, daysInName } from '../uploads/days';
import { AmbiguousDates, EmptyUpload, UnreadableUpload } from '../uploads/upload-errors';
import { maxRowBytes } from './csv-row-ends';
import { countDates, type DateCounts, findDateOrder, hasSlashes, orderBySome, sumDates } from './date-order';
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
  /** The order of dates is what a sample of them tells: the rows have to be asked. */
  datesPresumed?: true;
}

interface DescribeOptions {
  formats: readonly Format[];
  /** The format that somebody chose. @default - the one that the header is recognised by */
  chosen?: Format;
  /**
   * Bytes beyond which a file is not read whole for the order of its dates: that is presumed, and to be judged by
   * {@link orderByAll} when all rows have been read. @default - no file is so long
   */
  presumeBeyond?: number;
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

/** Places of a file at which dates are looked at, evenly spread, and bytes that are read at each. */
const samples = 32;
const sampleBytes = 64 * 1024;

const lineFeed = 0x0a;

/** Dates at some places of a file. A line may be taken for a row that is none: it is a sample. */
const sampleDates = async (file: TextFile, { end, columns, delimiter }: FileHead): Promise<DateCounts> => {
  const places = Array.from({ length: samples }, (_, n) => end + Math.floor(((file.size - end) * n) / samples));
  const counts = await mapAtOnce(samples, places, async (start) => {
    const bytes = await file.readSpan({ start, end: Math.min(start + sampleBytes, file.size) });
    return countDates(bytes.subarray(bytes.indexOf(lineFeed) + 1, bytes.lastIndexOf(lineFeed) + 1), {
      columns,
      delimiter,
    });
  });
  return sumDates(counts);
};

/** The order of a file's dates, where they have slashes. */
const describeDates = async (file: TextFile, head: FileHead, first: DateCounts, presumeBeyond: number) => {
  const { end, columns, delimiter } = head;
  if (!hasSlashes(first)) return {};
  if (file.size - end <= presumeBeyond) {
    const rows = await file.streamSpan({ start: end, end: file.size });
    return { dateOrder: await findDateOrder(rows, { name: file.name, columns, delimiter }) };
  }
  return { dateOrder: orderBySome(sumDates([first, await sampleDates(file, head)])), datesPresumed: true as const };
};

/** Finds out how a file is to be read: its format, its dialect, where its columns stand. */
const describeFile = async (file: TextFile, options: DescribeOptions): Promise<FileDescription> => {
  const { head, bytes } = await readHead(file, options);
  await assertRows(file, head.end);
  const { delimiter, decimal, ...rest } = head;
  const first = countDates(bytes.subarray(head.end), head);
  const { presumeBeyond = Number.POSITIVE_INFINITY } = options;
  const { dateOrder, ...presumed } = await describeDates(file, head, first, presumeBeyond);
  return { ...rest, dialect: { delimiter, decimal, ...(dateOrder && { dateOrder }) }, ...presumed };
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
