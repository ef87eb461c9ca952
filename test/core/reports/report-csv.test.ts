import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { guardCell } from '../../../core/platform/spreadsheets';
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
  expect(rows).toEqual({ rows: values.length });
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

it('is the same CSV, whatever its cells hold and wherever it was quoted', async () => {
  const cell = fc.oneof(fc.constantFrom('', '0', '-85.5', '=1+1', 'a,b', '"', 'two\nlines', '\r', ' '), fc.string());
  const record = fc.array(cell, { minLength: 2, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), fc.boolean(), async (records, isEach) => {
      s3.objects.set('results/q.csv', Buffer.from(stringify(records, { quoted: true, quoted_empty: isEach })));
      const [from, to] = [
        { bucket: 'results', key: 'q.csv' },
        { bucket: 'reports', key: 'r.csv' },
      ];
      expect(await copyReportCsv(from, to, AbortSignal.timeout(10_000))).toEqual({ rows: records.length - 1 });
      expect(s3.objects.get('reports/r.csv')?.toString()).toBe(stringify(records.map((cells) => cells.map(guardCell))));
    }),
  );
});

describe('the measurements that a report speaks of', () => {
  const summed = async (csv: string, column: string | undefined) => {
    s3.objects.set('results/q.csv', Buffer.from(csv));
    const to = { bucket: 'reports', key: 'r.csv' };
    return copyReportCsv({ bucket: 'results', key: 'q.csv' }, to, AbortSignal.timeout(10_000), column);
  };

  it.each([
    ['the sum of their column', '"a","count_rows"\n"x","3"\n"y","40"\n', 'count_rows', { rows: 2, measurements: 43 }],
    ['none of a result without lines', '"a","count_rows"\n', 'count_rows', { rows: 0, measurements: 0 }],
    ['not counted for a cell without a value', '"n"\n"3"\n""\n', 'n', { rows: 2, measurements: 3 }],
    ['not known without the column', '"a"\n"3"\n', 'n', { rows: 1 }],
    ['not known where nobody names it', '"n"\n"3"\n', undefined, { rows: 1 }],
    ['not known of what is no count', '"n"\n"3"\n"many"\n', 'n', { rows: 2 }],
    ['not known of fractions', '"n"\n"0.5"\n"1"\n', 'n', { rows: 2 }],
    ['not known beyond what a number holds', '"n"\n"9007199254740991"\n"1"\n', 'n', { rows: 2 }],
  ])('are %s', async (_case, csv, column, found) => {
    await expect(summed(csv, column)).resolves.toEqual(found);
  });
});
