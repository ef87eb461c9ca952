import { requiredColumns } from '../../core/rows/measurement';

type Fields = Record<string, string>;

const valid: Fields = {
  hour: '00:01:16',
  lat: '41.67089',
  long: '0.53407',
  signal: '12',
  network: 'vodafone',
  operator: 'vodafone ES',
  status: '0',
  description: 'STATE_IN_SERVICE',
  speed: '0.0',
  satellites: '4.0',
  precission: '51.0',
  provider: 'gps',
  activity: 'STILL',
  postal_code: '25023.0',
};

const header = requiredColumns.join(',');

/** A valid measurement but for what is given. */
const measurement = (fields: Fields = {}): Fields => ({ ...valid, ...fields });

/** Its fields in the order of the required columns. */
const fieldsOf = (fields: Fields = {}, columns: readonly string[] = requiredColumns): string[] => {
  const row = measurement(fields);
  return columns.map((column) => row[column] ?? '');
};

/** Its line of CSV; values are taken as they are written. */
const rowOf = (fields: Fields = {}, columns: readonly string[] = requiredColumns): string =>
  fieldsOf(fields, columns).join(',');

const indexOf = (columns: readonly string[] = requiredColumns): Record<string, number> =>
  Object.fromEntries(columns.map((column, index) => [column, index]));

/** A file of valid rows that can be told apart. */
const csvOf = (
  rows: number,
  row: (n: number) => string = (n) => rowOf({ satellites: String(n % 30), long: `1.${n}` }),
) => `${[header, ...Array.from({ length: rows }, (_, n) => row(n))].join('\n')}\n`;

export type { Fields };
export { csvOf, fieldsOf, header, indexOf, measurement, rowOf };
