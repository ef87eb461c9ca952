import fc from 'fast-check';
import { Allowance, most, rowLimit } from '../../../../core/reports/export/limits';

const cells = (sizes: { rows: number; columns: number }[], limit: number) =>
  sizes.reduce((sum, { rows, columns }) => sum + Math.min(rows, limit) * columns, 0);

describe('the rows that a sheet may have', () => {
  it('are as many as the format of all reports together allows, and no fewer', () => {
    const size = fc.record({ rows: fc.nat(5_000_000), columns: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
        const limit = rowLimit(sizes);
        expect(limit).toBeLessThanOrEqual(most.rows);
        expect(cells(sizes, limit)).toBeLessThanOrEqual(most.cells);
        if (limit < most.rows) expect(cells(sizes, limit + 1)).toBeGreaterThan(most.cells);
      }),
    );
  });

  it.each([
    [[{ rows: 100, columns: 10 }], most.rows],
    [[{ rows: 4_000_000, columns: 16 }], most.rows],
    [Array.from({ length: 20 }, () => ({ rows: 20_000, columns: 10 })), 10_000],
    [[{ rows: 10, columns: 50 }, ...Array.from({ length: 4 }, () => ({ rows: 50_000, columns: 50 }))], 9_997],
    [[], most.rows],
  ])('of %j are %d', (sizes, limit) => {
    expect(rowLimit(sizes)).toBe(limit);
  });

  it('are fewer than the format of Excel holds', () => {
    expect(most.rows).toBeLessThan(1_048_576 - 10);
  });
});

it('an allowance of characters ends', () => {
  const allowance = new Allowance(10);
  expect([4, 6, 1, 0].map((characters) => allowance.take(characters))).toEqual([true, true, false, false]);
});
