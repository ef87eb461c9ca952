import { dayNumber } from '../uploads/days';

/** Days without any row that part a stray day from the rest. */
const gapDays = 180;
/** A stray group has at most so many rows of the largest group's. */
const smallShare = 0.05;
/** So few rows are few also in a small file, where the largest group has several times as many. */
const fewRows = 3;
const severalTimes = 4;

interface Group {
  days: string[];
  rows: number;
}

/** Days parted where nothing lies between them for long. */
const groupDays = (days: Readonly<Record<string, number>>): Group[] => {
  const groups: Group[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [day, rows] of Object.entries(days).sort(([one], [other]) => (one < other ? -1 : 1))) {
    const at = dayNumber(day);
    const group = at - last > gapDays ? undefined : groups.at(-1);
    if (group === undefined) groups.push({ days: [day], rows });
    else {
      group.days.push(day);
      group.rows += rows;
    }
    last = at;
  }
  return groups;
};

/**
 * Days that a few rows carry and that lie far from all others, as those of a phone whose clock was not set.
 *
 * @param days rows by day
 */
const findStrayDays = (days: Readonly<Record<string, number>>): string[] => {
  const groups = groupDays(days);
  const most = Math.max(0, ...groups.map(({ rows }) => rows));
  const few = Math.max(most * smallShare, Math.min(fewRows, most / severalTimes));
  return groups.filter(({ rows }) => rows <= few).flatMap((group) => group.days);
};

export { findStrayDays };
