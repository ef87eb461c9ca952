import { findDaysBefore } from '../lake/catalogue';
import { addDays } from '../uploads/days';
import type { Totals } from '../uploads/upload';
import type { PeriodName } from './report-header';

/** Days from the first to the last, both included. */
interface DayRange {
  first: string;
  last: string;
}

/** The days that a pair of `?` stands for, as ranges in their order; none where there is no such day. */
type Period = readonly DayRange[];

/** Days, in their order, as the fewest ranges that hold them and nothing else. */
const rangesOf = (days: readonly string[]): DayRange[] => {
  const ranges: DayRange[] = [];
  for (const day of days) {
    const range = ranges.at(-1);
    if (range !== undefined && day === addDays(range.last, 1)) range.last = day;
    else ranges.push({ first: day, last: day });
  }
  return ranges;
};

/** The days that the upload touched, without stray days. */
const uploadDays = ({ days, strayDays, firstDay, lastDay }: Totals): Period => {
  const stray = new Set(strayDays);
  const touched = [...new Set(days)].filter((day) => !stray.has(day)).sort();
  return touched.length > 0 ? rangesOf(touched) : [{ first: firstDay, last: lastDay }];
};

/** How far before an upload of so many days its days are compared with: what lies further back says nothing of a change. */
const lookBack = (days: number): number => 2 * days + 400;

/**
 * Days that are handed to a query which takes as many as the upload has. Of some all rows may be gone, as they were withdrawn; but
 * engines read all that are handed over before they know which are taken, so there are few to spare.
 */
const candidates = (days: number): number => days + 2;

/**
 * The latest days before the upload's that may have data, a few more than it has itself. What lies between them is not in the
 * catalogue, so they are one range, but for stray days of this upload.
 */
const daysBefore = async (totals: Totals, database: string): Promise<Period> => {
  const stray = new Set(totals.strayDays);
  const count = totals.days.filter((day) => !stray.has(day)).length;
  const found = await findDaysBefore(database, 'hourly_quality', totals.firstDay, lookBack(count));
  const ranges: DayRange[] = [];
  let isOpen = false;
  for (const day of found.slice(-candidates(count))) {
    const range = ranges.at(-1);
    if (stray.has(day)) isOpen = false;
    else if (isOpen && range !== undefined) range.last = day;
    else {
      ranges.push({ first: day, last: day });
      isOpen = true;
    }
  }
  return ranges;
};

const weeks = 8;

/** Eight weeks from a Monday on, the last of which is that of the upload's last day and ends with it. */
const lastWeeks = ({ lastDay }: Totals): Period => {
  const sinceMonday = (new Date(`${lastDay}T00:00:00Z`).getUTCDay() + 6) % 7;
  return [{ first: addDays(lastDay, -sinceMonday - 7 * (weeks - 1)), last: lastDay }];
};

/** The days of each name; `database` is that of the crawled tables. */
const find: Readonly<Record<PeriodName, (totals: Totals, database: () => string) => Period | Promise<Period>>> = {
  upload: uploadDays,
  before: (totals, database) => daysBefore(totals, database()),
  weeks: lastWeeks,
};

/**
 * The days that a saved query asks for.
 *
 * @param database - of the crawled tables, which is asked for days before the upload's
 */
const findPeriods = (names: readonly PeriodName[], totals: Totals, database: () => string): Promise<Period[]> =>
  Promise.all(names.map((name) => find[name](totals, database)));

export type { DayRange, Period };
export { findPeriods };
