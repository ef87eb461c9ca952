import { isNumeric, type ReportColumn } from '../columns';
import { columnDigits, formatHour, formatNumber, formatValue, fractionDigits, type Value, withUnit } from '../numbers';
import type { Table } from '../rows';

/** A column of a table with all that drawing it takes. */
interface Field {
  column: ReportColumn;
  at: (row: readonly Value[]) => Value;
  /** A value in words, without its unit. */
  text: (value: Value) => string;
  /** A value in words, with its unit. */
  full: (value: Value) => string;
  /** A round number on an axis. */
  tick: (value: number) => string;
}

const field = (table: Table, name: string | undefined): Field | undefined => {
  const index = table.columns.findIndex((column) => column.name === name);
  const column = table.columns[index];
  if (column === undefined) return undefined;
  const digits = columnDigits(
    column,
    table.rows.map((row) => row[index] ?? null),
  );
  const text = (value: Value) => formatValue(value, column, digits);
  return {
    column,
    at: (row) => row[index] ?? null,
    text,
    full: (value) => withUnit(text(value), column.unit),
    tick: (value) =>
      column.kind === 'hour' ? formatHour(value) : formatNumber(value, fractionDigits(Number(value.toPrecision(12)))),
  };
};

/** The name that a row has in a column. */
const nameIn = ({ at, text }: Field, row: readonly Value[]): string => {
  const value = at(row);
  return value === null ? 'not named' : text(value);
};

const numericField = (table: Table, name: string | undefined): Field | undefined => {
  const found = field(table, name);
  return found !== undefined && isNumeric(found.column) ? found : undefined;
};

const asNumber = (value: Value): number | undefined => (typeof value === 'number' ? value : undefined);

const distinct = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

const longestGap = 400;

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const isDay = (value: Value): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);

/**
 * The values along an axis, in order and with those in between that no row has: hours of a day, days, whole numbers. Other
 * values stand in the order of the rows.
 */
const axisValues = ({ column, at }: Field, rows: readonly (readonly Value[])[]): Value[] => {
  const values = distinct(rows.map(at)).filter((value) => value !== null);
  if (column.kind === 'hour') return Array.from({ length: 24 }, (_, hour) => hour);
  if (values.length > 0 && values.every(isDay)) {
    const days = values.map(dayNumber);
    const first = days.reduce((one, other) => Math.min(one, other));
    const count = days.reduce((one, other) => Math.max(one, other)) - first + 1;
    if (count > longestGap) return [...values].sort();
    return Array.from({ length: count }, (_, day) => new Date((first + day) * 86_400_000).toISOString().slice(0, 10));
  }
  if (column.kind === 'text') return values;
  const numbers = (values as number[]).sort((one, other) => one - other);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (!numbers.every(Number.isInteger) || last - first >= longestGap) return numbers;
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
};

/** Whether an axis has an order of its own, so that what lies side by side belongs together. */
const isOrdered = (column: ReportColumn, values: readonly Value[]): boolean =>
  column.kind !== 'text' || (values.length > 0 && values.every(isDay));

/** About how wide a text is at a size, in pixels; rather too wide. */
const textWidth = (text: string, size: number): number => Math.ceil([...text].length * size * 0.58);

export type { Field };
export { asNumber, axisValues, distinct, field, isDay, isOrdered, nameIn, numericField, textWidth };
