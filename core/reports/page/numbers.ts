import { placeInWords } from '../places';
import type { ReportColumn } from './columns';

/** A cell: a number where the column holds numbers, null where there is none. */
type Value = string | number | null;

const none = '–';
const minus = '\u2212';

const formats = new Map<number, Intl.NumberFormat>();

const formatter = (digits: number): Intl.NumberFormat => {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format;
};

const formatNumber = (value: number, digits = 0): string => formatter(digits).format(value).replace('-', minus);

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

/** A number of percent that never says 0 or 100 of what is only almost so. */
const formatPercent = (percent: number, digits: number): string => {
  if (percent > 0 && percent < 0.1) return '<\u202f0.1';
  if (percent > 99.9 && percent < 100) return '>\u202f99.9';
  return formatNumber(percent, digits);
};

/** A share in percent. */
const formatShare = (part: number, whole: number): string => {
  if (whole === 0) return none;
  const percent = (100 * part) / whole;
  return `${formatPercent(percent, Number.isInteger(percent) ? 0 : 1)}\u202f%`;
};

const longestFraction = 5;

const fractionDigits = (value: number): number => {
  const text = String(value);
  return text.includes('e') ? longestFraction : text.length - (text.indexOf('.') + 1 || text.length);
};

/** Decimals that all values of a column get, so that their points stand under each other; shares have one in all columns. */
const columnDigits = (column: ReportColumn, values: readonly Value[]): number => {
  if (column.kind !== 'decimal') return 0;
  let largest = 0;
  let longest = 0;
  for (const value of values) {
    if (typeof value !== 'number') continue;
    largest = Math.max(largest, Math.abs(value));
    longest = Math.max(longest, fractionDigits(value));
  }
  if (column.unit === '°') return Math.min(longest, longestFraction);
  if (column.unit === '%') return 1;
  return Math.min(longest, largest >= 10 ? 1 : largest >= 1 ? 2 : 3);
};

const formatHour = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

const formatValue = (value: Value, column: ReportColumn, digits: number): string => {
  if (value === null) return none;
  if (typeof value === 'string') return column.name === 'place' ? placeInWords(value) : value;
  if (column.kind === 'identifier') return String(value);
  if (column.kind === 'hour') return formatHour(value);
  return column.unit === '%' ? formatPercent(value, digits) : formatNumber(value, digits);
};

/** A unit as it stands behind a number: `%` and `°` close by, others after a narrow space. */
const withUnit = (text: string, unit?: string): string => {
  if (!unit || text === none) return text;
  return unit === '°' ? `${text}°` : `${text}\u202f${unit}`;
};

const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const shortDayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

const isDay = (text: unknown): text is string => typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text);

const atMidnight = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** A day as `24 November 2025`. */
const formatDay = (day: string): string => (isDay(day) ? dayFormat.format(atMidnight(day)) : day);

/** A day as `24 Nov`, for axes. */
const formatShortDay = (day: string): string => shortDayFormat.format(atMidnight(day));

/** Days as `2–6 February 2026`. */
const formatDays = (first: string, last: string): string =>
  isDay(first) && isDay(last) ? dayFormat.formatRange(atMidnight(first), atMidnight(last)) : `${first}–${last}`;

const formatMoment = (seconds: number): string => {
  const moment = new Date(seconds * 1000).toISOString();
  return `${formatDay(moment.slice(0, 10))}, ${moment.slice(11, 16)} UTC`;
};

export type { Value };
export {
  columnDigits,
  formatDay,
  formatDays,
  formatHour,
  formatMoment,
  formatNumber,
  formatShare,
  formatShortDay,
  formatValue,
  fractionDigits,
  isDay,
  none,
  plural,
  withUnit,
};
