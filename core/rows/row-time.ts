import type { Format } from '../formats/format-schema';
import { cleanText } from '../formats/names';
import type { Columns } from '../formats/recognition';
import type { DayWindow } from '../uploads/days';
import type { DateOrder } from './times';
import { readDay, readMoment, readTime } from './times';
import { isUnknown, remember } from './values';
import type { LocalTime, Zone } from './zone';

/** Why a row's time is none. */
interface TimeFault {
  column: string;
  rule: string;
  reason: string;
  value: string;
}

type ReadRowTime = (fields: readonly string[]) => LocalTime | TimeFault;

interface TimeOptions {
  format: Format;
  columns: Columns;
  /** Day of the rows that carry none. */
  day: string;
  /** Days that rows may carry. */
  window: DayWindow;
  dateOrder?: DateOrder;
  zone: Zone;
}

const isTimeFault = (time: LocalTime | TimeFault): time is TimeFault => 'rule' in time;

const outside = ({ first, last }: DayWindow, column: string, value: string): TimeFault => ({
  column,
  rule: 'range',
  reason: `${column} must be from ${first} to ${last}`,
  value,
});

/** Reads the day of a row from the text of its column, which is empty where there is none. */
const dayReader = ({ day, window, dateOrder }: Pick<TimeOptions, 'day' | 'window' | 'dateOrder'>) =>
  remember((field: string): string | TimeFault => {
    const text = cleanText(field);
    const carried = isUnknown(text.toLowerCase()) ? day : readDay(text, dateOrder);
    if (carried === undefined) {
      const reason = 'date must be a day of the calendar, YYYY-MM-DD';
      return { column: 'date', rule: 'date', reason, value: text };
    }
    return carried < window.first || carried > window.last ? outside(window, 'date', text || day) : carried;
  });

/** Reads day and time of day from two columns, the day from none maybe. */
const fromTwoColumns = (options: TimeOptions): ReadRowTime => {
  const { columns, zone, format } = options;
  const [dateIndex] = columns.date ?? [];
  const hourIndex = columns.hour?.[0] as number;
  const readDayOnce = dayReader(options);
  return (fields) => {
    const carried = readDayOnce(dateIndex === undefined ? '' : (fields[dateIndex] as string));
    if (typeof carried !== 'string') return carried;
    const field = fields[hourIndex] as string;
    // Most have nothing to be cleaned of.
    const time = readTime(field) ?? readTime(cleanText(field));
    if (time === undefined) {
      const text = cleanText(field);
      const missing = isUnknown(text.toLowerCase());
      const reason = missing ? 'hour is empty' : 'hour must be a time of day, HH:MM:SS';
      return { column: 'hour', rule: missing ? 'required' : 'time', reason, value: text };
    }
    if (format.time.means === 'wall clock') return { day: carried, time, offset: zone.offsetOfWall(carried, time) };
    return zone.localOf(Date.parse(`${carried}T${time}Z`));
  };
};

/** Reads a time that stands in one column. */
const fromOneColumn = ({ columns, window, zone, format }: TimeOptions): ReadRowTime => {
  const { written, means, from } = format.time;
  const name = typeof from === 'string' ? from : (from?.[0] ?? 'time');
  const index = columns.moment?.[0] as number;
  if (written === 'day and time') throw new Error(`The format ${format.name} has its time in two columns.`);
  return (fields) => {
    const text = cleanText(fields[index] as string);
    const moment = readMoment(text, written);
    if (moment === undefined) {
      const missing = isUnknown(text.toLowerCase());
      const reason = missing ? `${name} is empty` : `${name} must be a time written as ${written}`;
      return { column: 'hour', rule: missing ? 'required' : 'time', reason, value: text };
    }
    const found = means === 'moments' ? zone.localOf(moment) : wallClock(moment, zone);
    return found.day < window.first || found.day > window.last ? outside(window, 'date', text) : found;
  };
};

const wallClock = (reading: number, zone: Zone): LocalTime => {
  const text = new Date(reading).toISOString();
  const [day, time] = [text.slice(0, 10), text.slice(11, 23).replace('.000', '')];
  return { day, time, offset: zone.offsetOfWall(day, time) };
};

/** Makes the reader of the time of a file's rows: local day, local time of day, and the offset that makes a moment of them. */
const timeReader = (options: TimeOptions): ReadRowTime =>
  options.format.time.written === 'day and time' ? fromTwoColumns(options) : fromOneColumn(options);

export type { TimeFault };
export { dayReader, isTimeFault, timeReader };
