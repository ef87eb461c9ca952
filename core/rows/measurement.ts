import { type Column, rowColumns } from '../../contract';
import type { Format, Source } from '../formats/format-schema';
import { cleanText } from '../formats/names';
import type { Columns } from '../formats/recognition';
import type { DayWindow } from '../uploads/days';
import { type Dialect, hasWidth } from './dialect';
import { dbmFromAsu } from './radio';
import { isTimeFault, timeReader } from './row-time';
import { type Fault, type ReadValue, remember, rowColumn, valueReader } from './values';
import type { Zone } from './zone';

/**
 * The rules of a measurement row and its canonical form, as `contract/columns.json` lists them and a format finds them.
 *
 * A row is a measurement if it has a time, a place, and a signal or a service status; everything else may be unknown. An impossible
 * value costs the row where it is one of time or place, and only itself elsewhere: it is set aside.
 */

/** Why a value, or a whole row, is not taken. */
interface Violation extends Fault {
  /** The column, or `row` where the row as a whole is at fault. */
  column: string;
  value: string;
}

/** What became of a column's value in one row. */
const unknown = 0;
const present = 1;
const setAside = 2;

interface Measurement {
  day: string;
  /** The canonical row: CSV without its line feed. */
  line: string;
  /** What became of each value, in the order of the contract's row: to be read before the next row is. */
  states: Uint8Array;
  /** Values that were set aside. */
  aside: readonly Violation[];
}

/** How the rows of one upload are to be read. */
interface Layout {
  format: Format;
  dialect: Dialect;
  /** Indexes of the format's columns in the file. */
  columns: Columns;
  /** Columns that a row has at least. */
  width: number;
  /** Day of the rows that carry none. */
  day: string;
  /** Days that rows may carry. */
  window: DayWindow;
  zone: Zone;
}

const needsQuotes = /[",\r\n]/;
const quoted = (text: string): string => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const isText = ({ rule: { kind } }: Column): boolean => kind === 'text' || kind === 'code';

/** Columns whose values hardly repeat: remembering them would cost more than it saves. */
const variedColumns: ReadonlySet<string> = new Set(['lat', 'long', 'cell']);

/** Reads a column's value from a row, in the form that a canonical row has; nothing where the file has no such column. */
interface Step {
  column: Column;
  /** Its place in a canonical row. */
  place: number;
  /** Where it stands in the file: the first of which the value is known. */
  indexes: readonly number[];
  /** Technologies in whose rows it is this column's. @default - in all */
  technologies?: readonly string[];
  read: ReadValue;
}

const places = new Map(rowColumns.map(({ name }, place) => [name, place]));
const placeOf = (name: string): number => places.get(name) as number;
const [latPlace, longPlace] = ['lat', 'long'].map(placeOf) as [number, number];
const [signalPlace, statusPlace] = ['signal', 'status'].map(placeOf) as [number, number];
const [technologyPlace, dbmPlace] = ['technology', 'signal_dbm'].map(placeOf) as [number, number];
const [datePlace, hourPlace, offsetPlace] = ['date', 'hour', 'utc_offset'].map(placeOf) as [number, number, number];

const stepOf = (name: string, source: Source, indexes: readonly number[], { decimal }: Dialect): Step => {
  const column = rowColumn(name);
  const value = valueReader(column, source, decimal);
  const read: ReadValue = isText(column)
    ? (text) => {
        const found = value(text);
        return typeof found === 'string' ? quoted(found) : found;
      }
    : value;
  return {
    column,
    place: placeOf(name),
    indexes,
    technologies: source.only?.technology,
    read: variedColumns.has(name) ? read : remember(read),
  };
};

/** Columns that are joined from several of the file; unknown where one of them is. */
const joinedStep = (name: string, source: Source, indexes: readonly number[], dialect: Dialect) => {
  const step = stepOf(name, source, indexes, dialect);
  const part = remember(valueReader(rowColumn(name), source, dialect.decimal));
  return {
    ...step,
    join: (fields: readonly string[]): string => {
      const parts = indexes.map((index) => part(fields[index] as string));
      return parts.every((one) => typeof one === 'string' && one !== '') ? parts.join('-') : '';
    },
  };
};

/** A row that is no measurement of what served the phone: it is passed over. */
const leftOut = 'left out';

type ReadRow = (fields: readonly string[]) => Measurement | Violation | typeof leftOut;

const isMeasurement = (row: Measurement | Violation): row is Measurement => 'line' in row;

/** Tells the rows that a format leaves out. */
const leaverOut = ({ format: { leaveOut }, columns }: Layout): ((fields: readonly string[]) => boolean) => {
  const index = columns.leaveOut?.[0];
  if (leaveOut === undefined || index === undefined) return () => false;
  const values = new Set(leaveOut.values);
  const isOne = remember((field) => values.has(cleanText(field).toLowerCase()));
  return (fields) => isOne(fields[index] as string);
};

const shown = (field: string): string => field.trim();

const nothingAside: readonly Violation[] = [];

/**
 * Makes the reader of an upload's rows: fields in the file's order in, a canonical row or what it breaks out.
 *
 * @example
 * const read = measurementReader({ format, dialect, columns, width: 14, day: '2026-01-31', window, zone });
 * const row = read(['00:01:16', '41.67', …]);
 */
const measurementReader = (layout: Layout): ReadRow => {
  const { format, dialect, columns, width } = layout;
  const isLeftOut = leaverOut(layout);
  const readTime = timeReader({ ...layout, dateOrder: dialect.dateOrder });
  const sources = Object.entries(format.columns).filter(([name]) => columns[name] !== undefined) as [string, Source][];
  const single = sources
    .filter(([, { join }]) => join === undefined)
    .map(([name, source]) => stepOf(name, source, columns[name] ?? [], dialect))
    // Of others it says whether they are what they seem.
    .sort((one, other) => Number(other.place === technologyPlace) - Number(one.place === technologyPlace));
  const joined = sources
    .filter(([, { join }]) => join !== undefined)
    .map(([name, source]) => joinedStep(name, source, columns[name] ?? [], dialect));
  const position = single.filter(({ place }) => place === latPlace || place === longPlace);
  const others = single.filter(({ place }) => place !== latPlace && place !== longPlace);
  const dbmOf = remember((key: string) => {
    const [signal = '', technology = ''] = key.split('/');
    return dbmFromAsu(signal, technology, format.asu);
  });

  const values = rowColumns.map(() => '');
  const states = new Uint8Array(rowColumns.length);
  states[datePlace] = present;
  states[hourPlace] = present;

  return (fields) => {
    if (fields.length !== width && !hasWidth(fields, width)) {
      const reason = `the row has ${fields.length} columns, the header ${width}`;
      return { column: 'row', rule: 'columns', reason, value: fields.join(dialect.delimiter) };
    }
    if (isLeftOut(fields)) return leftOut;
    const time = readTime(fields);
    if (isTimeFault(time)) return time;
    for (const { column, place, indexes, read } of position) {
      const field = fields[indexes[0] as number] as string;
      const value = read(field);
      if (typeof value !== 'string') return { column: column.name, ...value, value: shown(field) };
      if (value === '') {
        return { column: column.name, rule: 'required', reason: `${column.name} is empty`, value: shown(field) };
      }
      values[place] = value;
      states[place] = present;
    }
    if (Number(values[latPlace]) === 0 && Number(values[longPlace]) === 0) {
      return { column: 'lat', rule: 'place', reason: 'latitude and longitude are 0, which is no fix', value: '0, 0' };
    }
    let aside = nothingAside;
    values[dbmPlace] = '';
    states[dbmPlace] = unknown;
    for (const { column, place, indexes, technologies, read } of others) {
      let field = '';
      let value: ReturnType<ReadValue> = '';
      if (technologies === undefined || technologies.includes(values[technologyPlace] as string)) {
        for (const index of indexes) {
          field = fields[index] as string;
          value = read(field);
          if (value !== '') break;
        }
      }
      if (typeof value === 'string') {
        values[place] = value;
        states[place] = value === '' ? unknown : present;
      } else {
        values[place] = '';
        states[place] = setAside;
        aside = [...aside, { column: column.name, ...value, value: shown(field) }];
      }
    }
    for (const { place, join } of joined) {
      const value = join(fields);
      values[place] = quoted(value);
      states[place] = value === '' ? unknown : present;
    }
    if (states[dbmPlace] !== present && values[signalPlace] !== '') {
      const dbm = dbmOf(`${values[signalPlace]}/${values[technologyPlace]}`);
      if (dbm !== '') {
        values[dbmPlace] = dbm;
        states[dbmPlace] = present;
      }
    }
    if (values[signalPlace] === '' && values[dbmPlace] === '' && values[statusPlace] === '') {
      const reason = 'neither a signal nor a service status is known';
      return { column: 'signal', rule: 'required', reason, value: '' };
    }
    values[datePlace] = time.day;
    values[hourPlace] = time.time;
    values[offsetPlace] = time.offset === 0 ? '' : String(time.offset);
    return { day: time.day, line: values.join(','), states, aside };
  };
};

export type { Layout, Measurement, ReadRow, Violation };
export { isMeasurement, leftOut, measurementReader, present, setAside, unknown };
