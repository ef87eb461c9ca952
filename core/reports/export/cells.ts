import { unguardCell } from '../../platform/spreadsheets';
import { fullHeading, reportColumns } from '../page/columns';
import { isDay } from '../page/numbers';
import type { Column } from '../result-columns';

/** What a cell holds; undefined where there is nothing. A text is never more than a text. */
type Cell = number | boolean | string | undefined;

/** A column of a sheet. */
interface SheetColumn {
  heading: string;
  /** Excel's code of how its values are shown. */
  format: string;
  /** Reads a cell of the report's CSV. What is not of the column's kind stays text. */
  read: (text: string) => Cell;
}

/** Excel takes no more characters in a cell. */
const longestText = 32_767;

/** Excel keeps no more digits of a number: what has more is no quantity, and stays text. */
const largestWhole = 999_999_999_999_999;

/** What XML cannot hold: control characters, halves of characters, what is no character. Line breaks are all one. */
const unwritable = /(?![\t\n])\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;

/** A text as a cell can hold it: at most as long as Excel takes, never half a character. */
const sheetText = (text: string, longest = longestText): string => {
  const clean = text.replace(/\r\n?/g, '\n').replace(unwritable, '\ufffd');
  if (clean.length <= longest) return clean;
  const cut = clean.slice(0, longest - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
};

/** Without what guards it from spreadsheet programs: in a cell of text nothing runs. */
const readText = (text: string): string => sheetText(unguardCell(text));

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

const readNumber = (text: string): Cell => {
  const value = number.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : readText(text);
};

const readWhole = (text: string): Cell => {
  const value = readNumber(text);
  return typeof value === 'number' && Math.abs(value) > largestWhole ? readText(text) : value;
};

const dayMilliseconds = 86_400_000;

/** Days are counted so that 1 is the first of 1900; those before March of that year Excel counts wrongly. */
const serialOf = (milliseconds: number): number => milliseconds / dayMilliseconds + 25_569;
const firstSerial = 61;

/** A moment of the calendar as Excel's number; undefined where there is no such day, or Excel knows none. */
const readMoment = (day: string, time = '00:00:00'): number | undefined => {
  const at = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day) return undefined;
  const serial = serialOf(at);
  return serial >= firstSerial ? serial : undefined;
};

const readDay = (text: string): Cell => (isDay(text) ? readMoment(text) : undefined) ?? readText(text);

/** As the engine writes a timestamp; with a zone it stays text, since Excel has none. */
const timestamp = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)\d*$/;

const readTimestamp = (text: string): Cell => {
  const [, day = '', time] = timestamp.exec(text) ?? [];
  return (day && readMoment(day, time)) || readText(text);
};

const truths = new Map([
  ['true', true],
  ['false', false],
]);

const readTruth = (text: string): Cell => truths.get(text) ?? readText(text);

/** Decimals that a unit is worth. */
const decimals = new Map([
  ['°', '0.00000'],
  ['%', '0.0'],
  ['km/h', '#,##0.0'],
  ['ms', '#,##0.0'],
  ['dBm', '0.0'],
  ['dB', '0.0'],
  ['ASU', '0.0'],
]);

const otherDecimal = '#,##0.00';

const isDayColumn = ({ name, type }: Column): boolean =>
  /^date$/i.test(type) || (/^(?:varchar|char|string)/i.test(type) && /(?:^|_)(?:day|week|date)$/.test(name));

const kindOfText = (column: Column): Omit<SheetColumn, 'heading'> => {
  if (isDayColumn(column)) return { format: 'yyyy-mm-dd', read: readDay };
  if (/^timestamp/i.test(column.type)) return { format: 'yyyy-mm-dd hh:mm:ss', read: readTimestamp };
  if (/^boolean/i.test(column.type)) return { format: 'General', read: readTruth };
  return { format: '@', read: readText };
};

/** The columns of a report's sheet, by the types that the engine gave them and the units of the report's header. */
const sheetColumns = (columns: readonly Column[], units: Readonly<Record<string, string>>): SheetColumn[] =>
  reportColumns(columns, units).map((shown, index): SheetColumn => {
    const column = columns[index] as Column;
    const unit = Object.hasOwn(units, column.name) ? units[column.name] : undefined;
    const heading = sheetText(fullHeading(shown), 255);
    switch (shown.kind) {
      case 'integer':
        return { heading, format: '#,##0', read: readWhole };
      case 'hour':
        return { heading, format: '00":00"', read: readWhole };
      case 'identifier':
        return { heading, format: '0', read: readWhole };
      case 'decimal':
        return { heading, format: decimals.get(unit ?? '') ?? otherDecimal, read: readNumber };
      default:
        return { heading, ...kindOfText(column) };
    }
  });

/** A cell of a sheet for the text that the CSV has; nothing for none. */
const readCell = (column: SheetColumn, text: string | undefined): Cell =>
  text === undefined || text === '' ? undefined : column.read(text);

export type { Cell, SheetColumn };
export { longestText, readCell, readDay, sheetColumns, sheetText };
