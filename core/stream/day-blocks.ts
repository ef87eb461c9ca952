import { dayNumber } from '../uploads/days';
import type { DayRows } from './day-rows';

interface RecordLimits {
  /** Most rows of a record. */
  recordRows: number;
  /** Bytes before compression at which a record is closed. */
  recordBytes: number;
}

/** Days that share a record. */
type Group = DayRows[];

/** By so much may there be more records than the rows need, so that each has few days. */
const mostMore = 1.25;

/** At the last, all days there are are one block. */
const mostDoublings = 24;

const sum = (days: readonly DayRows[], of: 'rows' | 'bytes'): number => days.reduce((all, one) => all + one[of], 0);

/** Fills records with days in their order, without parting a day, and without joining days of two blocks. */
const fill = (days: readonly DayRows[], blockOf: (day: DayRows) => number, limits: RecordLimits): Group[] => {
  const groups: Group[] = [];
  let [block, rows, bytes] = [Number.NaN, 0, 0];
  for (const day of days) {
    rows += day.rows;
    bytes += day.bytes;
    if (blockOf(day) === block && rows <= limits.recordRows && bytes <= limits.recordBytes) {
      groups.at(-1)?.push(day);
      continue;
    }
    [block, rows, bytes] = [blockOf(day), day.rows, day.bytes];
    groups.push([day]);
  }
  return groups;
};

/**
 * Joins what days have left to records of near days.
 *
 * The days of a record are of one block of a calendar that is cut into blocks of 1, 2, 4, 8… days, so that the job can gather the
 * records of some days from all chunks of an upload without taking a record apart. The blocks are the smallest with which there are
 * not many more records than there have to be.
 *
 * @param closed records that the other rows have made
 */
const joinDays = (left: Iterable<DayRows>, closed: number, limits: RecordLimits): Group[] => {
  const days = [...left].filter(({ rows }) => rows > 0).sort((one, other) => (one.day < other.day ? -1 : 1));
  const needed = Math.ceil(Math.max(sum(days, 'rows') / limits.recordRows, sum(days, 'bytes') / limits.recordBytes));
  const most = Math.floor(mostMore * (closed + needed)) - closed;
  const numbers = new Map(days.map((day) => [day, dayNumber(day.day)]));
  for (let doublings = 0; doublings < mostDoublings; doublings += 1) {
    const length = 2 ** doublings;
    const groups = fill(days, (day) => Math.floor((numbers.get(day) as number) / length), limits);
    if (groups.length <= most) return groups;
  }
  return fill(days, () => 0, limits);
};

export type { RecordLimits };
export { joinDays };
