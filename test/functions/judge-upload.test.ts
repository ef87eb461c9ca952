import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../../core/platform/clients';
import { lakeKeys } from '../../core/platform/keys';
import { handler, judgeUpload } from '../../functions/judge-upload';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { csvOf, type Fields, header, rowOf } from '../support/measurements';
import { readJson } from '../support/objects';
import { plannedUpload } from '../support/planned-upload';
import {
  failure,
  planAgain,
  rejectedRows,
  setAsideValues,
  stagedRows,
  validateAll,
  validated,
} from '../support/validated-upload';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
}, 90_000);

afterAll(() => emulator?.stop());

beforeEach(() => {
  process.env.SETTINGS = JSON.stringify({ chunkBytes: 20_000, recordRows: 50 });
});

describe('a validated upload', () => {
  test('has all its rows staged, its rejected rows told by line, and is passed with its totals', async () => {
    const bad = new Map([
      [3, rowOf({ long: '200' })],
      [5, rowOf({ signal: '100', long: '1.5' })],
      [400, 'too,few'],
      [799, rowOf({ lat: '=2+3' })],
    ]);
    const row = (n: number) => bad.get(n) ?? rowOf({ long: `1.${n}`, description: n % 7 ? 'plain' : `"a\n${n}"` });
    const upload = await validated('good.csv', csvOf(800, row));
    expect(upload.chunks).toBeGreaterThan(3);

    const totals = await judgeUpload({ upload });

    expect(totals).toMatchObject({
      rows: 800,
      valid: 797,
      rejected: 3,
      chunks: upload.chunks,
      firstDay: '2026-02-01',
      lastDay: '2026-02-01',
      days: ['2026-02-01'],
      reasons: { 'long range': 1, 'row columns': 1, 'lat number': 1 },
      setAside: { 'signal range': 1 },
      rowsWithSetAside: 1,
      strayDays: [],
      headers: 0,
      leftOut: 0,
    });
    expect(totals.columns).toMatchObject({ lat: [797, 0, 0], signal: [796, 0, 1], town: [0, 797, 0] });
    const lineOf = (n: number) => 2 + n + Math.ceil(n / 7);
    expect(totals.lines).toBe(lineOf(800) - 1);
    expect(await rejectedRows(upload)).toBe(
      [
        'line,column,rule,reason,value',
        `${lineOf(3)},long,range,long must be from -180 to 180 degrees,200`,
        `${lineOf(400)},row,columns,"the row has 2 columns, the header 14","too,few"`,
        `${lineOf(799)},lat,number,"lat must be a number, with a point for decimals",'=2+3`,
        '',
      ].join('\n'),
    );
    expect(await setAsideValues(upload)).toBe(
      `line,column,rule,reason,value\n${lineOf(5)},signal,range,signal must be from -5 to 97 ASU,100\n`,
    );
    const staged = await stagedRows(upload);
    expect(staged.match(/^2026-02-01,/gm)).toHaveLength(797);
    const planned = await readJson<{ chunks: { chunk: number; records: number; rows: number }[] }>(
      buckets.LAKE_BUCKET,
      lakeKeys.plan(upload.id),
    );
    expect(planned).toMatchObject({ upload: upload.id, days: { '2026-02-01': 797 } });
    expect(planned.chunks.reduce((sum, { records }) => sum + records, 0)).toBe(totals.records);
    expect(planned.chunks.reduce((sum, { rows }) => sum + rows, 0)).toBe(797);
  });

  test('is passed with no rejected rows, and an empty list of them', async () => {
    const upload = await validated('clean.csv', csvOf(10));

    expect(await judgeUpload({ upload })).toMatchObject({ valid: 10, rejected: 0, lines: 11, records: 1 });
    expect(await rejectedRows(upload)).toBe('line,column,rule,reason,value\n');
    await expect(setAsideValues(upload)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('is passed with days that stray, which land, and widen nothing', async () => {
    const dates = ['2026-01-30', '2000-01-01', ...Array(8).fill('2026-01-31')];
    const rows = dates.map((date) => `${rowOf()},${date}`);
    const upload = await validated('stray.csv', [`${header},date`, ...rows].join('\n'));

    expect(await judgeUpload({ upload })).toMatchObject({
      valid: 10,
      firstDay: '2026-01-30',
      lastDay: '2026-01-31',
      strayDays: ['2000-01-01'],
      days: ['2000-01-01', '2026-01-30', '2026-01-31'],
    });
  });

  test('is passed with headers among its rows, which are none', async () => {
    const upload = await validated('two in one.csv', csvOf(3) + csvOf(4));

    expect(await judgeUpload({ upload })).toMatchObject({ rows: 7, valid: 7, headers: 1, lines: 9 });
  });

  test('is not judged where its rejected rows cannot be read, and leaves no half list', async () => {
    const upload = await validated(
      'unlisted.csv',
      csvOf(40, (n) => (n === 7 ? 'x' : rowOf())),
    );
    const Key = lakeKeys.rejected(upload.id, 0);
    await s3().send(new DeleteObjectCommand({ Bucket: buckets.LAKE_BUCKET, Key }));

    expect(await failure(judgeUpload({ upload }))).toMatchObject({ name: 'NoSuchKey' });
    await expect(rejectedRows(upload)).rejects.toThrow();
  });

  test('is judged by the handler, of an event with an upload alone', async () => {
    const upload = await validated('handled.csv', csvOf(10));
    const invoke = handler as unknown as (event: unknown, context: unknown) => Promise<unknown>;
    const context = { functionName: 'judge-upload' };

    expect(await invoke({ upload }, context)).toMatchObject({ rows: 10, valid: 10 });
    await expect(invoke({ upload, chunk: 1 }, context)).rejects.toThrow();
  });
});

describe('an upload is not passed', () => {
  const share = (bad: number) => csvOf(100, (n) => (n < bad ? rowOf({ lat: '91' }) : rowOf()));

  test('with more rejected rows than allowed, and says by which rules and where all are', async () => {
    const upload = await validated('bad share.csv', share(11));

    const error = await failure(judgeUpload({ upload }));

    expect(error.name).toBe('TooManyInvalidRows');
    expect(error.message.split('\n')).toEqual([
      '11 of 100 rows of s3://cellflow-uploads/bad share.csv are rejected: 11.0 %, and 10.0 % are allowed. By column and rule: lat range (11).',
      `All of them, with line and value: s3://cellflow-reports/${upload.id}/rejected-rows.csv`,
    ]);
    expect((await rejectedRows(upload)).split('\n')).toHaveLength(13);
  });

  test('says by which rules most of its rows are rejected, and no value of a row', async () => {
    const faults: Fields[] = [
      { hour: 'MARKER' },
      { hour: '' },
      { lat: 'MARKER' },
      { lat: '' },
      { lat: '91' },
      { lat: '0', long: '0' },
      { long: 'MARKER' },
      { long: 'NULL' },
      { long: '181' },
      { signal: 'MARKER', status: 'MARKER' },
    ];
    const rows = [
      ...faults.flatMap((fields, n) => Array<string>(n + 1).fill(rowOf(fields))),
      'MARKER,MARKER',
      rowOf({ network: '"MARKER' }),
    ];
    const upload = await validated('many rules.csv', [header, ...rows].join('\n'));

    const { message } = await failure(judgeUpload({ upload }));

    expect(message).toMatch(
      /By column and rule: signal required \(10\), long range \(9\), .*, hour required \(2\), hour time \(1\) and 2 more\.\n/,
    );
    expect(message).not.toContain('MARKER');
  });

  test('with more impossible values than allowed, and says by which rules and where all are', async () => {
    process.env.SETTINGS = JSON.stringify({ maxSetAsideShare: 0.1 });
    const upload = await validated(
      'impossible.csv',
      csvOf(100, (n) => rowOf(n < 11 ? { speed: '-9', provider: 'wifi' } : {})),
    );

    const error = await failure(judgeUpload({ upload }));

    expect(error.name).toBe('TooManyImpossibleValues');
    expect(error.message.split('\n')).toEqual([
      '11 of 100 valid rows of s3://cellflow-uploads/impossible.csv have impossible values: 11.0 %, and 10.0 % are allowed. By column and rule: speed range (11), provider choice (11).',
      `All of them, with line and value: s3://cellflow-reports/${upload.id}/set-aside-values.csv`,
    ]);
    expect((await setAsideValues(upload)).split('\n')).toHaveLength(1 + 22 + 1);
  });

  test('but is with as many as allowed', async () => {
    const upload = await validated('fair share.csv', share(10));

    expect(await judgeUpload({ upload })).toMatchObject({ valid: 90, rejected: 10 });
  });

  test.each([
    ['without rows', `${header}\n${'\n'.repeat(70_000)}`, 'EmptyUpload', /has a header and no rows/],
    ['without a valid row', csvOf(3, () => 'x'), 'NoValidRows', /^None of the 3 rows .*valid/],
  ])('%s', async (name, text, error, message) => {
    const upload = await validated(`${name}.csv`, text);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: error,
      message: expect.stringMatching(message),
    });
  });

  test('that touches more days than allowed', async () => {
    process.env.SETTINGS = JSON.stringify({ maxDays: 3 });
    const dated = (n: number) => `${rowOf()},2026-01-0${1 + (n % 4)}`;
    const upload = await validated('days.csv', `${header},date\n${[0, 1, 2, 3].map(dated).join('\n')}`);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: 'TooManyDays',
      message: expect.stringMatching(/over 4 days, 2026-01-01 to 2026-01-04; 3 are allowed/),
    });
  });
});

describe('a file whose cuts cannot be told from windows', () => {
  // A field that holds a file of the same columns, longer than any window that is looked at.
  const inner = csvOf(6_000).replaceAll('\n', '\r\n');
  const text = csvOf(40, (n) =>
    rowOf({ long: `1.${n}`, description: n === 20 ? `"${inner.slice(0, 400_000)}"` : 'plain' }),
  );

  test('is told to be cut again, and then keeps every row', async () => {
    const upload = await validated('nested.csv', text);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: 'CutInsideQuotes',
      message: expect.stringMatching(/nested.csv ends inside a quoted field/),
    });

    const exact = await planAgain(upload, true);
    await validateAll(exact);

    expect(await judgeUpload({ upload: exact })).toMatchObject({ rows: 40, valid: 40, rejected: 0 });
    expect((await stagedRows(exact)).match(/^2026-02-01,00:01:16,41.67089,1\.\d+,12,vodafone,/gm)).toHaveLength(40);
  });

  test('is judged by the summaries of its newest plan only', async () => {
    const upload = await validated('replanned.csv', csvOf(500));
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 30_000 });
    const again = await planAgain(upload, false);

    expect(await failure(judgeUpload({ upload: again }))).toMatchObject({ name: 'SummaryMissing' });
  });
});

describe('a file the order of whose dates was presumed', () => {
  beforeEach(() => {
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 1_000_000 });
  });

  const dated = (dates: readonly string[]) => `${header},date\n${dates.map((date) => `${rowOf()},${date}\n`).join('')}`;
  /** Longer than what is read whole; the date is where no sample is. */
  const withDate = (many: string, date: string) =>
    dated(Array.from({ length: 60_000 }, (_, n) => (n === 58_000 ? date : many)));

  test('passes where all rows tell the same', async () => {
    const upload = await validated('presumed.csv', withDate('1/2/2026', '2/2/2026').replace('1/2/2026', '31/1/2026'));

    expect(upload).toMatchObject({ datesPresumed: true, dialect: { dateOrder: 'day first' } });
    expect(await judgeUpload({ upload })).toMatchObject({
      valid: 60_000,
      days: ['2026-01-31', '2026-02-01', '2026-02-02'],
    });
  });

  test('is told to be planned again where a row tells another, and then keeps every row', async () => {
    const upload = await validated('otherwise.csv', withDate('1/2/2026', '1/31/2026'));
    expect(upload).toMatchObject({ datesPresumed: true, dialect: { dateOrder: 'day first' } });

    const error = await failure(judgeUpload({ upload }));

    expect(error).toMatchObject({
      name: 'DatesReadOtherwise',
      message: expect.stringMatching(/day first.*month first/),
    });
    const exact = await planAgain(upload, true);
    expect(exact).toMatchObject({ dialect: { dateOrder: 'month first' } });
    expect(exact).not.toHaveProperty('datesPresumed', true);
    await validateAll(exact);
    expect(await judgeUpload({ upload: exact })).toMatchObject({ valid: 60_000, days: ['2026-01-02', '2026-01-31'] });
  });

  test('is refused where some rows have the day first and some the month', async () => {
    const text = withDate('1/2/2026', '1/31/2026').replace('1/2/2026', '31/1/2026');
    const upload = await validated('contradictory.csv', text);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: 'AmbiguousDates',
      message: expect.stringMatching(/contradictory.csv has dates of which some have the day first/),
    });
  });
});

test('an upload without a claim is one that was overtaken', async () => {
  expect(await failure(judgeUpload({ upload: plannedUpload({ key: 'never planned.csv' }) }))).toMatchObject({
    name: 'Superseded',
  });
});
