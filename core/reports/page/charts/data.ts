import { dayNumber } from '../../../uploads/days';
import { fullHeading, isNumeric, type ReportColumn } from '../columns';
import {
  columnDigits,
  formatHour,
  formatNumber,
  formatShortDay,
  formatValue,
  fractionDigits,
  isDay,
  type Value,
  withUnit,
} from '../numbers';
import type { Table } from '../rows';

/** A column of a table with all that drawing it takes. */
interface Field {
  column: ReportColumn;
  /** The columns that it is made of, where it joins several. */
  parts?: ReportColumn[];
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

/** The columns that a hint names, with commas between. */
const namesIn = (names: string | undefined): string[] => (names ?? '').split(',').filter(Boolean);

/** The name that a row has in a column. */
const nameIn = ({ at, text }: Field, row: readonly Value[]): string => {
  const value = at(row);
  return value === null ? 'not named' : text(value);
};

/** Whether a column of names has a name in any row. */
const hasNames = (table: Table, { at }: Field): boolean =>
  table.rows.some((row) => {
    const value = at(row);
    return value !== null && value !== 'unknown';
  });

const joinFields = (fields: readonly Field[]): Field | undefined => {
  const [first] = fields;
  if (first === undefined || fields.length < 2) return first;
  return {
    column: {
      name: fields.map(({ column }) => column.name).join(),
      kind: 'text',
      heading: fields.map(({ column }) => column.heading).join(' · '),
    },
    parts: fields.map(({ column }) => column),
    at: (row) => fields.map((one) => nameIn(one, row)).join(' · '),
    text: String,
    full: String,
    tick: String,
  };
};

const fieldsIn = (table: Table, names: string | undefined): Field[] =>
  namesIn(names).flatMap((name) => field(table, name) ?? []);

/** Several columns as one of names: `operator,technology` has values as `north · 4g`. What is unknown everywhere says nothing. */
const joinedField = (table: Table, names: string | undefined): Field | undefined => {
  const fields = fieldsIn(table, names);
  const known = fields.filter((one) => hasNames(table, one));
  return joinFields(known.length > 0 ? known : fields.slice(0, 1));
};

/** The same of what tells series apart: none where all of it is unknown everywhere. */
const seriesField = (table: Table, names: string | undefined): Field | undefined =>
  joinFields(fieldsIn(table, names).filter((one) => hasNames(table, one)));

/** Of the numeric columns that a hint names, the first that has a value that can be drawn; without any, the first. */
const numericField = (table: Table, names: string | undefined): Field | undefined => {
  const fields = namesIn(names)
    .flatMap((name) => field(table, name) ?? [])
    .filter(({ column }) => isNumeric(column));
  return fields.find(({ at }) => table.rows.some((row) => asNumber(at(row)) !== undefined)) ?? fields[0];
};

/** Magnitudes beyond which an axis has no round numbers left. */
const largest = 1e15;
const smallest = 1e-12;

/** A number that can be drawn. */
const asNumber = (value: Value): number | undefined => {
  if (typeof value !== 'number' || Math.abs(value) > largest) return undefined;
  return Math.abs(value) < smallest ? 0 : value;
};

const distinct = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

const longestGap = 400;

/** Whether its days stand for weeks. */
const isWeek = ({ name }: ReportColumn): boolean => /(?:^|_)week$/.test(name);

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
    const step = isWeek(column) && days.every((day) => (day - first) % 7 === 0) ? 7 : 1;
    const count = (days.reduce((one, other) => Math.max(one, other)) - first) / step + 1;
    if (count > longestGap) return [...values].sort();
    return Array.from({ length: count }, (_, place) =>
      new Date((first + place * step) * 86_400_000).toISOString().slice(0, 10),
    );
  }
  if (column.kind === 'text') return values;
  const numbers = (values as number[]).sort((one, other) => one - other);
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (!numbers.every(Number.isInteger) || last - first >= longestGap) return numbers;
  return Array.from({ length: last - first + 1 }, (_, step) => first + step);
};

/** Places as an axis has room for them: days without their year. */
const axisTexts = (places: readonly string[], order: readonly Value[]): string[] =>
  order.every(isDay) ? places.map(formatShortDay) : [...places];

/** A heading inside a sentence: its first letter is small, but for an abbreviation. */
const inSentence = (heading: string): string =>
  /^\p{Lu}{2}/u.test(heading) ? heading : heading.charAt(0).toLowerCase() + heading.slice(1);

/** Headings inside a sentence: "operator, technology and week". */
const listed = (by: readonly (Field | undefined)[]): string => {
  const names = by.flatMap((one) => one?.parts ?? one?.column ?? []).map(({ heading }) => inSentence(heading));
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

/** What a chart shows: "Median signal (ASU) by operator and network". */
const captionOf = (value: Field, by: readonly (Field | undefined)[]): string =>
  `${fullHeading(value.column)} by ${listed(by)}`;

/** Places of an axis from which on a reader sees a course. */
const fewestInOrder = 3;

/** Whether an axis has an order of its own, and places enough to see it, so that what lies side by side belongs together. */
const isOrdered = (column: ReportColumn, values: readonly Value[]): boolean =>
  values.length >= fewestInOrder && (column.kind !== 'text' || values.every(isDay));

/** Widths of characters in shares of the font's size: narrow ones, capitals and wide ones, ideographs, all others. */
const characterWidth = (character: string): number => {
  if (/[ijlI.,:;'|!()[\]\u202f ]/.test(character)) return 0.34;
  if (/[<>=+~#&]/.test(character)) return 0.86;
  if (/[\p{Lu}mw%@_]/u.test(character)) return 0.78;
  return /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uff01-\uff60]|\p{Extended_Pictographic}/u.test(character)
    ? 1.05
    : 0.62;
};

/** About how wide a text is at a size, in pixels; rather too wide, since the reader's font is not known. */
const textWidth = (text: string, size: number): number =>
  Math.ceil([...text].reduce((width, character) => width + size * characterWidth(character), 0));

/** A text that fits a width, its end left out where it has to be. */
const fitText = (text: string, width: number, size: number): string => {
  if (textWidth(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join('')}…`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}…`;
};

export type { Field };
export {
  asNumber,
  axisTexts,
  axisValues,
  captionOf,
  distinct,
  fewestInOrder,
  field,
  fitText,
  inSentence,
  isOrdered,
  joinedField,
  listed,
  nameIn,
  namesIn,
  numericField,
  seriesField,
  textWidth,
};
