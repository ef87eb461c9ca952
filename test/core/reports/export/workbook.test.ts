import { Readable } from 'node:stream';
import { writeWorkbook } from '../../../../core/reports/export/workbook';
import type { RunReport } from '../../../../core/reports/saved-reports';
import { makeTotals } from '../../../support/uploads';

const totals = makeTotals();
const files = [{ upload: { id: '0123456789abcdef', key: 'drive.csv' }, totals }];

const report = (rows: number, columns = 2): RunReport => ({
  name: 'large',
  title: 'Large',
  status: 'done',
  deployed: true,
  units: {},
  columns: Array.from({ length: columns }, (_, n) => ({ name: `c${n}`, type: 'varchar' })),
  rows,
  csv: 'x.csv',
});

/** A CSV that never ends, and how much of it was asked for. */
const endlessCsv = (pieces = { read: 0 }) => {
  const lines = 'a,b\n'.repeat(1_000);
  async function* make() {
    yield 'c0,c1\n';
    for (;;) {
      pieces.read += 1;
      yield lines;
    }
  }
  return { csv: Readable.from(make(), { objectMode: false }), pieces };
};

describe('a workbook', () => {
  it('is written while a CSV is read, which is left where it is once the sheet is full', async () => {
    const { csv, pieces } = endlessCsv();
    let bytes = 0;
    await writeWorkbook({ files, totals, reports: [report(9_000_000_000)], open: async () => csv }, async (piece) => {
      bytes += piece.length;
    });
    expect(bytes).toBeGreaterThan(10_000);
    // 20,000 rows, and what was read ahead.
    expect(pieces.read).toBeLessThan(80);
    expect(csv.destroyed).toBe(true);
  });

  it('waits for who takes it', async () => {
    const { csv } = endlessCsv();
    let [under, most, calls] = [0, 0, 0];
    const write = async () => {
      under += 1;
      most = Math.max(most, under);
      calls += 1;
      await new Promise((taken) => setTimeout(taken, 1));
      under -= 1;
    };
    await writeWorkbook({ files, totals, reports: [report(50_000)], open: async () => csv }, write);
    expect(calls).toBeGreaterThan(3);
    expect(most).toBe(1);
  });

  it.each([1, 3])('fails with the fault of who takes it, at the %d. piece', async (at) => {
    const { csv } = endlessCsv();
    let calls = 0;
    const write = async () => {
      calls += 1;
      if (calls >= at) throw new Error('the store is gone');
    };
    const written = writeWorkbook({ files, totals, reports: [report(50_000)], open: async () => csv }, write);
    await expect(written).rejects.toThrow('the store is gone');
  });

  it('fails with the fault of a CSV that cannot be read on', async () => {
    async function* broken() {
      yield 'c0,c1\na,b\n';
      throw new Error('the connection is gone');
    }
    const open = async () => Readable.from(broken());
    await expect(writeWorkbook({ files, totals, reports: [report(5)], open }, async () => undefined)).rejects.toThrow(
      'the connection is gone',
    );
  });
});
