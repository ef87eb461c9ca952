import type { Totals } from '../../uploads/upload';
import { formatNumber, plural } from './numbers';

const mostDays = 5;

const listed = (days: readonly string[]): string => {
  if (days.length > mostDays) {
    return `${days.slice(0, mostDays).join(', ')} and ${formatNumber(days.length - mostDays)} days more`;
  }
  return days.length < 2 ? days.join() : `${days.slice(0, -1).join(', ')} and ${days.at(-1)}`;
};

/** What a person has to know of days that a few rows carry, far from all others; nothing where there are none. */
const strayDaysInWords = ({ strayDays, strayRows, firstDay, lastDay }: Totals): string | undefined => {
  if (strayDays.length === 0) return undefined;
  const one = strayRows === 1;
  const dated = `${plural(strayRows, 'row')} ${one ? 'is' : 'are'} dated ${listed(strayDays)}, far from all others`;
  // Between two of the large groups they are within the days of the reports.
  const isLeftOut = strayDays.every((day) => day < firstDay || day > lastDay);
  if (!isLeftOut) return `${dated}: look whether the clock was right.`;
  const they = one ? 'it' : 'they';
  return `${dated}: ${they} landed, and the reports leave ${one ? 'it' : 'them'} out of their days.`;
};

export { strayDaysInWords };
