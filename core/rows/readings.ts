import { type Column, rowColumns } from '../../contract';
import type { Format, Source } from '../formats/format-schema';
import type { Columns } from '../formats/recognition';
import type { Dialect } from './dialect';
import { notKnown, places as numberedTexts } from './known-texts';
import { type Bounds, type Fault, plainBounds, type ReadValue, remember, rowColumn, valueReader } from './values';

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

/** What a text says in a column: looked at once for all rows that have it. */
interface Reading {
  /** In canonical form; empty where it is unknown, or set aside. */
  value: string;
  /** What became of it. */
  state: number;
  /** As a canonical row has it, behind the commas that always stand before it. */
  piece: string;
  fault?: Violation;
}

/** Reads one column of rows. */
interface Step {
  column: string;
  /** Its place in a canonical row. */
  place: number;
  /** Where it stands in the file. */
  index: number;
  /** @param number of the field's text among those of its column, where it has one */
  read: (field: string, number?: number) => Reading;
  /** Numbers in plain decimals within these are canonical as they stand; none where numbers may be something else. */
  bounds?: Bounds;
  /** Where it takes more than one field of the file, or knowing the row's technology. */
  find?: (fields: readonly string[], technology: string) => Reading;
}

interface StepOptions {
  format: Format;
  dialect: Dialect;
  columns: Columns;
}

const places = new Map(rowColumns.map(({ name }, place) => [name, place]));
const placeOf = (name: string): number => places.get(name) as number;

/** Places that are made of others, or of the row's time. */
const madePlaces = ['date', 'hour', 'utc_offset', 'signal_dbm'].map(placeOf);

const needsQuotes = /[",\r\n]/;
const quoted = (text: string): string => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const isText = ({ rule: { kind } }: Column): boolean => kind === 'text' || kind === 'code';

/** Columns whose values hardly repeat: remembering them would cost more than it saves. */
const variedColumns: ReadonlySet<string> = new Set(['lat', 'long', 'cell']);

const shown = (field: string): string => field.trim();

/** Finds what a text says by its number. */
const numbered = (read: (field: string) => Reading): Step['read'] => {
  const known: (Reading | undefined)[] = new Array(numberedTexts).fill(undefined);
  return (field, number = notKnown) => {
    if (number === notKnown) return read(field);
    const found = known[number];
    if (found !== undefined) return found;
    const reading = read(field);
    known[number] = reading;
    return reading;
  };
};

/** Reads a column's fields; `commas` stand before it in every row. */
const fieldReader = (column: Column, value: ReadValue, commas: string): Step['read'] => {
  const { name } = column;
  const write = isText(column) ? quoted : (text: string) => text;
  const read = (field: string): Reading => {
    const found = value(field);
    if (typeof found === 'string') {
      return { value: found, state: found === '' ? unknown : present, piece: commas + write(found) };
    }
    return { value: '', state: setAside, piece: commas, fault: { column: name, ...found, value: shown(field) } };
  };
  return numbered(variedColumns.has(name) ? read : remember(read));
};

/** Reads values that are joined from several columns of the file; unknown where one of them is. */
const joiner = (read: Step['read'], value: ReadValue, indexes: readonly number[]): Step['find'] => {
  const part = remember(value);
  return (fields) => {
    const parts = indexes.map((index) => part(fields[index] as string));
    return read(parts.every((one) => typeof one === 'string' && one !== '') ? parts.join('-') : '');
  };
};

/** Asks several columns of the file in turn, and none in rows of other technologies. */
const asker = (
  read: Step['read'],
  indexes: readonly number[],
  technologies: readonly string[] | undefined,
): Step['find'] => {
  const nothing = read('');
  return (fields, technology) => {
    let reading = nothing;
    if (technologies !== undefined && !technologies.includes(technology)) return reading;
    for (const index of indexes) {
      reading = read(fields[index] as string);
      if (reading.state !== unknown) break;
    }
    return reading;
  };
};

const finder = (read: Step['read'], value: ReadValue, { only, join }: Source, indexes: readonly number[]) => {
  if (join !== undefined) return joiner(read, value, indexes);
  return indexes.length > 1 || only?.technology !== undefined ? asker(read, indexes, only?.technology) : undefined;
};

/** How rows are read, column by column, and written. */
interface Steps {
  steps: readonly Step[];
  /** Places of a canonical row that may be filled, in order, and the commas that stand before each. */
  filled: readonly number[];
  commas: readonly string[];
  /** Commas behind the last of them. */
  rest: string;
}

const stepsOf = ({ format, dialect, columns }: StepOptions): Steps => {
  const sources = Object.entries(format.columns).filter(([name]) => columns[name] !== undefined) as [string, Source][];
  const filled = [...new Set([...madePlaces, ...sources.map(([name]) => placeOf(name))])].sort((a, b) => a - b);
  const commas: string[] = [];
  for (const [index, place] of filled.entries()) commas[place] = ','.repeat(place - (filled[index - 1] ?? 0));
  const steps = sources.map(([name, source]): Step => {
    const column = rowColumn(name);
    const place = placeOf(name);
    const indexes = columns[name] ?? [];
    const value = valueReader(column, source, dialect.decimal);
    const read = fieldReader(column, value, commas[place] as string);
    const bounds = plainBounds(column, source, dialect.decimal);
    return {
      column: name,
      place,
      index: indexes[0] as number,
      read,
      bounds,
      find: finder(read, value, source, indexes),
    };
  });
  return { steps, filled, commas, rest: ','.repeat(rowColumns.length - 1 - (filled.at(-1) ?? 0)) };
};

export type { Reading, Step, Steps, Violation };
export { placeOf, present, setAside, stepsOf, unknown, variedColumns };
