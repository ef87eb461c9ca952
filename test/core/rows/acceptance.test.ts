import { settingsSchema } from '../../../core/platform/settings';
import { assertAcceptable } from '../../../core/rows/acceptance';
import type { Sums } from '../../../core/rows/judgement';
import { makeTotals } from '../../support/uploads';

const sumsOf = (changes: Partial<Sums> = {}): Sums => ({
  ...makeTotals(),
  rows: 1_000,
  valid: 1_000,
  days: { '2026-01-01': 600, '2026-01-02': 400 },
  ...changes,
});

const judge = (changes: Partial<Sums>, settings: object = {}, lists?: Parameters<typeof assertAcceptable>[3]) =>
  assertAcceptable('logs.csv', sumsOf(changes), settingsSchema.parse(settings), lists);

const daysOf = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [new Date(n * 86_400_000).toISOString().slice(0, 10), 1]));

describe('a file passes', () => {
  test.each<[string, Partial<Sums>, object]>([
    ['of good rows', {}, {}],
    ['with as many rejected rows as are allowed', { valid: 900, rejected: 100, reasons: { 'lat range': 100 } }, {}],
    ['with all but one rejected, where that is allowed', { valid: 1, rejected: 999 }, { maxRejectedShare: 1 }],
    ['though each row has a value that was set aside', { rowsWithSetAside: 1_000 }, {}],
    ['with as many such rows as are allowed', { rowsWithSetAside: 250 }, { maxSetAsideShare: 0.25 }],
    ['of as many days as are allowed', { days: daysOf(5_000) }, {}],
  ])('%s', (_, changes, settings) => {
    expect(() => judge(changes, settings)).not.toThrow();
  });
});

describe('a file is refused', () => {
  test.each<[string, Partial<Sums>, object, string, RegExp]>([
    ['without rows', { rows: 0, valid: 0 }, {}, 'EmptyUpload', /^logs\.csv has a header and no rows\.$/],
    [
      'without a valid row',
      { valid: 0, rejected: 1_000, reasons: { 'hour time': 1_000 } },
      { maxRejectedShare: 1 },
      'NoValidRows',
      /^None of the 1000 rows of logs\.csv is valid\. By column and rule: hour time \(1000\)\.$/,
    ],
    [
      'with a row more rejected than is allowed',
      { valid: 899, rejected: 101, reasons: { 'lat range': 1, 'long range': 100 } },
      {},
      'TooManyInvalidRows',
      /^101 of 1000 rows of logs\.csv are rejected: 10\.1 %, and 10\.0 % are allowed\. By column and rule: long range \(100\), lat range \(1\)\.$/,
    ],
    [
      'with more impossible values than are allowed, by valid rows',
      { valid: 900, rejected: 100, rowsWithSetAside: 226, setAside: { 'speed range': 220, 'signal number': 6 } },
      { maxSetAsideShare: 0.25 },
      'TooManyImpossibleValues',
      /^226 of 900 valid rows of logs\.csv have impossible values: 25\.1 %, and 25\.0 % are allowed\. By column and rule: speed range \(220\), signal number \(6\)\.$/,
    ],
    [
      'of a day too many',
      { days: daysOf(5_001), firstDay: '1970-01-01', lastDay: '1983-09-10' },
      {},
      'TooManyDays',
      /^The rows of logs\.csv spread over 5001 days, 1970-01-01 to 1983-09-10; 5000 are allowed\. Split the file\.$/,
    ],
  ])('%s', (_, changes, settings, name, message) => {
    const refuse = () => judge(changes, settings);

    expect(refuse).toThrow(message);
    expect(refuse).toThrow(expect.objectContaining({ name }));
  });

  test('for its rejected rows before its impossible values, and for those before its days', () => {
    const all = { valid: 500, rejected: 500, rowsWithSetAside: 500, days: daysOf(9) };

    expect(() => judge(all, { maxSetAsideShare: 0, maxDays: 1 })).toThrow('rejected');
    expect(() => judge(all, { maxRejectedShare: 1, maxSetAsideShare: 0, maxDays: 1 })).toThrow('impossible values');
    expect(() => judge(all, { maxRejectedShare: 1, maxDays: 1 })).toThrow('9 days');
  });

  test('and told where all are listed', () => {
    const lists = { rejectedRows: 's3://reports/r.csv', setAsideValues: 's3://reports/s.csv' };

    expect(() => judge({ valid: 1, rejected: 999 }, {}, lists)).toThrow(
      /\nAll of them, with line and value: s3:\/\/reports\/r\.csv$/,
    );
    expect(() => judge({ rowsWithSetAside: 9 }, { maxSetAsideShare: 0 }, lists)).toThrow(
      /\nAll of them, with line and value: s3:\/\/reports\/s\.csv$/,
    );
  });

  test('by the ten rules that most fell by, and the others counted', () => {
    const reasons = Object.fromEntries(Array.from({ length: 13 }, (_, n) => [`column${n} range`, n + 1]));

    expect(() => judge({ valid: 500, rejected: 500, reasons })).toThrow(
      /rule: column12 range \(13\), .*column3 range \(4\) and 3 more\.$/,
    );
  });

  test('with shares that are small told exactly', () => {
    expect(() => judge({ rows: 1e6, valid: 1e6 - 500, rejected: 500 }, { maxRejectedShare: 0.0001 })).toThrow(
      'rejected: 0.050 %, and 0.010 % are allowed',
    );
  });
});
