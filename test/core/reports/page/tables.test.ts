import { reportColumns } from '../../../../core/reports/page/columns';
import { nothingToCompare } from '../../../../core/reports/page/comparisons';
import { withoutEmpty } from '../../../../core/reports/page/empty-columns';
import type { Value } from '../../../../core/reports/page/numbers';
import { renderTable } from '../../../../core/reports/page/tables';

const table = (names: string[], rows: Value[][]) => ({
  columns: reportColumns(
    names.map((name) => ({ name, type: name === 'operator' ? 'varchar' : 'double' })),
    { share_weak: '%', median_signal_dbm: 'dBm' },
  ),
  rows,
  total: rows.length,
});

const shown = (names: string[], rows: Value[][], rowsColumn?: string) =>
  withoutEmpty(table(names, rows), rowsColumn).table.columns.map(({ name }) => name);

describe('columns that hold nothing', () => {
  it('are left out, with the counts of what is missing, and are named below the table', () => {
    const { full } = renderTable(
      table(
        ['operator', 'count_rows', 'count_dbm', 'median_signal_dbm', 'share_weak', 'median_signal_asu'],
        [
          ['north', 9, 0, null, null, 12],
          ['south', 7, 0, null, null, null],
        ],
      ),
      'x',
      10_000,
    );
    expect(full.markup.match(/<th scope="col"/g)).toHaveLength(3);
    expect(full.markup).toContain(
      'Without values: Rows with dBm, Median signal (dBm), Share weak (%); the CSV has them.',
    );
  });

  it('are no counts of 0 that say something', () => {
    const names = ['operator', 'count_out_of_service', 'share_out_of_service', 'count_none', 'count_good', 'count_dbm'];
    expect(shown(names, [['north', 0, 0, 0, 4, 4]])).toEqual(names);
    expect(shown(['operator', 'count_uploads'], [['north', 0]])).toEqual(['operator', 'count_uploads']);
  });

  it('are not the first, nor the one that says how many measurements a line speaks of', () => {
    expect(shown(['operator', 'count_rows', 'x'], [[null, null, null]], 'count_rows')).toEqual([
      'operator',
      'count_rows',
    ]);
  });
});

describe('shares', () => {
  it('have one decimal, and are never 0 or 100 where they are almost so', () => {
    const { full } = renderTable(
      table(
        ['operator', 'share_weak'],
        [0, 0.004, 0.513, 97.84, 99.99, 100].map((share) => ['a', share]),
      ),
      'x',
      10_000,
    );
    const cells = [...full.markup.matchAll(/<td class="n">([^<]*)<\/td>/g)].map(([, text]) => text?.replace(/\s/g, ''));
    expect(cells).toEqual(['0.0', '&lt;0.1', '0.5', '97.8', '&gt;99.9', '100.0']);
  });
});

describe('a report that compares', () => {
  it.each([
    [['count_before', 'count_after'], [[0, 5]], true],
    [['count_before', 'count_after'], [], true],
    [
      ['count_before', 'count_after'],
      [
        [0, 5],
        [1, 5],
      ],
      false,
    ],
    [['count_after'], [[5]], false],
    [['count_after'], [], false],
  ] as [string[], Value[][], boolean][])('%p with %p has nothing to compare with: %p', (names, rows, nothing) => {
    expect(nothingToCompare(table(names, rows)) !== undefined).toBe(nothing);
  });
});
