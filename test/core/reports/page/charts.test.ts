import fc from 'fast-check';
import { reportColumns } from '../../../../core/reports/page/columns';
import { renderFigure } from '../../../../core/reports/page/figures';

const kinds = ['bar', 'line', 'heat', 'histogram', 'scatter-map'];
const columns = reportColumns(
  [
    { name: 'name', type: 'varchar' },
    { name: 'day', type: 'varchar' },
    { name: 'hour', type: 'integer' },
    { name: 'longitude', type: 'double' },
    { name: 'latitude', type: 'double' },
    { name: 'value', type: 'double' },
  ],
  { value: 'ASU' },
);
const names = columns.map(({ name }) => name);

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -100, max: 100 }),
  fc.constantFrom(0, -0, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 1e-300, 1e21, 0.1 + 0.2),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 6, nil: null });
const day = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const row = fc.tuple(
  maybe(fc.string({ unit: 'binary', maxLength: 40 })),
  maybe(fc.oneof({ weight: 9, arbitrary: day }, { weight: 1, arbitrary: fc.constantFrom('2026-02-31', 'today') })),
  maybe(fc.integer({ min: -2, max: 30 })),
  maybe(number),
  maybe(number),
  maybe(number),
);
const table = fc
  .array(row, { minLength: 1, maxLength: 60 })
  .chain((rows) => fc.nat(1_000).map((more) => ({ columns, rows, total: rows.length + more })));
const key = fc.option(fc.constantFrom(...names, 'missing', 'missing,value', 'name,day'), { nil: undefined });
const columnList = fc
  .uniqueArray(fc.constantFrom(...names, 'missing'), { minLength: 1, maxLength: 4 })
  .map((some) => some.join(','));
const hint = fc.record({
  kind: fc.constantFrom(...kinds),
  x: key,
  y: key,
  series: key,
  value: key,
  stack: fc.option(columnList, { nil: undefined }),
});

describe('a chart of any rows under any hint', () => {
  it('is drawn or left out, and is well-formed', () => {
    let drawn = 0;
    fc.assert(
      fc.property(table, hint, (rows, wish) => {
        const figure = renderFigure(rows, wish, 'id')?.markup;
        if (figure === undefined) return;
        drawn += 1;
        expect(figure).not.toMatch(/NaN|Infinity|undefined|\[object/);
        const opened = figure.match(/<[a-zA-Z][^>]*[^/]>/g)?.length ?? 0;
        expect(figure.match(/<\/[a-zA-Z]+>/g)?.length).toBe(opened);
      }),
      { numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(30);
  }, 120_000);
});
