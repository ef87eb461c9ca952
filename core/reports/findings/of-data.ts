import type { Totals, Upload } from '../../uploads/upload';
import { formatNumber, formatShare, plural } from '../page/numbers';
import { qualityOf } from '../page/quality';
import { strayDaysInWords } from '../page/stray-days';
import { fileName } from '../reported-files';
import type { Finding } from './finding';
import { listed, named } from './words';

/** A file as its own faults are looked for. */
interface JudgedFile {
  upload: Pick<Upload, 'key' | 'columns'>;
  totals: Totals;
}

/** Share of the rows in which a column of the file is unknown, from which on that is told. */
const leastUnknown = 0.4;
/** Share of the rows, and rows, that a fault is met in before it is more than an odd row. */
const least = { share: 0.01, rows: 10 };
const mostNamed = 6;
const mostFilesNamed = 3;

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

/** Rows that were rejected for a fault, in the files in which that is more than an odd row. */
interface FaultyRows {
  rows: number;
  /** Of all rows of those files. */
  share: string;
  /** Which files of several they are in, most rows first. */
  where: string;
}

/** A fault is told where it is notable in one of the files: among many it would not be seen. */
const findFaultyRows = (
  files: readonly JudgedFile[],
  columns: readonly string[],
  rules?: readonly string[],
): FaultyRows | undefined => {
  const faulty = files
    .map(({ upload, totals }) => ({ upload, totals, rows: rejectedFor(totals, columns, rules) }))
    .filter(({ rows, totals }) => isNotable(rows, totals))
    .sort((one, other) => other.rows - one.rows);
  if (faulty.length === 0) return undefined;
  const rows = faulty.reduce((sum, file) => sum + file.rows, 0);
  const all = faulty.reduce((sum, { totals }) => sum + totals.rows, 0);
  const names = faulty.slice(0, mostFilesNamed).map(({ upload }) => named(fileName(upload.key)));
  const left = faulty.length - names.length;
  const told = listed([...names, ...(left > 0 ? [plural(left, 'more file')] : [])]);
  return { rows, share: formatShare(rows, all), where: files.length === 1 ? '' : ` in ${told}` };
};

/** How often columns are unknown, each counted in the files that have it. */
const unknownColumns = (files: readonly JudgedFile[]): { name: string; valid: number; unknown: number }[] => {
  const counts = new Map<string, { valid: number; unknown: number }>();
  for (const { upload, totals } of files) {
    for (const { name, unknown, setAside } of qualityOf(totals)) {
      if (!(name in upload.columns)) continue;
      const count = counts.get(name) ?? { valid: 0, unknown: 0 };
      counts.set(name, { valid: count.valid + totals.valid, unknown: count.unknown + unknown + setAside });
    }
  }
  return [...counts].map(([name, count]) => ({ name, ...count }));
};

const findUnknown = (files: readonly JudgedFile[]): Finding | undefined => {
  const found = unknownColumns(files)
    .filter(({ valid, unknown }) => unknown > 0 && unknown >= leastUnknown * valid)
    .sort((one, other) => other.unknown / other.valid - one.unknown / one.valid);
  if (found.length === 0) return undefined;
  const told = found
    .slice(0, mostNamed)
    .map(({ name, valid, unknown }) => `${name} in ${formatShare(unknown, valid)} of the rows`);
  const more = found.length > mostNamed ? [`${formatNumber(found.length - mostNamed)} more`] : [];
  const whose = files.length === 1 ? 'the file' : 'the files';
  return { kind: 'quality', text: `Columns of ${whose} are often unknown: ${listed([...told, ...more])}.` };
};

const findClock = (totals: Totals, files: readonly JudgedFile[]): Finding | undefined => {
  const stray = strayDaysInWords(totals);
  const faulty = findFaultyRows(files, timeColumns);
  const told =
    faulty &&
    `${plural(faulty.rows, 'row')}${faulty.where} (${faulty.share}) ${faulty.rows === 1 ? 'was' : 'were'} rejected for their day or time.`;
  if (stray === undefined && told === undefined) return undefined;
  return { kind: 'quality', text: `A clock may be wrong: ${[stray, told].filter(Boolean).join(' ')}` };
};

const findSpreadsheet = (files: readonly JudgedFile[]): Finding | undefined => {
  const faulty = findFaultyRows(files, placeColumns, placeRules);
  if (faulty === undefined) return undefined;
  return {
    kind: 'quality',
    text: `${plural(faulty.rows, 'row')}${faulty.where} (${faulty.share}) have a latitude or longitude that is none, as when a spreadsheet took the point out of it: look at the file as it was before.`,
  };
};

/**
 * What is odd about the files themselves.
 *
 * @param totals - of all of them
 */
const findDataFaults = (totals: Totals, files: readonly JudgedFile[]): (Finding | undefined)[] => [
  findClock(totals, files),
  findSpreadsheet(files),
  findUnknown(files),
];

export type { JudgedFile };
export { findDataFaults };
