import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../../core/platform/spreadsheets';
import { readReportHeader } from '../../../core/reports/report-header';
import type { RunReport } from '../../../core/reports/saved-reports';
import type { Measurement } from './measurements';

type Cell = string | number | null;
type Rows = readonly Measurement[];
type Figure = (rows: Rows, all: Rows) => Cell;

/** A report and its CSV, as *Run reports* leaves them. */
interface RunFixture {
  report: RunReport;
  csv: string;
}

const sql = join(process.cwd(), 'sql');

const pick = (rows: Rows, of: (row: Measurement) => number | null): number[] =>
  rows.map(of).filter((value) => value !== null);

const average =
  (of: (row: Measurement) => number | null): Figure =>
  (rows) => {
    const values = pick(rows, of);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };

const percentile =
  (share: number, of: (row: Measurement) => number | null): Figure =>
  (rows) => {
    const values = pick(rows, of).sort((one, other) => one - other);
    return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? null;
  };

const share =
  (which: (row: Measurement) => boolean): Figure =>
  (rows) =>
    (100 * rows.filter(which).length) / rows.length;

const count =
  (which: (row: Measurement) => boolean): Figure =>
  (rows) =>
    rows.filter(which).length;

const distinct =
  (of: (row: Measurement) => Cell): Figure =>
  (rows) =>
    new Set(rows.map(of).filter((value) => value !== null)).size;

const signal = (row: Measurement) => row.signal;
const accuracy = (row: Measurement) => row.accuracy;

/** The figures that the saved reports show, by column. */
const figures: Record<string, Figure> = {
  average_accuracy_m: average(accuracy),
  average_satellites: average((row) => row.satellites),
  average_signal_asu: average(signal),
  average_speed_kmh: average((row) => row.speed),
  count_emergency_only: count((row) => row.status === 2),
  count_in_service: count((row) => row.status === 0),
  count_networks: distinct((row) => row.network),
  count_operators: distinct((row) => row.operator),
  count_out_of_service: count((row) => row.status === 1),
  count_postal_codes: distinct((row) => row.postalCode),
  count_radio_off: count((row) => row.status === 3),
  count_rows: (rows) => rows.length,
  count_uploads: () => 1,
  median_accuracy_m: percentile(0.5, accuracy),
  median_signal_asu: percentile(0.5, signal),
  p10_signal_asu: percentile(0.1, signal),
  p90_accuracy_m: percentile(0.9, accuracy),
  p90_signal_asu: percentile(0.9, signal),
  share_in_service: share((row) => row.status === 0),
  share_known: share((row) => row.signal !== null),
  share_of_rows: (rows, all) => (100 * rows.length) / all.length,
  share_signal_unknown: share((row) => row.signal === null),
  share_weak: share((row) => row.signal !== null && row.signal < 8),
  share_without_service: share((row) => row.status !== 0),
  top_speed_kmh: percentile(1, (row) => row.speed),
  worst_accuracy_m: percentile(1, accuracy),
};

const rounded = (value: number) => Math.round(value * 100) / 100;

/** What the saved reports group by, by column. */
const keys: Record<string, (row: Measurement) => Cell> = {
  activity: (row) => row.activity,
  day: (row) => row.day,
  hour: (row) => row.hour,
  latitude: (row) => rounded(row.latitude),
  longitude: (row) => rounded(row.longitude),
  network: (row) => row.network ?? 'unknown',
  operator: (row) => row.operator ?? 'unknown',
  postal_code: (row) => row.postalCode ?? 'unknown',
  provider: (row) => row.provider,
  signal_asu: (row) => row.signal,
};

const limits: Record<string, number> = { 'signal-map': 1000, 'service-by-postal-code': 200, 'weak-spots': 50 };
const byKey = new Set(['days-at-a-glance', 'signal-distribution', 'signal-through-the-day']);

/** Columns of a saved query: those that its last `select` names. */
const selected = (text: string): string[] =>
  (/\nselect\n([\s\S]*?)\nfrom /.exec(text.slice(text.lastIndexOf('\nselect\n')))?.[1] ?? '')
    .split(',')
    .map((column) => column.trim());

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

const computeReport = (file: string, upload: string, all: Rows): RunFixture => {
  const name = basename(file, '.sql');
  const text = readFileSync(join(sql, file), 'utf8');
  const columns = selected(text);
  const groups = new Map<string, Measurement[]>();
  const groupedBy = columns.filter((column) => keys[column] !== undefined);
  for (const row of all) {
    if (name === 'signal-distribution' && row.signal === null) continue;
    const key = JSON.stringify(groupedBy.map((column) => keys[column]?.(row)));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  let below = 0;
  const rows = [...groups.values()]
    .sort((one, other) => {
      if (!byKey.has(name)) return other.length - one.length;
      const [a, b] = [one[0], other[0]].map((row) => (row === undefined ? null : keys[groupedBy[0] ?? '']?.(row))) as [
        Cell,
        Cell,
      ];
      return Number(a) - Number(b) || String(a).localeCompare(String(b));
    })
    .map((group) =>
      columns.map((column): Cell => {
        if (column === 'share_up_to') {
          below += group.length;
          return (100 * below) / all.length;
        }
        const figure = figures[column];
        return figure ? figure(group, all) : (keys[column]?.(group[0] as Measurement) ?? null);
      }),
    );
  return runFixture(upload, name, text, columns, rows.slice(0, limits[name] ?? 100));
};

/** Every report of the deployment over some measurements, calculated here in a plain way. */
const deployedReports = (upload: string, measurements: Rows): RunFixture[] =>
  readdirSync(sql)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => computeReport(file, upload, measurements));

export type { Cell, RunFixture };
export { deployedReports, runFixture };
