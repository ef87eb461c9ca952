import { gzipSync } from 'node:zlib';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { lakeKeys } from '../../core/platform/keys';
import type { Chunk } from '../../core/uploads/upload';
import { judgeUpload } from '../../functions/judge-upload';
import { validateChunk } from '../../functions/validate-chunk';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { csvOf, rowOf } from '../support/measurements';
import { readObject } from '../support/objects';
import {
  chunksOf,
  failure,
  plan,
  rejectedRows,
  setAsideValues,
  stagedRows,
  summaryOf,
  validateAll,
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

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a validated upload', () => {
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

  test('that is gone is told', async () => {
    const upload = await plan('gone.csv', csvOf(10));

    const gone = { ...upload, version: '00000000-0000-0000-0000-000000000000' };

    expect(await failure(validateChunk({ upload: gone, chunk: { index: 0, start: 115, end: 200 } }))).toMatchObject({
      name: 'UnreadableUpload',
    });
  });

  test('that is packed is read as the text that was made of it, and says the same', async () => {
    const text = csvOf(300, (n) => rowOf({ network: n % 2 ? 'Telefónica' : '"a\nb"', speed: n % 9 ? '1' : 'x' }));
    const plain = await plan('plain.csv', text);
    const packed = await plan('packed.csv.gz', gzipSync(Buffer.from(`\ufeff${text}`, 'utf16le')));

    await validateAll(plain);
    await validateAll(packed);

    expect(packed.text).toBeDefined();
    expect(await stagedRows(packed)).toBe(await stagedRows(plain));
    const [one, other] = [await judgeUpload({ upload: packed }), await judgeUpload({ upload: plain })];
    expect(one).toEqual(other);
    expect(one).toMatchObject({ valid: 300, setAside: { 'speed number': 34 }, rowsWithSetAside: 34 });
    expect(await setAsideValues(packed)).toBe(await setAsideValues(plain));
  });

  test('has no lists where nothing is to be listed', async () => {
    const upload = await plan('no lists.csv', csvOf(10));

    await validateAll(upload);

    for (const key of [lakeKeys.rejected(upload.id, 0), lakeKeys.setAside(upload.id, 0)]) {
      await expect(readObject(buckets.LAKE_BUCKET, key)).rejects.toMatchObject({ name: 'NoSuchKey' });
    }
  });

  test('is held in pieces, however many of its rows are rejected', async () => {
    process.env.SETTINGS = JSON.stringify({ chunkBytes: 64 * 1024 * 1024 });
    const upload = await plan(
      'all bad.csv',
      csvOf(120_000, (n) => rowOf({ lat: `${n}x` })),
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
