import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../../core/platform/spreadsheets';
import { readReportHeader, readReportOrder } from '../../../core/reports/report-header';
import type { RunReport } from '../../../core/reports/saved-reports';
import { type Cell, figures, keys } from './figures';
import type { Measurement } from './measurements';

type Rows = readonly Measurement[];

/** A report and its CSV, as *Run reports* leaves them. */
interface RunFixture {
  report: RunReport;
  csv: string;
}

const sql = join(process.cwd(), 'sql');

/** What a saved query selects in the end, without what is in brackets: the columns by their names or aliases. */
const selected = (text: string): string[] => {
  const last = text.slice(text.lastIndexOf('\nselect\n') + '\nselect\n'.length);
  let bare = last;
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare.replace(/\([^()]*\)/g, '');
  }
  return bare
    .slice(0, bare.search(/\nfrom /))
    .split(',')
    .map((column) => column.trim().split(/\s+/).at(-1) ?? '');
};

/** Reports that have an order of their own; others begin with the fullest line. */
const byKey = new Set([
  'days-at-a-glance',
  'signal-distribution',
  'signal-through-the-day',
  'signal-map',
  'weeks-overview',
]);
/** What no log of these measurements tells. */
const withoutRows = new Set(['radio-quality', 'throughput-and-latency']);
/** Rows that a report is about. */
const subject: Readonly<Record<string, (row: Measurement) => boolean>> = {
  'coverage-classes': ({ dbm }) => dbm !== null,
  'signal-distribution': ({ signal }) => signal !== null,
};

const typeOf = (cells: readonly Cell[]): string => {
  if (cells.some((cell) => typeof cell === 'string')) return 'varchar';
  return cells.every((cell) => cell === null || Number.isInteger(cell)) ? 'bigint' : 'double';
};

/** A report of given rows, as *Run reports* leaves it. */
const runFixture = (
  upload: string,
  name: string,
  header: string,
  columns: readonly string[],
  rows: readonly (readonly Cell[])[],
): RunFixture => ({
  report: {
    name,
    deployed: true,
    ...readReportHeader(name, header),
    columns: columns.map((column, index) => ({ name: column, type: typeOf(rows.map((row) => row[index] ?? null)) })),
    rows: rows.length,
    csv: `${upload}/${name}.csv`,
    status: 'done',
  },
  csv: stringify([columns, ...rows].map((row) => row.map((cell) => guardCell(cell === null ? '' : String(cell))))),
});

const compare = (one: Cell, other: Cell): number =>
  typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other));

const computeReport = (file: string, upload: string, measurements: Rows): RunFixture => {
  const name = basename(file, '.sql');
  const text = readFileSync(join(sql, file), 'utf8');
  const columns = selected(text);
  const all = withoutRows.has(name) ? [] : measurements.filter(subject[name] ?? (() => true));
  const groups = new Map<string, Measurement[]>();
  const groupedBy = columns.flatMap((column) => keys[column] ?? []);
  for (const row of all) {
    const key = JSON.stringify(groupedBy.map((keyOf) => keyOf(row)));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  let below = 0;
  const inOrder = [...groups.values()].sort((one, other) => {
    if (!byKey.has(name)) return other.length - one.length;
    const [a, b] = [one[0], other[0]] as [Measurement, Measurement];
    return groupedBy.map((keyOf) => compare(keyOf(a), keyOf(b))).find((order) => order !== 0) ?? 0;
  });
  const rows = inOrder.map((group) =>
    columns.map((column): Cell => {
      if (column === 'share_up_to') {
        below += group.length;
        return (100 * below) / all.length;
      }
      return figures[column]?.(group, all) ?? keys[column]?.(group[0] as Measurement) ?? null;
    }),
  );
  return runFixture(upload, name, text, columns, rows);
};

/** The place on the page that a query asks for. */
const orderOf = (file: string): number => readReportOrder(readFileSync(join(sql, file), 'utf8')) ?? Infinity;

/** Every report of the deployment over some measurements, calculated here in a plain way. */
const deployedReports = (upload: string, measurements: Rows): RunFixture[] =>
  readdirSync(sql)
    .filter((file) => file.endsWith('.sql'))
    .sort((one, other) => orderOf(one) - orderOf(other))
    .map((file) => computeReport(file, upload, measurements));

export type { Cell, RunFixture };
export { deployedReports, runFixture };
