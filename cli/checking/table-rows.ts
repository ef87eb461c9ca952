import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { type Column, rowColumns } from '../../contract';

/** A value as the tables have it. */
type Cell = string | number | null;

const dayColumns = new Set(['date', 'hour', 'utc_offset']);

const cellOf = ({ table, quality }: Column, text: string): Cell => {
  if (text === '') return null;
  if (table.type !== 'double' && table.type !== 'int') return text;
  const value = Number(text);
  // Metrics are rounded half up to tenths, so that their sums are exact.
  return quality === 'metric' ? Math.floor(value * 10 + 0.5) / 10 : value;
};

/** The moment of a row in UTC, as `measured_at` has it. */
const measuredAt = (date: string, hour: string, offset: string): string =>
  new Date(Date.parse(`${date}T${hour}Z`) - Number(offset || 0) * 60_000).toISOString();

/** A canonical row by the columns of the table `measurements`, with the day that it is in. */
const tableRow = (values: readonly string[]): Record<string, Cell> => {
  const [date = '', hour = '', offset = ''] = ['date', 'hour', 'utc_offset'].map(
    (name) => values[rowColumns.findIndex((column) => column.name === name)] ?? '',
  );
  return {
    day: date,
    measured_at: measuredAt(date, hour, offset),
    ...Object.fromEntries(
      rowColumns
        .map((column, index) => [column, values[index] ?? ''] as const)
        .filter(([{ name }]) => !dayColumns.has(name))
        .map(([column, value]) => [column.table.name, cellOf(column, value)]),
    ),
  };
};

/** The rows of a Kinesis payload as the tables have them. */
const rowsOfPayload = (payload: Buffer): Record<string, Cell>[] => {
  const text = gunzipSync(payload.subarray(payload.indexOf('\n') + 1)).toString();
  return (parse(text) as string[][]).map(tableRow);
};

export type { Cell };
export { rowsOfPayload };
