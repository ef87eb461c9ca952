import type { Totals, Upload } from '../../uploads/upload';
import { formatNumber, formatShare, plural } from '../page/numbers';
import { qualityOf } from '../page/quality';
import { strayDaysInWords } from '../page/stray-days';
import type { Finding } from './finding';
import { listed } from './words';

/** Share of the rows in which a column of the file is unknown, from which on that is told. */
const leastUnknown = 0.4;
/** Share of the rows, and rows, that a fault is met in before it is more than an odd row. */
const least = { share: 0.01, rows: 10 };
const mostNamed = 6;

const timeColumns = ['date', 'hour'];
const placeColumns = ['lat', 'long'];
/** What a number becomes that a spreadsheet took for another: too large without its point, or a date or text. */
const placeRules = ['range', 'number'];

/** Rows that were rejected for one of the columns, by one of the rules. */
const rejectedFor = ({ reasons }: Totals, columns: readonly string[], rules?: readonly string[]): number =>
  Object.entries(reasons)
    .filter(([reason]) => {
      const [, column = '', rule = ''] = /^(.*) (\S+)$/.exec(reason) ?? [];
      return columns.includes(column) && (rules === undefined || rules.includes(rule));
    })
    .reduce((sum, [, rows]) => sum + rows, 0);

const isNotable = (rows: number, { rows: all }: Totals): boolean => rows >= least.rows && rows >= least.share * all;

const findUnknown = (totals: Totals, { columns }: Pick<Upload, 'columns'>): Finding | undefined => {
  const found = qualityOf(totals)
    .filter(({ name, unknown, setAside }) => name in columns && unknown + setAside >= leastUnknown * totals.valid)
    .filter(({ unknown, setAside }) => unknown + setAside > 0)
    .sort((one, other) => other.unknown + other.setAside - one.unknown - one.setAside);
  if (found.length === 0) return undefined;
  const named = found
    .slice(0, mostNamed)
    .map(({ name, unknown, setAside }) => `${name} in ${formatShare(unknown + setAside, totals.valid)} of the rows`);
  const more = found.length > mostNamed ? [`${formatNumber(found.length - mostNamed)} more`] : [];
  return { kind: 'quality', text: `Columns of the file are often unknown: ${listed([...named, ...more])}.` };
};

const findClock = (totals: Totals): Finding | undefined => {
  const stray = strayDaysInWords(totals);
  const rejected = rejectedFor(totals, timeColumns);
  const told = isNotable(rejected, totals)
    ? `${plural(rejected, 'row')} (${formatShare(rejected, totals.rows)}) ${rejected === 1 ? 'was' : 'were'} rejected for their day or time.`
    : undefined;
  if (stray === undefined && told === undefined) return undefined;
  return { kind: 'quality', text: `A clock may be wrong: ${[stray, told].filter(Boolean).join(' ')}` };
};

const findSpreadsheet = (totals: Totals): Finding | undefined => {
  const rejected = rejectedFor(totals, placeColumns, placeRules);
  if (!isNotable(rejected, totals)) return undefined;
  return {
    kind: 'quality',
    text: `${plural(rejected, 'row')} (${formatShare(rejected, totals.rows)}) have a latitude or longitude that is none, as when a spreadsheet took the point out of it: look at the file as it was before.`,
  };
};

/** What is odd about the file itself. */
const findDataFaults = (totals: Totals, upload: Pick<Upload, 'columns'>): (Finding | undefined)[] => [
  findClock(totals),
  findSpreadsheet(totals),
  findUnknown(totals, upload),
];

export { findDataFaults };
