import { findStrayDays } from '../../../core/rows/stray-days';

const dayAfter = (first: string, days: number): string =>
  new Date(Date.parse(`${first}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** So many days in a row with so many rows each. */
const run = (first: string, days: number, rows = 100): Record<string, number> =>
  Object.fromEntries(Array.from({ length: days }, (_, n) => [dayAfter(first, n), rows]));

describe('stray days', () => {
  test.each<[string, Record<string, number>, string[]]>([
    ['a row of 2000 among ten', { '2000-01-01': 1, '2026-10-01': 9 }, ['2000-01-01']],
    ['a row of five', { '2026-10-01': 4, '2036-02-07': 1 }, ['2036-02-07']],
    ['three rows of fifteen', { '1980-01-06': 3, '2026-10-01': 12 }, ['1980-01-06']],
    [
      'rows before and after all others',
      { '1980-01-06': 2, ...run('2026-01-01', 30), '2036-02-07': 5 },
      ['1980-01-06', '2036-02-07'],
    ],
    [
      'a few days in a row',
      { ...run('2000-01-01', 3, 2), ...run('2026-01-01', 30) },
      ['2000-01-01', '2000-01-02', '2000-01-03'],
    ],
    ['just a twentieth of the rows', { '2000-01-01': 5, '2026-10-01': 100 }, ['2000-01-01']],
  ])('are those of %s', (_, days, expected) => {
    expect(findStrayDays(days)).toEqual(expected);
  });

  test.each<[string, Record<string, number>]>([
    ['no rows', {}],
    ['one day', { '2026-10-01': 1 }],
    ['rows over years', run('2015-01-01', 1_090)],
    ['few rows on some of many days', { ...run('2015-01-01', 1_090), '2015-06-01': 1 }],
    ['a row of four', { '2000-01-01': 1, '2026-10-01': 3 }],
    ['a row on each of three days far apart', { '2015-01-01': 1, '2016-01-01': 1, '2017-01-01': 1 }],
    ['two halves that are alike', { ...run('2016-01-01', 30), ...run('2026-01-01', 30) }],
    ['a small part that is not that small', { '2000-01-01': 6, '2026-10-01': 100 }],
    ['few rows half a year away', { '2026-01-01': 1, [dayAfter('2026-01-01', 180)]: 1_000 }],
    ['a bridge of days between', { '2026-01-01': 1, '2026-06-01': 1, '2026-11-01': 1_000 }],
    ['years, of which one has few', { ...run('2015-01-01', 365), ...run('2017-01-01', 20, 200) }],
  ])('are none in a file of %s', (_, days) => {
    expect(findStrayDays(days)).toEqual([]);
  });

  test('are told whatever the order of the days is', () => {
    expect(findStrayDays({ '2026-10-02': 50, '2000-01-02': 1, '2026-10-01': 50, '2000-01-01': 1 })).toEqual([
      '2000-01-01',
      '2000-01-02',
    ]);
  });
});
