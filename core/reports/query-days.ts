import { isDay } from '../uploads/days';
import type { DayRange, Period } from './periods';
import { maskQuotes, type Statement, UnusableQuery } from './sql';

/** A query with its days filled in. */
interface BoundQuery {
  text: string;
  /** Values of the `?` that it still has, as SQL literals. */
  parameters: string[];
}

/** `day between ? and ?`, also of a table that is named, in any case, and `not between`. */
const name = '(?:[a-z_]\\w*|"(?:[^"]|"")*")';
const between = new RegExp(
  `(?<![\\w."])((?:${name}\\s*\\.\\s*)*(?:day|"day"))(\\s+not)?\\s+between\\s+\\?\\s+and\\s+\\?`,
  'gi',
);

const literal = (day: string): string => {
  if (!isDay(day)) throw new Error('A day of the upload is not written YYYY-MM-DD.');
  return `'${day}'`;
};

/** A range that no day is in. */
const noDay: DayRange = { first: '9999-12-31', last: '0001-01-01' };

/** From the first of the days to the last, whatever lies between. */
const hull = (period: Period): DayRange => ({
  first: period[0]?.first ?? noDay.first,
  last: period.at(-1)?.last ?? noDay.last,
});

/** That a column is one of the days, and of no day between them. */
const isOneOf = (column: string, period: Period): string => {
  const single = period.filter(({ first, last }) => first === last);
  const ranges = period.filter(({ first, last }) => first !== last);
  return [
    ...ranges.map(({ first, last }) => `${column} between ${literal(first)} and ${literal(last)}`),
    ...(single.length > 0 ? [`${column} in (${single.map(({ first }) => literal(first)).join(', ')})`] : []),
  ].join(' or ');
};

/** As many line breaks as a text has, so that lines in the engine's messages stay those of the saved query. */
const breaksOf = (text: string): string => text.replace(/[^\n]/g, '');

/**
 * Fills the days into a query: each pair of `?`, in their order, is a period. Where a period is one range, they stay parameters.
 * Where it is broken, `day between ? and ?` becomes the ranges themselves, so that no day between them is read; a pair that is
 * written in another way gets the first and the last day.
 *
 * @throws {@link UnusableQuery} where the query has another number of `?`
 */
const fillDays = ({ text, parameters: count }: Statement, periods: readonly Period[]): BoundQuery => {
  if (count === 0) return { text, parameters: [] };
  if (count !== 2 * periods.length) {
    throw new UnusableQuery(
      `it has ${count} parameters; a report has none, or two for each period that its header names in "-- days:", the first and the last day of it (without that line: two, for the days of the upload)`,
    );
  }
  const bare = maskQuotes(text);
  const places = [...bare.matchAll(/\?/g)].map(({ index }) => index);
  const values = periods.map(hull).flatMap(({ first, last }) => [literal(first), literal(last)]);

  let filled = '';
  let end = 0;
  const gone = new Set<number>();
  for (const { 0: found, 1: column = '', 2: not, index } of maskQuotes(text, 'keep names').matchAll(between)) {
    const at = places.indexOf(index + found.indexOf('?', column.length));
    const period = periods[at / 2];
    // Within a quoted name, a pair of two periods, or nothing to break up.
    if (period === undefined || period.length < 2) continue;
    const ranges = isOneOf(text.slice(index, index + column.length), period);
    filled += `${text.slice(end, index)}${not ? `(not (${ranges}))` : `(${ranges})`}${breaksOf(found)}`;
    end = index + found.length;
    gone.add(at).add(at + 1);
  }
  return { text: filled + text.slice(end), parameters: values.filter((_, place) => !gone.has(place)) };
};

export type { BoundQuery };
export { fillDays };
