import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';

const columns = [
  'tile',
  'operator',
  'technology',
  'count_rows',
  'count_in_service',
  'count_emergency_only',
  'count_out_of_service',
  'count_radio_off',
  'count_very_good',
  'count_good',
  'count_weak',
  'count_none',
  'count_dbm',
  'average_signal_dbm',
  'count_asu',
  'average_signal_asu',
] as const;

type Line = Partial<Record<(typeof columns)[number], string | number>>;

const textOf = (lines: readonly Line[]): string =>
  stringify([
    columns,
    ...lines.map((line) => columns.map((name) => line[name] ?? (name.startsWith('count') ? 0 : ''))),
  ]);

/** The CSV of the report `signal-map` with some lines. */
const report = (lines: readonly Line[]): Readable => Readable.from([textOf(lines)]);

export type { Line };
export { columns, report, textOf };
