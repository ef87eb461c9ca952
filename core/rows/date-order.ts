import { cleanText } from '../formats/names';
import type { Columns } from '../formats/recognition';
import { AmbiguousDates } from '../uploads/upload-errors';
import { isFault, type Row, readBlock } from './csv-fields';
import { RowFramer } from './csv-framing';
import type { Delimiter } from './dialect';
import { type DateOrder, ordersOf } from './times';
import { remember } from './values';

interface DateSearch {
  /** What to call the file in messages. */
  name: string;
  columns: Columns;
  delimiter: Delimiter;
}

/** How often rows say a day, and how those are written that do so with slashes. Counts of parts of a file add up to those of the whole. */
interface DateCounts {
  /** Rows that say a day, in whatever way. */
  dated: number;
  /** Dates with slashes that are one only with the day first, only with the month first, in either order. */
  dayFirst: number;
  monthFirst: number;
  either: number;
}

/** What a field says about the order of dates; undefined where it is no date with slashes. */
type Told = keyof DateCounts | undefined;

const noDates = (): DateCounts => ({ dated: 0, dayFirst: 0, monthFirst: 0, either: 0 });

/** What the text of a date says; a date that is none in either order is its row's own fault. */
const toldBy = (field: string): Told => {
  const text = cleanText(field);
  if (text === '') return undefined;
  const [first, second] = ordersOf(text) ?? [];
  if (first === undefined) return 'dated';
  return second === undefined ? (first === 'day first' ? 'dayFirst' : 'monthFirst') : 'either';
};

const addDates = (counts: DateCounts, told: Told, rows = 1): void => {
  if (told === undefined) return;
  counts.dated += rows;
  if (told !== 'dated') counts[told] += rows;
};

const sumDates = (all: Iterable<DateCounts>): DateCounts => {
  const sums = noDates();
  for (const counts of all) for (const name of Object.keys(sums) as (keyof DateCounts)[]) sums[name] += counts[name];
  return sums;
};

/** Takes rows and counts their dates, which stand at `index`. */
const dateCounter = (index: number, counts = noDates()): { counts: DateCounts; take: (row: Row) => void } => {
  const told = remember(toldBy);
  const take = (row: Row): void => {
    if (row !== undefined && !isFault(row)) addDates(counts, told(row[index] ?? ''));
  };
  return { counts, take };
};

/** So few dates with slashes among others are their rows' own fault, where they do not tell what they mean. */
const fewShare = 0.1;

const slashedOf = ({ dayFirst, monthFirst, either }: DateCounts): number => dayFirst + monthFirst + either;

const areFew = (counts: DateCounts): boolean => slashedOf(counts) <= counts.dated * fewShare;

const areContradictory = ({ dayFirst, monthFirst }: DateCounts): boolean => dayFirst > 0 && monthFirst > 0;

const wayOut =
  'A spreadsheet has most likely written them so when it saved the file. Format the column as YYYY-MM-DD before saving, or upload the file as it was before the spreadsheet.';

/**
 * The order in which all dates of a file can be read, by the dates of all of its rows; undefined where it has none with slashes, or
 * where a few among others do not tell.
 *
 * @throws {@link AmbiguousDates} where they can be read in two, or in none
 */
const orderByAll = (name: string, counts: DateCounts): DateOrder | undefined => {
  const contradicted = areContradictory(counts);
  if (!contradicted && counts.dayFirst > 0) return 'day first';
  if (!contradicted && counts.monthFirst > 0) return 'month first';
  if (areFew(counts)) return undefined;
  throw new AmbiguousDates(
    contradicted
      ? `${name} has dates of which some have the day first and some the month. ${wayOut}`
      : `${name} has dates that can be read in two ways: in all of them the first two numbers may be day and month, or month and day. ${wayOut}`,
  );
};

/** The order in which the dates of a file can most likely be read, by those of some of its rows. */
const orderBySome = (counts: DateCounts): DateOrder | undefined => {
  if (areContradictory(counts)) return undefined;
  if (counts.monthFirst > 0) return 'month first';
  return counts.dayFirst > 0 || !areFew(counts) ? 'day first' : undefined;
};

/** Counts the dates of whole rows. */
const countDates = (rows: Buffer, { columns, delimiter }: Omit<DateSearch, 'name'>): DateCounts => {
  const [index] = columns.date ?? [];
  if (index === undefined) return noDates();
  const { counts, take } = dateCounter(index);
  const framer = new RowFramer({ delimiter });
  for (const block of [...framer.push(rows), ...framer.finish()]) readBlock(block, delimiter, take);
  return counts;
};

const hasSlashes = (counts: DateCounts): boolean => slashedOf(counts) > 0;

/** The order of a file's dates, looked for in all of its rows, as {@link orderByAll} tells it. */
const findDateOrder = async (
  rows: AsyncIterable<Buffer>,
  { name, columns, delimiter }: DateSearch,
): Promise<DateOrder | undefined> => {
  const { counts, take } = dateCounter(columns.date?.[0] ?? -1);
  const framer = new RowFramer({ delimiter });
  for await (const bytes of rows) {
    for (const block of framer.push(bytes)) readBlock(block, delimiter, take);
  }
  for (const block of framer.finish()) readBlock(block, delimiter, take);
  return orderByAll(name, counts);
};

export type { DateCounts, Told };
export {
  addDates,
  countDates,
  dateCounter,
  findDateOrder,
  hasSlashes,
  noDates,
  orderByAll,
  orderBySome,
  sumDates,
  toldBy,
};
