import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { rowColumns } from '../../contract';
import { readFormat } from '../../core/formats/formats';
import { columns as sampleColumns } from '../../samples/measurements';

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

/** The format of the sample's layout. */
const cellflow = readFormat(join(__dirname, '../../formats/cellflow.json'));

const header = sampleColumns.join(',');

/** A valid measurement but for what is given. */
const measurement = (fields: Fields = {}): Fields => ({ ...valid, ...fields });

/** Its fields in the order of the sample's columns, or of others. */
const fieldsOf = (fields: Fields = {}, columns: readonly string[] = sampleColumns): string[] => {
  const row = measurement(fields);
  return columns.map((column) => row[column] ?? '');
};

/** Its line of CSV; values are taken as they are written. */
const rowOf = (fields: Fields = {}, columns: readonly string[] = sampleColumns): string =>
  fieldsOf(fields, columns).join(',');

const indexOf = (columns: readonly string[] = sampleColumns): Record<string, number[]> =>
  Object.fromEntries(columns.map((column, index) => [column, [index]]));

/** A file of valid rows that can be told apart. */
const csvOf = (
  rows: number,
  row: (n: number) => string = (n) => rowOf({ satellites: String(n % 30), long: `1.${n}` }),
) => `${[header, ...Array.from({ length: rows }, (_, n) => row(n))].join('\n')}\n`;

/** A canonical row of some values, as text. */
const canonicalOf = (values: Fields): string => rowColumns.map(({ name }) => values[name] ?? '').join(',');

/** What canonical rows say: the values that are known, by column. */
const valuesOf = (rows: string): Fields[] =>
  (parse(rows, { columns: rowColumns.map(({ name }) => name) }) as Fields[]).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')),
  );

export type { Fields };
export { canonicalOf, cellflow, csvOf, fieldsOf, header, indexOf, measurement, rowOf, sampleColumns, valid, valuesOf };
