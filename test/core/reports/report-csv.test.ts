import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { copyReportCsv } from '../../../core/reports/report-csv';
import { MemoryS3 } from '../../support/memory-s3';
import { formulas, harmless, indentedFormulas } from '../../support/spreadsheet-cells';

let s3: MemoryS3;

beforeEach(() => {
  s3 = new MemoryS3();
});
afterEach(() => s3.restore());

/** The cells of the second column as they come out. */
const copied = async (values: readonly string[]): Promise<string[]> => {
  const records = values.map((value, n) => [String(n), value]);
  s3.objects.set('results/q.csv', Buffer.from(stringify([['n', 'value'], ...records], { quoted: true })));
  const rows = await copyReportCsv(
    { bucket: 'results', key: 'q.csv' },
    { bucket: 'reports', key: 'r.csv' },
    AbortSignal.timeout(10_000),
  );
  expect(rows).toBe(values.length);
  const [, ...cells] = parse(s3.objects.get('reports/r.csv') ?? '') as string[][];
  return cells.map(([, cell = '']) => cell);
};

describe('the CSV of a report', () => {
  it('holds what a spreadsheet could take for a formula as text', async () => {
    const values = [...formulas, ...indentedFormulas];
    await expect(copied(values)).resolves.toEqual(values.map((value) => `'${value}`));
  });

  it('holds all else as it is, numbers as numbers', async () => {
    await expect(copied(harmless)).resolves.toEqual(harmless);
  });
});
