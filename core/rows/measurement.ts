import { rowColumns } from '../../contract';
import type { Format } from '../formats/format-schema';
import { cleanText } from '../formats/names';
import type { Columns } from '../formats/recognition';
import type { DayWindow } from '../uploads/days';
import { type Dialect, hasWidth } from './dialect';
import type { Numbers } from './line-parser';
import { dbmFromAsu } from './radio';
import { placeOf, present, type Step, setAside, stepsOf, unknown, type Violation } from './readings';
import { isTimeFault, timeReader } from './row-time';
import { remember } from './values';
import type { Zone } from './zone';

/**
 * The rules of a measurement row and its canonical form, as `contract/columns.json` lists them and a format finds them.
 *
 * A row is a measurement if it has a time, a place, and a signal or a service status; everything else may be unknown. An impossible
 * value costs the row where it is one of time or place, and only itself elsewhere: it is set aside.
 */

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

const [latPlace, longPlace] = ['lat', 'long'].map(placeOf) as [number, number];
const [signalPlace, statusPlace] = ['signal', 'status'].map(placeOf) as [number, number];
const [technologyPlace, dbmPlace] = ['technology', 'signal_dbm'].map(placeOf) as [number, number];
const [datePlace, hourPlace, offsetPlace] = ['date', 'hour', 'utc_offset'].map(placeOf) as [number, number, number];

/** A row that is no measurement of what served the phone: it is passed over. */
const leftOut = 'left out';

/** Reads the fields of a row; their numbers, where there are some, have to come of one parser of lines. */
type ReadRow = (fields: readonly string[], numbers?: Numbers) => Measurement | Violation | typeof leftOut;

const isMeasurement = (row: Measurement | Violation): row is Measurement => 'line' in row;

/** Tells the rows that a format leaves out. */
const leaverOut = ({ format: { leaveOut }, columns }: Layout): ((fields: readonly string[]) => boolean) => {
  const index = columns.leaveOut?.[0];
  if (leaveOut === undefined || index === undefined) return () => false;
  const values = new Set(leaveOut.values);
  const isOne = remember((field) => values.has(cleanText(field).toLowerCase()));
  return (fields) => isOne(fields[index] as string);
};

const nothingAside: readonly Violation[] = [];

/** Most numbers are seen not to be 0 by how they begin. */
const isNought = (number: string): boolean => number.charCodeAt(0) <= 0x30 && Number(number) === 0;

/**
 * Makes the reader of an upload's rows: fields in the file's order in, a canonical row or what it breaks out.
 *
 * @example
 * const read = measurementReader({ format, dialect, columns, width: 14, day: '2026-01-31', window, zone });
 * const row = read(['00:01:16', '41.67', …]);
 */
const measurementReader = (layout: Layout): ReadRow => {
  const { format, dialect, width } = layout;
  const isLeftOut = leaverOut(layout);
  const readTime = timeReader({ ...layout, dateOrder: dialect.dateOrder });
  const { steps, filled, commas, rest } = stepsOf(layout);
  const isPosition = ({ place }: Step) => place === latPlace || place === longPlace;
  const position = steps.filter(isPosition);
  const others = steps
    .filter((step) => !isPosition(step))
    // The technology says of others whether they are what they seem.
    .sort((one, other) => Number(other.place === technologyPlace) - Number(one.place === technologyPlace));
  const dbmOf = remember((key: string) => {
    const [signal = '', technology = ''] = key.split('/');
    return dbmFromAsu(signal, technology, format.asu);
  });

  // Of the row at hand, by place.
  const values = rowColumns.map(() => '');
  const pieces = rowColumns.map(() => '');
  const states = new Uint8Array(rowColumns.length);
  states[datePlace] = present;
  states[hourPlace] = present;
  const noOffset = commas[offsetPlace] as string;
  const put = (place: number, value: string, state: number): void => {
    values[place] = value;
    pieces[place] = commas[place] + value;
    states[place] = state;
  };

  return (fields, numbers) => {
    if (fields.length !== width && !hasWidth(fields, width)) {
      const reason = `the row has ${fields.length} columns, the header ${width}`;
      return { column: 'row', rule: 'columns', reason, value: fields.join(dialect.delimiter) };
    }
    if (isLeftOut(fields)) return leftOut;
    const time = readTime(fields);
    if (isTimeFault(time)) return time;
    for (const { column, place, index, read } of position) {
      const field = fields[index] as string;
      const { value, piece, state, fault } = read(field, numbers?.[index]);
      if (fault !== undefined) return fault;
      if (state === unknown) {
        return { column, rule: 'required', reason: `${column} is empty`, value: field.trim() };
      }
      values[place] = value;
      pieces[place] = piece;
      states[place] = state;
    }
    if (isNought(values[latPlace] as string) && isNought(values[longPlace] as string)) {
      return { column: 'lat', rule: 'place', reason: 'latitude and longitude are 0, which is no fix', value: '0, 0' };
    }
    let aside = nothingAside;
    put(dbmPlace, '', unknown);
    for (const { place, index, read, find } of others) {
      const reading =
        find === undefined
          ? read(fields[index] as string, numbers?.[index])
          : find(fields, values[technologyPlace] as string);
      values[place] = reading.value;
      pieces[place] = reading.piece;
      states[place] = reading.state;
      if (reading.fault !== undefined) aside = [...aside, reading.fault];
    }
    if (format.asu !== undefined && values[dbmPlace] === '' && values[technologyPlace] !== '') {
      const dbm = dbmOf(`${values[signalPlace]}/${values[technologyPlace]}`);
      if (dbm !== '') put(dbmPlace, dbm, present);
    }
    if (values[signalPlace] === '' && values[dbmPlace] === '' && values[statusPlace] === '') {
      const reason = 'neither a signal nor a service status is known';
      return { column: 'signal', rule: 'required', reason, value: '' };
    }
    pieces[datePlace] = time.day;
    pieces[hourPlace] = `,${time.time}`;
    pieces[offsetPlace] = time.offset === 0 ? noOffset : `${noOffset}${time.offset}`;
    let line = '';
    for (const place of filled) line += pieces[place];
    return { day: time.day, line: line + rest, states, aside };
  };
};

export type { Layout, Measurement, ReadRow, Violation };
export { isMeasurement, leftOut, measurementReader, present, setAside, unknown };
