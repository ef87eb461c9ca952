import type { Value } from './book';
import type { SheetColumn } from './cells';

/** Widths of columns, in characters. */
const least = 9;
const widest = 60;
/** A heading takes two lines, and has the button of the filter beside it. */
const button = 3;
const longestLine = 18;

const dayWidth = 11;
const momentWidth = 19;

const widthOf = (value: Value, format: string): number => {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Math.max(...value.split('\n', 20).map((line) => line.length));
  if (format.startsWith('yyyy')) return format.includes('hh') ? momentWidth : dayWidth;
  const digits = (/\.(0+)/.exec(format)?.[1] ?? '').length;
  const whole = Math.trunc(Math.abs(Number(value))).toString().length;
  // Separators of thousands, sign, point.
  return Math.min(20, whole + Math.floor(whole / 3) + digits + 2);
};

/** Widths in which the first rows can be read, by the headings and by them. */
const columnWidths = (columns: readonly SheetColumn[], sample: readonly (readonly Value[])[]): number[] =>
  columns.map(({ heading, format }, index) => {
    const longestWord = Math.max(...heading.split(/\s+/).map((word) => word.length));
    const ofHeading = Math.max(Math.min(heading.length, longestLine), longestWord) + button;
    const ofCells = sample.reduce((width, row) => Math.max(width, widthOf(row[index], format)), 0);
    return Math.min(widest, Math.max(least, ofHeading, ofCells + 1));
  });

const letters = 26;

/** The name of a column, counted from 1: A to Z, AA, AB and so on. */
const columnName = (n: number): string =>
  n > letters
    ? `${columnName(Math.floor((n - 1) / letters))}${columnName(((n - 1) % letters) + 1)}`
    : String.fromCharCode(64 + n);

export { columnName, columnWidths };
