import { cleanText } from '../formats/names';
import type { Columns } from '../formats/recognition';
import { AmbiguousDates } from '../uploads/upload-errors';
import { isFault, type Row, readBlock } from './csv-fields';
import { RowFramer } from './csv-framing';
import type { Delimiter } from './dialect';
import { type DateOrder, ordersOf } from './times';

interface DateSearch {
  /** What to call the file in messages. */
  name: string;
  columns: Columns;
  delimiter: Delimiter;
}

/** Collects in which orders the dates of rows can be read. */
class DateOrders {
  /** Orders that all dates so far can be read in; undefined while no date has slashes. */
  possible: readonly DateOrder[] | undefined;
  /** A date that cannot be read in the order of those before it, with which nothing is left. */
  contradicted = false;
  /** Rows that say a day, in whatever way, and those that do so with slashes. */
  readonly rows = { dated: 0, slashed: 0 };
  readonly #index: number;

  constructor(index: number) {
    this.#index = index;
  }

  readonly take = (row: Row): void => {
    if (row === undefined || isFault(row)) return;
    const text = cleanText(row[this.#index] ?? '');
    if (text !== '') this.rows.dated += 1;
    const orders = ordersOf(text);
    // A date that is none in either order is a row's own fault.
    if (orders === undefined || orders.length === 0) return;
    this.rows.slashed += 1;
    if (this.contradicted) return;
    const left = this.possible?.filter((order) => orders.includes(order)) ?? orders;
    if (left.length === 0) this.contradicted = true;
    else this.possible = left;
  };
}

/** So few dates with slashes among others are their rows' own fault, where they do not tell what they mean. */
const fewShare = 0.1;

const wayOut =
  'A spreadsheet has most likely written them so when it saved the file. Format the column as YYYY-MM-DD before saving, or upload the file as it was before the spreadsheet.';

/** Whether the first rows have dates with slashes, so that their order has to be looked for. */
const hasSlashedDates = (rows: Buffer, { columns, delimiter }: Omit<DateSearch, 'name'>): boolean => {
  const [index] = columns.date ?? [];
  if (index === undefined) return false;
  const orders = new DateOrders(index);
  const framer = new RowFramer({ delimiter });
  for (const block of [...framer.push(rows), ...framer.finish()]) readBlock(block, delimiter, orders.take);
  return orders.possible !== undefined;
};

/**
 * The order in which all dates of a file can be read, looked for in all of its rows; undefined where a few among others do not tell.
 *
 * @throws {@link AmbiguousDates} where they can be read in two, or in none
 */
const findDateOrder = async (
  rows: AsyncIterable<Buffer>,
  { name, columns, delimiter }: DateSearch,
): Promise<DateOrder | undefined> => {
  const orders = new DateOrders(columns.date?.[0] ?? -1);
  const framer = new RowFramer({ delimiter });
  for await (const bytes of rows) {
    for (const block of framer.push(bytes)) readBlock(block, delimiter, orders.take);
  }
  for (const block of framer.finish()) readBlock(block, delimiter, orders.take);
  const { possible = [], contradicted, rows: counted } = orders;
  if (!contradicted && possible.length <= 1) return possible[0];
  if (counted.slashed <= counted.dated * fewShare) return undefined;
  throw new AmbiguousDates(
    contradicted
      ? `${name} has dates of which some have the day first and some the month. ${wayOut}`
      : `${name} has dates that can be read in two ways: in all of them the first two numbers may be day and month, or month and day. ${wayOut}`,
  );
};

export { findDateOrder, hasSlashedDates };
