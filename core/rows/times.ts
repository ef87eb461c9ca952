import { isDay } from '../uploads/days';

/** Which comes first in a date with slashes. */
type DateOrder = 'day first' | 'month first';

const isoDay = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ][\d:.]*Z?)?$/;
const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/;
/** Portals and spreadsheets write midnight, or the time of day again, behind a date. */
const slashed = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?$/;

const two = (text: string): string => text.padStart(2, '0');

const asDay = (year: string, month: string, day: string): string | undefined => {
  const text = `${year}-${two(month)}-${two(day)}`;
  return isDay(text) ? text : undefined;
};

/** A day as YYYY-MM-DD; undefined where the text is none. */
const readDay = (text: string, order: DateOrder | undefined): string | undefined => {
  const iso = isoDay.exec(text);
  if (iso) return asDay(iso[1] as string, iso[2] as string, iso[3] as string);
  const point = dotted.exec(text);
  if (point) return asDay(point[3] as string, point[2] as string, point[1] as string);
  const slash = order && slashed.exec(text);
  if (!slash) return undefined;
  const [, first = '', second = '', year = ''] = slash;
  return order === 'day first' ? asDay(year, second, first) : asDay(year, first, second);
};

/** Which orders a date with slashes can be read in; undefined for any other text. */
const ordersOf = (text: string): DateOrder[] | undefined => {
  if (!slashed.test(text)) return undefined;
  return (['day first', 'month first'] as const).filter((order) => readDay(text, order) !== undefined);
};

const fullTime = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const anyTime = /^(\d{1,2}):([0-5]\d):([0-5]\d)(?:[.,](\d{1,9}))?(?: ?([AaPp])\.?[Mm]\.?)?$/;

const fractionOf = (digits: string | undefined): string => {
  const milliseconds = (digits ?? '').padEnd(3, '0').slice(0, 3);
  return milliseconds === '000' ? '' : `.${milliseconds}`;
};

/** A time of day as HH:MM:SS, with milliseconds where there are some; undefined where the text is none. */
const readTime = (text: string): string | undefined => {
  if (fullTime.test(text)) return text;
  const found = anyTime.exec(text);
  if (!found) return undefined;
  const [, hours = '', minutes, seconds, fraction, half] = found;
  let hour = Number(hours);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  return hour > 23 ? undefined : `${two(String(hour))}:${minutes}:${seconds}${fractionOf(fraction)}`;
};

const isoMoment = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/;
const digits = /^\d{9,13}(?:\.\d+)?$/;
const underscored = /^(\d{4})\.(\d{2})\.(\d{2})_(\d{2})\.(\d{2})\.(\d{2})$/;

/** Ways in which a time is written in one column. */
type Written = 'iso' | 'epoch ms' | 'epoch s' | 'yyyy.mm.dd_hh.mm.ss';

/** The years 1 to 9999: other moments have no day of ten characters, and the furthest no date at all. */
const firstMoment = Date.parse('0001-01-01T00:00:00Z');
const lastMoment = Date.parse('9999-12-31T23:59:59.999Z');

/** A moment, or the wall clock's reading as if it were UTC, in milliseconds since 1970; undefined where the text is none. */
const readMoment = (text: string, written: Written): number | undefined => {
  let moment: number;
  if (written === 'epoch ms' || written === 'epoch s') {
    if (!digits.test(text)) return undefined;
    moment = Math.trunc(Number(text) * (written === 'epoch s' ? 1_000 : 1));
  } else if (written === 'iso') {
    const found = isoMoment.exec(text);
    if (!found || !isDay(found[1] as string)) return undefined;
    const tidy = text
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/\.(\d{1,3})\d*/, '.$1');
    moment = Date.parse(found[2] === undefined ? `${tidy}Z` : tidy.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  } else {
    const found = underscored.exec(text);
    const date = found?.slice(1, 4).join('-') ?? '';
    if (!found || !isDay(date)) return undefined;
    moment = Date.parse(`${date}T${found.slice(4, 7).join(':')}Z`);
  }
  return moment >= firstMoment && moment <= lastMoment ? moment : undefined;
};

export type { DateOrder, Written };
export { ordersOf, readDay, readMoment, readTime };
