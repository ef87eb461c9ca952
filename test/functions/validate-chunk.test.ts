import { gunzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { s3 } from '../../core/platform/clients';
import { lakeKeys, reportKeys } from '../../core/platform/keys';
import type { Summary } from '../../core/rows/summaries';
import { readStaged } from '../../core/stream/staging';
import type { Chunk, Upload } from '../../core/uploads/upload';
import { judgeUpload } from '../../functions/judge-upload';
import { planUpload } from '../../functions/plan-upload';
import { validateChunk } from '../../functions/validate-chunk';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { csvOf, header, rowOf } from '../support/measurements';
import { readJson, readObject, readText, uploadFile } from '../support/objects';
import { plannedUpload } from '../support/planned-upload';

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

afterEach(() => {
  jest.restoreAllMocks();
});

const plan = async (key: string, text: string | Buffer, exact = false): Promise<Upload> => {
  const event = await uploadFile(key, text);
  const upload = await planUpload({ event, execution: `arn:${key}`, exact });
  if (upload.outcome !== 'planned') throw new Error('It is a duplicate.');
  return upload;
};

const chunksOf = ({ chunkList }: Upload): Promise<Chunk[]> => readJson(chunkList.bucket, chunkList.key);

const validateAll = async (upload: Upload): Promise<void> => {
  for (const chunk of await chunksOf(upload)) await validateChunk({ upload, chunk });
};

const summaryOf = ({ id: upload }: Upload, chunk: number): Promise<Summary> =>
  readJson(buckets.LAKE_BUCKET, lakeKeys.summary(upload, chunk));

const stagedRows = async (upload: Upload): Promise<string> => {
  let rows = '';
  for (const { index: chunk } of await chunksOf(upload)) {
    for await (const { payload } of readStaged(upload.id, chunk)) {
      rows += gunzipSync(payload.subarray(payload.indexOf('\n') + 1)).toString();
    }
  }
  return rows;
};

const rejectedRows = ({ id: upload }: Upload): Promise<string> =>
  readText(buckets.REPORTS_BUCKET, reportKeys.rejectedRows(upload));

const failure = async (work: Promise<unknown>): Promise<Error> => {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It passed.');
};

describe('a validated upload', () => {
  test('has all its rows staged, its rejected rows told by line, and is passed with its totals', async () => {
    const bad = new Map([
      [3, rowOf({ signal: '100' })],
      [400, 'too,few'],
      [799, rowOf({ lat: '=2+3' })],
    ]);
    const row = (n: number) => bad.get(n) ?? rowOf({ long: `1.${n}`, description: n % 7 ? 'plain' : `"a\n${n}"` });
    const upload = await plan('good.csv', csvOf(800, row));
    expect(upload.chunks).toBeGreaterThan(3);

    await validateAll(upload);
    const totals = await judgeUpload({ upload });

    expect(totals).toMatchObject({
      rows: 800,
      valid: 797,
      rejected: 3,
      chunks: upload.chunks,
      firstDay: '2026-02-01',
      lastDay: '2026-02-01',
      days: ['2026-02-01'],
      reasons: { 'signal range': 1, 'row columns': 1, 'lat number': 1 },
    });
    const lineOf = (n: number) => 2 + n + Math.ceil(n / 7);
    expect(totals.lines).toBe(lineOf(800) - 1);
    expect(await rejectedRows(upload)).toBe(
      [
        'line,column,rule,reason,value',
        `${lineOf(3)},signal,range,signal must be from 0 to 99 ASU (99: unknown),100`,
        `${lineOf(400)},row,columns,"the row has 2 columns, the header 14","too,few"`,
        `${lineOf(799)},lat,number,"lat must be a number, with a point for decimals",'=2+3`,
        '',
      ].join('\n'),
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

  test('is the same when it is validated again', async () => {
    const upload = await plan('again.csv', csvOf(200));
    const [chunk] = (await chunksOf(upload)) as [Chunk];
    await validateChunk({ upload, chunk });
    const staged = await readObject(buckets.LAKE_BUCKET, lakeKeys.staged(upload.id, 0));
    const summary = await summaryOf(upload, 0);

    await validateChunk({ upload, chunk });

    expect((await readObject(buckets.LAKE_BUCKET, lakeKeys.staged(upload.id, 0))).equals(staged)).toBe(true);
    expect(await summaryOf(upload, 0)).toEqual(summary);
  });

  test('is passed with no rejected rows, and an empty list of them', async () => {
    const upload = await plan('clean.csv', csvOf(10));

    await validateAll(upload);

    expect(await judgeUpload({ upload })).toMatchObject({ valid: 10, rejected: 0, lines: 11, records: 1 });
    expect(await rejectedRows(upload)).toBe('line,column,rule,reason,value\n');
  });

  test('leaves nothing behind when it has been overtaken', async () => {
    const upload = await plan('overtaken.csv', csvOf(10));
    await plan('overtaken.csv', csvOf(11));

    await validateAll(upload);

    await expect(summaryOf(upload, 0)).rejects.toThrow();
    expect(await failure(judgeUpload({ upload }))).toMatchObject({ name: 'Superseded' });
  });

  test('has no summary where its staging failed', async () => {
    const upload = await plan('unstaged.csv', csvOf(10));
    const [chunk] = (await chunksOf(upload)) as [Chunk];
    const send = S3Client.prototype.send;
    jest.spyOn(S3Client.prototype, 'send').mockImplementation(function (this: S3Client, ...args) {
      const command: unknown = args[0];
      const isStaging = command instanceof PutObjectCommand && command.input.Key?.startsWith('staged/');
      return isStaging ? Promise.reject(new Error('Slow down')) : Reflect.apply(send, this, args);
    } as typeof send);

    await expect(validateChunk({ upload, chunk })).rejects.toThrow('Slow down');
    jest.restoreAllMocks();
    await expect(summaryOf(upload, 0)).rejects.toThrow();
    expect(await failure(judgeUpload({ upload }))).toMatchObject({ name: 'SummaryMissing' });
  });

  test('is not judged where its rejected rows cannot be read, and leaves no half list', async () => {
    const upload = await plan(
      'unlisted.csv',
      csvOf(40, (n) => (n === 7 ? 'x' : rowOf())),
    );
    await validateAll(upload);
    const Key = lakeKeys.rejected(upload.id, 0);
    await s3().send(new DeleteObjectCommand({ Bucket: buckets.LAKE_BUCKET, Key }));

    expect(await failure(judgeUpload({ upload }))).toMatchObject({ name: 'NoSuchKey' });
    await expect(rejectedRows(upload)).rejects.toThrow();
  });

  test('that is gone is told', async () => {
    const upload = await plan('gone.csv', csvOf(10));

    const gone = { ...upload, version: '00000000-0000-0000-0000-000000000000' };

    expect(await failure(validateChunk({ upload: gone, chunk: { index: 0, start: 115, end: 200 } }))).toMatchObject({
      name: 'UnreadableUpload',
    });
  });

  test('is held in pieces, however many of its rows are rejected', async () => {
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 64 * 1024 * 1024 });
    const upload = await plan(
      'all bad.csv',
      csvOf(120_000, (n) => rowOf({ signal: `${n}x` })),
    );
    global.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    }, 5);

    await validateAll(upload);
    clearInterval(watch);

    expect(await summaryOf(upload, 0)).toMatchObject({ rejected: 120_000, valid: 0, records: [] });
    expect(peak).toBeLessThan(64 * 1024 * 1024);
    const error = await failure(judgeUpload({ upload }));
    expect(error).toMatchObject({ name: 'NoValidRows' });
    expect((await rejectedRows(upload)).split('\n')).toHaveLength(120_002);
  });
});

describe('an upload is not passed', () => {
  const share = (bad: number) => csvOf(100, (n) => (n < bad ? rowOf({ provider: 'wifi' }) : rowOf()));

  test('with more rejected rows than allowed, and says which and where all are', async () => {
    const upload = await plan('bad share.csv', share(11));
    await validateAll(upload);

    const error = await failure(judgeUpload({ upload }));

    expect(error.name).toBe('TooManyInvalidRows');
    expect(error.message.split('\n')).toEqual([
      '11 of 100 rows of s3://cellflow-uploads/bad share.csv are rejected: 11.0 %, and 10.0 % are allowed. First rejected rows (line, column, rule, reason, value):',
      ...[2, 3, 4, 5, 6].map((line) => `${line},provider,choice,"provider must be one of gps, network, fused",wifi`),
      `All of them: s3://cellflow-reports/${upload.id}/rejected-rows.csv`,
    ]);
    expect((await rejectedRows(upload)).split('\n')).toHaveLength(13);
  });

  test('but is with as many as allowed', async () => {
    const upload = await plan('fair share.csv', share(10));
    await validateAll(upload);

    expect(await judgeUpload({ upload })).toMatchObject({ valid: 90, rejected: 10 });
  });

  test.each([
    ['without rows', `${header}\n${'\n'.repeat(70_000)}`, 'EmptyUpload', /has a header and no rows/],
    ['without a valid row', csvOf(3, () => 'x'), 'NoValidRows', /^None of the 3 rows .*valid/],
  ])('%s', async (name, text, error, message) => {
    const upload = await plan(`${name}.csv`, text);
    await validateAll(upload);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: error,
      message: expect.stringMatching(message),
    });
  });

  test('that touches more days than allowed', async () => {
    process.env.SETTINGS = JSON.stringify({ maxDays: 3 });
    const dated = (n: number) => `${rowOf()},2026-01-0${1 + (n % 4)}`;
    const upload = await plan('days.csv', `${header},date\n${[0, 1, 2, 3].map(dated).join('\n')}`);
    await validateAll(upload);

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
    const upload = await plan('nested.csv', text);
    await validateAll(upload);

    expect(await failure(judgeUpload({ upload }))).toMatchObject({
      name: 'CutInsideQuotes',
      message: expect.stringMatching(/nested.csv ends inside a quoted field/),
    });

    const event = {
      bucket: { name: upload.bucket },
      object: { key: upload.key, 'version-id': upload.version, sequencer: '' },
    };
    const exact = await planUpload({
      event: { time: '2026-02-01T10:00:00Z', detail: event },
      execution: 'arn:nested.csv',
      exact: true,
    });
    if (exact.outcome !== 'planned') throw new Error('It is a duplicate.');
    await validateAll(exact);

    expect(await judgeUpload({ upload: exact })).toMatchObject({ rows: 40, valid: 40, rejected: 0 });
    expect((await stagedRows(exact)).match(/^2026-02-01,00:01:16,41.67089,1\.\d+,12,vodafone,/gm)).toHaveLength(40);
  });

  test('is judged by the summaries of its newest plan only', async () => {
    const upload = await plan('replanned.csv', csvOf(500));
    await validateAll(upload);
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 30_000 });
    const event = {
      bucket: { name: upload.bucket },
      object: { key: upload.key, 'version-id': upload.version, sequencer: '' },
    };
    const again = await planUpload({
      event: { time: '2026-02-01T10:00:00Z', detail: event },
      execution: 'arn:replanned.csv',
    });
    if (again.outcome !== 'planned') throw new Error('It is a duplicate.');

    expect(await failure(judgeUpload({ upload: again }))).toMatchObject({ name: 'SummaryMissing' });
  });
});

test('an upload without a claim is one that was overtaken', async () => {
  expect(await failure(judgeUpload({ upload: plannedUpload({ key: 'never planned.csv' }) }))).toMatchObject({
    name: 'Superseded',
  });
});
