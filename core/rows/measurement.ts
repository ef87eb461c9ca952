import { type Column, columns as contractColumns } from '../../contract';
import { type DayWindow, isDay } from '../uploads/days';

/**
 * The rules of a measurement row and its canonical form, as `contract/columns.json` lists them.
 *
 * Values are trimmed. Numbers may be written `4.0`, `+4`, `04` or `4e0`; whole numbers become `4`, decimals keep their digits.
 * Text keeps line breaks and tabs (a quoted field may hold them); a row with any other control character is rejected.
 */

/** Columns that a file must have. */
const requiredColumns: readonly string[] = contractColumns
  .filter(({ inFile }) => inFile === 'required')
  .map(({ name }) => name);

/** Columns that Cellflow reads where a file has them. */
const knownColumns: readonly string[] = contractColumns.map(({ name }) => name);

/** Other names under which a column is accepted. */
const columnAliases: Readonly<Record<string, string>> = Object.fromEntries(
  contractColumns.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [alias, name])),
);

/** Why a value, or a whole row, is not taken. */
interface Violation {
  /** The column, or `row` where the row as a whole is at fault. */
  column: string;
  rule: string;
  /** In plain words. */
  reason: string;
  value: string;
}

interface Measurement {
  day: string;
  /** The canonical row: CSV without its line feed. */
  line: string;
}

type Fault = Pick<Violation, 'rule' | 'reason'>;

/** A value in canonical form, or what is wrong with it. */
type ReadValue = (text: string) => string | Fault;

const plainDecimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const anyDecimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const timeOfDay = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const wholeWithFraction = /^(\d+)\.0+$/;
const needsQuotes = /[",\r\n]/;

interface Bounds {
  min: number;
  max: number;
  unit: string;
}

const decimal = (column: string, { min, max, unit }: Bounds): ReadValue => {
  const notNumber = { rule: 'number', reason: `${column} must be a number, with a point for decimals` };
  const outside = { rule: 'range', reason: `${column} must be from ${min} to ${max} ${unit}` };
  return (text) => {
    const plain = plainDecimal.test(text);
    if (!plain && !anyDecimal.test(text)) return notNumber;
    const value = Number(text);
    if (!(value >= min && value <= max)) return outside;
    return plain ? text : String(value);
  };
};

const whole = (column: string, bounds: Bounds): ReadValue => {
  const read = decimal(column, bounds);
  const broken = { rule: 'integer', reason: `${column} must be a whole number` };
  return (text) => {
    const number = read(text);
    if (typeof number !== 'string') return number;
    const value = Number(number);
    return Number.isInteger(value) ? String(value === 0 ? 0 : value) : broken;
  };
};

const time = (column: string): ReadValue => {
  const broken = { rule: 'time', reason: `${column} must be a time of day, HH:MM:SS` };
  return (text) => (timeOfDay.test(text) ? text : broken);
};

const oneOf = (column: string, choices: readonly string[]): ReadValue => {
  const broken = { rule: 'choice', reason: `${column} must be one of ${choices.join(', ')}` };
  return (text) => {
    const choice = text.toLowerCase();
    return choices.includes(choice) ? choice : broken;
  };
};

const quoted = (text: string): string => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Spreadsheets and pandas write a code that they took for a number as `8001.0`. */
const code: ReadValue = (text) => quoted(text.replace(wholeWithFraction, '$1'));

/** Reads a value that is there. */
const readerOf = ({ name, rule }: Column): ReadValue => {
  switch (rule.kind) {
    case 'time':
      return time(name);
    case 'decimal':
      return decimal(name, rule);
    case 'whole':
      return whole(name, rule);
    case 'choice':
      return oneOf(name, rule.of);
    case 'code':
      return code;
    case 'text':
      return quoted;
    case 'date':
      throw new Error(`The contract has a second column of days, ${name}.`);
  }
};

/** Reads any value of a column: an empty one is a fault, or nothing. */
const columnReader = (column: Column): ReadValue => {
  const empty = column.value === 'required' ? { rule: 'required', reason: `${column.name} is empty` } : '';
  const read = readerOf(column);
  return (text) => (text === '' ? empty : read(text));
};

/** How the rows of one upload are to be read. */
interface Layout {
  /** Index of each known column in the file's header. */
  columns: Readonly<Record<string, number>>;
  /** Columns of the file's header. */
  width: number;
  /** Day of the rows that carry none. */
  day: string;
  /** Days that rows may carry. */
  window: DayWindow;
}

/** Longer texts are not remembered: the engine keeps them as views of the whole block that they were cut from. */
const longestRemembered = 12;

/** Values repeat, so each is looked at once. Emptied before a file without repetition fills the memory. */
const remember = (read: ReadValue): ReadValue => {
  const known = new Map<string, string | Fault>();
  return (text) => {
    if (text.length > longestRemembered) return read(text);
    let value = known.get(text);
    if (value === undefined) {
      if (known.size >= 10_000) known.clear();
      value = read(text);
      known.set(text, value);
    }
    return value;
  };
};

/** Columns whose values hardly repeat: remembering them would cost more than it saves. */
const variedColumns: ReadonlySet<string> = new Set(['measured_at', 'latitude', 'longitude']);

const fieldReader = (column: Column): ReadValue => {
  const read = columnReader(column);
  const readTrimmed: ReadValue = (field) => read(field.trim());
  return variedColumns.has(column.table.name) ? readTrimmed : remember(readTrimmed);
};

const dayReader = ({ day, window }: Layout): ReadValue =>
  remember((text) => {
    const carried = text === '' ? day : text;
    if (!isDay(carried)) return { rule: 'date', reason: 'date must be a day of the calendar, YYYY-MM-DD' };
    if (carried < window.first || carried > window.last) {
      return { rule: 'range', reason: `date must be from ${window.first} to ${window.last}` };
    }
    return carried;
  });

const isMeasurement = (row: Measurement | Violation): row is Measurement => 'line' in row;

/**
 * Makes the reader of an upload's rows: fields in the file's order in, a canonical row or the first broken rule out.
 *
 * @example
 * const read = measurementReader({ columns, width: 14, day: '2026-01-31', window });
 * const row = read(['00:01:16', '41.67', …]);
 */
const measurementReader = (layout: Layout): ((fields: readonly string[]) => Measurement | Violation) => {
  const { columns, width } = layout;
  const readDay = dayReader(layout);
  const dateIndex = columns.date;
  const steps = contractColumns
    .filter(({ rule }) => rule.kind !== 'date')
    .map((column) => ({ column: column.name, index: columns[column.name], read: fieldReader(column) }));
  return (fields) => {
    if (fields.length !== width) {
      const reason = `the row has ${fields.length} columns, the header ${width}`;
      return { column: 'row', rule: 'columns', reason, value: fields.join(',') };
    }
    const date = dateIndex === undefined ? '' : (fields[dateIndex] as string).trim();
    const day = readDay(date);
    if (typeof day !== 'string') return { column: 'date', ...day, value: date || layout.day };
    let line = day;
    for (const { column, index, read } of steps) {
      const field = index === undefined ? '' : (fields[index] as string);
      const value = read(field);
      if (typeof value !== 'string') return { column, ...value, value: field.trim() };
      line += `,${value}`;
    }
    return { day, line };
  };
};

export type { Layout, Measurement, Violation };
export { columnAliases, isMeasurement, knownColumns, measurementReader, requiredColumns };
