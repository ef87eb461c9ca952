/** Days are written YYYY-MM-DD: as text they sort as days do. */

const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const isoDateInText = /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/g;

/** Whether the text is a day of the calendar, written YYYY-MM-DD. */
const isDay = (text: string): boolean => {
  if (!isoDate.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  // Date.parse takes the 31st of a shorter month for the next month's first.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
};

/** The UTC day of a moment. */
const dayOf = (moment: string | Date): string => new Date(moment).toISOString().slice(0, 10);

/** The ISO date that a key names; of several, the one nearest the file name. */
const dayInKey = (key: string): string | undefined => key.match(isoDateInText)?.filter(isDay).at(-1);

/** Days that a file's name holds, each once: several are a range, of which neither end is the day of its rows. */
const daysInName = (key: string): string[] => [
  ...new Set((key.split('/').at(-1) ?? '').match(isoDateInText)?.filter(isDay) ?? []),
];

/** Days since 1970. */
const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** The day so many days later, or before. */
const addDays = (day: string, days: number): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return dayOf(date);
};

interface DayWindow {
  first: string;
  last: string;
}

/** The days that rows of an upload may carry, measured from the day on which it was received. */
const dayWindow = (
  received: string,
  { earliestDay, futureDays }: { earliestDay: string; futureDays: number },
): DayWindow => ({ first: earliestDay, last: addDays(received, futureDays) });

export type { DayWindow };
export { addDays, dayInKey, dayNumber, dayOf, daysInName, dayWindow, isDay };
