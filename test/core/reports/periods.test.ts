import { EntityNotFoundException, GetPartitionsCommand, GlueClient, GlueServiceException } from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { findPeriods } from '../../../core/reports/periods';
import { makeTotals } from '../../support/uploads';

const glue = mockClient(GlueClient);
const ofDays = (days: string[], strayDays: string[] = []) => {
  const touched = days.filter((day) => !strayDays.includes(day));
  return makeTotals({ days, strayDays, firstDay: touched[0], lastDay: touched.at(-1) });
};
const dayOf = (n: number): string => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);
const one = async (name: 'upload' | 'before' | 'weeks', totals: ReturnType<typeof ofDays>) =>
  (await findPeriods([name], totals, () => 'files'))[0];

/** The catalogue has these days; in pages, and whatever was asked for, as emulators do. */
const catalogued = (days: string[]): void => {
  glue.on(GetPartitionsCommand).callsFake(({ NextToken = '0' }) => {
    const end = Number(NextToken) + 100;
    return {
      Partitions: days.slice(Number(NextToken), end).map((day) => ({ Values: [day] })),
      NextToken: end < days.length ? `${end}` : undefined,
    };
  });
};

beforeEach(() => {
  process.env.AWS_REGION ??= 'eu-west-1';
  glue.reset();
  catalogued([]);
});

describe('the days of the upload', () => {
  it.each([
    ['one', ['2026-03-31'], [], ['2026-03-31 2026-03-31']],
    ['one range over a month', ['2026-02-28', '2026-03-01', '2026-03-02'], [], ['2026-02-28 2026-03-02']],
    ['the first and the 30th', ['2026-03-01', '2026-03-30'], [], ['2026-03-01 2026-03-01', '2026-03-30 2026-03-30']],
    ['with a stray one', ['2017-01-01', '2026-03-01', '2026-03-02'], ['2017-01-01'], ['2026-03-01 2026-03-02']],
    ['a day is left out in summer time', ['2026-03-28', '2026-03-29', '2026-03-30'], [], ['2026-03-28 2026-03-30']],
  ])('are %s', async (_case, days, stray, ranges) => {
    const found = await one('upload', ofDays(days, stray));
    expect(found?.map(({ first, last }) => `${first} ${last}`)).toEqual(ranges);
    expect(glue.calls()).toEqual([]);
  });

  it('are held by ranges that hold nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 }), async (numbers) => {
        const days = numbers.map(dayOf).sort();
        const ranges = (await one('upload', ofDays(days))) ?? [];
        const held = Array.from({ length: 61 }, (_, n) => dayOf(n)).filter((day) =>
          ranges.some(({ first, last }) => day >= first && day <= last),
        );
        expect(held).toEqual(days);
      }),
    );
  });
});

describe('the days before', () => {
  it('are the latest that the catalogue has, some more than the upload has, up to the day before it', async () => {
    catalogued([dayOf(70), ...Array.from({ length: 60 }, (_, n) => dayOf(n)).reverse()]);
    await expect(one('before', ofDays([dayOf(60), dayOf(61)]))).resolves.toEqual([
      { first: dayOf(60 - 4), last: dayOf(59) },
    ]);
    expect(glue.commandCalls(GetPartitionsCommand)[0]?.args[0].input).toMatchObject({
      DatabaseName: 'files',
      TableName: 'hourly_quality',
      Expression: `day >= '${dayOf(60 - 404)}' and day < '${dayOf(60)}'`,
      ExcludeColumnSchema: true,
    });
  });

  it('are those of a long upload over several pages', async () => {
    const days = Array.from({ length: 400 }, (_, n) => dayOf(n));
    catalogued(days);
    await expect(one('before', ofDays(days.slice(300)))).resolves.toEqual([{ first: days[198], last: days[299] }]);
    expect(glue.commandCalls(GetPartitionsCommand)).toHaveLength(4);
  });

  it('are without stray days of the upload itself, and without what lies more than a year back', async () => {
    catalogued(['2017-01-01', '2025-08-01', '2025-09-01', '2026-02-27']);
    await expect(one('before', ofDays(['2025-09-01', '2026-03-01'], ['2025-09-01']))).resolves.toEqual([
      { first: '2025-08-01', last: '2025-08-01' },
      { first: '2026-02-27', last: '2026-02-27' },
    ]);
  });

  it('are none in a lake that begins with the upload, and in one without tables', async () => {
    await expect(one('before', ofDays(['2026-03-01']))).resolves.toEqual([]);
    glue.on(GetPartitionsCommand).rejects(new EntityNotFoundException({ message: 'no table', $metadata: {} }));
    await expect(one('before', ofDays(['2026-03-01']))).resolves.toEqual([]);
  });

  it('are not guessed at where Glue fails', async () => {
    glue
      .on(GetPartitionsCommand)
      .rejects(new GlueServiceException({ name: 'InternalServiceException', $fault: 'server', $metadata: {} }));
    await expect(one('before', ofDays(['2026-03-01']))).rejects.toThrow(GlueServiceException);
  });
});

describe('the last weeks', () => {
  it.each([
    ['2026-03-02', '2026-01-12'],
    ['2026-03-08', '2026-01-12'],
    ['2026-03-09', '2026-01-19'],
    ['2026-01-01', '2025-11-10'],
  ])('up to %s begin with Monday, %s', async (last, first) => {
    await expect(one('weeks', ofDays([last]))).resolves.toEqual([{ first, last }]);
    expect(new Date(`${first}T00:00:00Z`).getUTCDay()).toBe(1);
  });
});
