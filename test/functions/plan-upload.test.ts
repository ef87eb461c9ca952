import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { s3 } from '../../core/platform/clients';
import { lakeKeys } from '../../core/platform/keys';
import type { Claim } from '../../core/uploads/claims';
import { type Chunk, claimKey, type Upload, uploadId, uploadSchema } from '../../core/uploads/upload';
import { handler, planUpload } from '../../functions/plan-upload';
import { buckets, type Emulator, startEmulator } from '../support/emulator';
import { csvOf, header, indexOf, rowOf } from '../support/measurements';
import { readJson, readObject, type UploadEvent, uploadFile, writeText } from '../support/objects';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
}, 90_000);

afterAll(() => emulator?.stop());

beforeEach(() => {
  process.env.SETTINGS = JSON.stringify({ chunkBytes: 10_000 });
});

let executions = 0;

const newExecution = (): string => {
  executions += 1;
  return `arn:aws:states:eu-west-1:000000000000:execution:cellflow-upload:${executions}`;
};

const plan = (event: UploadEvent, execution = newExecution(), exact?: boolean) =>
  planUpload({ event, execution, exact });

const planned = async (event: UploadEvent, execution?: string, exact?: boolean): Promise<Upload> => {
  const upload = await plan(event, execution, exact);
  if (upload.outcome !== 'planned') throw new Error(`It is a duplicate of ${upload.of}.`);
  return upload;
};

const claimOf = (key: string): Promise<Claim> => readJson(buckets.LAKE_BUCKET, claimKey(buckets.UPLOADS_BUCKET, key));

const idOf = ({ detail: { bucket, object } }: UploadEvent): string =>
  uploadId(bucket.name, object.key, object['version-id'] ?? 'null');

describe('planning an upload', () => {
  test('describes it to the later stages', async () => {
    const text = csvOf(1_000);
    const event = await uploadFile('north/2026-01-15/logs.csv', text);
    const execution = newExecution();

    const upload = await planned(event, execution);

    expect(uploadSchema.parse(upload)).toEqual({
      ...upload,
      id: idOf(event),
      version: event.detail.object['version-id'],
      format: 'cellflow',
      dialect: { delimiter: ',', decimal: '.' },
      columns: indexOf(),
      names: header.split(','),
      width: 14,
      text: undefined,
      headerEnd: header.length + 1,
      headerLines: 1,
      size: text.length,
      day: '2026-01-15',
      received: '2026-02-01',
      exact: false,
      runs: undefined,
    });
    const chunks = await readJson<Chunk[]>(upload.chunkList.bucket, upload.chunkList.key);
    expect(chunks).toHaveLength(upload.chunks);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks[0]?.start).toBe(upload.headerEnd);
    expect(chunks.at(-1)?.end).toBe(upload.size);
    for (const { start } of chunks) expect(text[start - 1]).toBe('\n');
  });

  test('cuts it at the same rows when all of it is read', async () => {
    const event = await uploadFile(
      'exact.csv',
      csvOf(2_000, (n) => rowOf({ description: `"a, ${n}\nb"` })),
    );
    const execution = newExecution();
    const first = await planned(event, execution);
    const chunks = await readJson<Chunk[]>(first.chunkList.bucket, first.chunkList.key);

    const again = await planned(event, execution, true);

    expect(again).toEqual({ ...first, exact: true });
    expect(await readJson(again.chunkList.bucket, again.chunkList.key)).toEqual(chunks);
  });

  test.each([
    ['the day of its event where its key names none', 'logs.csv', '2026-02-01'],
    ['the day that its key names', 'logs_2025-12-31.csv', '2025-12-31'],
  ])('takes %s', async (_, key, day) => {
    expect(await planned(await uploadFile(`days/${key}`, csvOf(2)))).toMatchObject({ day, received: '2026-02-01' });
  });

  test('takes days of the time zone of the deployment', async () => {
    process.env.SETTINGS = JSON.stringify({ timeZone: 'Pacific/Kiritimati' });

    expect(await planned(await uploadFile('days/east.csv', csvOf(2)))).toMatchObject({
      day: '2026-02-02',
      received: '2026-02-02',
    });
  });

  test.each<[string, string, Partial<Upload['dialect']>]>([
    [
      'semicolons and decimal commas',
      csvOf(3).replaceAll(',', ';').replaceAll('.', ','),
      { delimiter: ';', decimal: ',' },
    ],
    ['tabs', csvOf(3).replaceAll(',', '\t'), { delimiter: '\t', decimal: '.' }],
    ['bars', csvOf(3).replaceAll(',', '|'), { delimiter: '|' }],
    ['a line that says so', `sep=;\r\n${csvOf(3).replaceAll(',', ';')}`, { delimiter: ';' }],
    ['dates of one order', `${header},date\n${rowOf()},1/2/2026\n${rowOf()},31/1/2026\n`, { dateOrder: 'day first' }],
  ])('finds out how it is written: %s', async (name, body, dialect) => {
    expect(await planned(await uploadFile(`dialects/${name}.csv`, body))).toMatchObject({
      format: 'cellflow',
      dialect,
    });
  });

  const text = csvOf(500, (n) => rowOf({ network: n % 2 ? 'Telefónica' : '日本' }));
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');

  test.each<[string, string, Buffer]>([
    ['gzip', 'logs.csv.gz', gzipSync(text)],
    [
      'gzip of several members',
      'logs.tsv.gz',
      Buffer.concat([gzipSync(text.slice(0, 999)), gzipSync(text.slice(999))]),
    ],
    ['UTF-16', 'logs.txt', utf16],
    ['UTF-16 with its bytes swapped', 'logs.tsv', Buffer.from(utf16).swap16()],
    ['gzip of UTF-16', 'utf16.csv.gz', gzipSync(utf16)],
  ])('makes text once of what is none, and cuts that: %s', async (_, key, body) => {
    const event = await uploadFile(`packed/${key}`, body);
    const execution = newExecution();

    const upload = await planned(event, execution);

    const place = { bucket: buckets.LAKE_BUCKET, key: lakeKeys.text(upload.id) };
    expect(upload).toMatchObject({ text: place, size: Buffer.byteLength(text), headerEnd: header.length + 1 });
    expect((await readObject(place.bucket, place.key)).toString()).toBe(text);
    const chunks = await readJson<Chunk[]>(upload.chunkList.bucket, upload.chunkList.key);
    expect(chunks.length).toBeGreaterThan(3);
    expect(chunks.at(-1)?.end).toBe(upload.size);
    expect(await planned(event, execution)).toEqual(upload);
    expect(await planned(event, execution, true)).toEqual({ ...upload, exact: true });
  });

  test('takes the format that the object names in its metadata', async () => {
    const body = csvOf(2).replace('hour,', 'HOUR,');
    const { VersionId } = await s3().send(
      new PutObjectCommand({
        Bucket: buckets.UPLOADS_BUCKET,
        Key: 'chosen.csv',
        Body: body,
        ContentLength: body.length,
        Metadata: { format: 'cellflow' },
      }),
    );
    const event = await uploadFile('other.csv', body);
    event.detail.object = { ...event.detail.object, key: 'chosen.csv', 'version-id': VersionId };

    expect(await planned(event)).toMatchObject({ format: 'cellflow', key: 'chosen.csv' });
  });

  test('asks S3 for the version where the event has none', async () => {
    const event = await uploadFile('unversioned event.csv', csvOf(2));
    const { 'version-id': version, ...object } = event.detail.object;

    const upload = await planned({ ...event, detail: { ...event.detail, object } });

    expect(upload).toMatchObject({ version, id: idOf(event) });
  });

  test('is a handler that refuses other events', async () => {
    const invoke = handler as unknown as (event: unknown, context: unknown) => Promise<unknown>;

    await expect(invoke({ event: {}, execution: 'arn' }, { functionName: 'plan-upload' })).rejects.toThrow();
  });
});

describe('a file that cannot be planned', () => {
  const noise = Buffer.from(Array.from({ length: 4_096 }, (_, n) => (n * n * 31 + n * 7) % 256));

  test.each<[string, string | Buffer, string, RegExp]>([
    ['empty', '', 'EmptyUpload', /bad\/empty.csv is empty: it has 0 bytes/],
    ['a header only', `${header}\n`, 'EmptyUpload', /has a header and no rows/],
    ['a header and blank lines', `${header}\r\n\r\n \n`, 'EmptyUpload', /has a header and no rows/],
    ['binary noise', noise, 'UnreadableUpload', /Save it as CSV in UTF-8/],
    ['a missing column', csvOf(3).replace('lat', 'lt'), 'MissingColumns', /lacks the column lat of the nearest layout/],
    [
      'neither signal nor status',
      csvOf(3).replace('signal', 's').replace('status', 't'),
      'MissingColumns',
      /signal or status/,
    ],
    ['dates of two ways', `${header},date\n${rowOf()},1/2/2026\n`, 'AmbiguousDates', /two ways.*spreadsheet/],
    ['2026-01-01_2026-01-31', csvOf(3), 'AmbiguousDates', /no column of dates and 2 dates in its name/],
    ['a gzip cut short', gzipSync(csvOf(300)).subarray(0, -50), 'UnreadableUpload', /gzip that is cut short/],
    ['a gzip of nothing', gzipSync(''), 'EmptyUpload', /is empty/],
    ['one endless line', Buffer.alloc(1_200_000, 'x'), 'UnreadableUpload', /no line end in its first/],
  ])('says why: %s', async (name, body, error, message) => {
    const event = await uploadFile(`bad/${name}.csv`, body);

    await expect(plan(event)).rejects.toMatchObject({ name: error, message: expect.stringMatching(message) });
  });

  test('says why where it unpacks to more than is allowed, and leaves nothing of it', async () => {
    process.env.SETTINGS = JSON.stringify({ maxUnpackedBytes: 100_000 });
    const event = await uploadFile('bad/bomb.csv.gz', gzipSync(csvOf(10_000)));

    await expect(plan(event)).rejects.toMatchObject({
      name: 'UnreadableUpload',
      message: expect.stringMatching(/bomb.csv.gz unpacks to more than 100000 bytes \(setting maxUnpackedBytes\)/),
    });
    await expect(readObject(buckets.LAKE_BUCKET, lakeKeys.text(idOf(event)))).rejects.toThrow();
  });

  test.each([
    ['book.xlsx', /is an Excel workbook: save each sheet as CSV UTF-8/],
    ['logs.zip', /is an archive/],
    ['LOGS.PARQUET', /is a Parquet file/],
  ])('says why by its name alone: %s', async (key, message) => {
    await expect(plan(await uploadFile(`bad/${key}`, csvOf(2)))).rejects.toMatchObject({
      name: 'UnreadableUpload',
      message: expect.stringMatching(message),
    });
  });

  test('says so where the format that it names is not there', async () => {
    const event = await uploadFile('bad/format.csv', csvOf(2));
    const { key } = event.detail.object;
    const { VersionId } = await s3().send(
      new PutObjectCommand({
        Bucket: buckets.UPLOADS_BUCKET,
        Key: key,
        Body: 'x',
        ContentLength: 1,
        Metadata: { format: 'nothing' },
      }),
    );
    event.detail.object['version-id'] = VersionId;

    await expect(plan(event)).rejects.toMatchObject({
      name: 'UnusableFormat',
      message: expect.stringMatching(/no format "nothing".*cellflow/),
    });
  });

  test('says that it is gone', async () => {
    const event = await uploadFile('gone.csv', csvOf(2));
    const { key, 'version-id': VersionId } = event.detail.object;
    await s3().send(new DeleteObjectCommand({ Bucket: buckets.UPLOADS_BUCKET, Key: key, VersionId }));

    await expect(plan(event)).rejects.toMatchObject({
      name: 'UnreadableUpload',
      message: expect.stringMatching(/gone.csv \(version .*\) is no longer there.*Upload the file again/),
    });
  });

  test('is read though its key was deleted, when its version is there', async () => {
    const event = await uploadFile('hidden.csv', csvOf(2));
    await s3().send(new DeleteObjectCommand({ Bucket: buckets.UPLOADS_BUCKET, Key: 'hidden.csv' }));

    expect(await plan(event)).toMatchObject({ outcome: 'planned' });
  });
});

describe('the claim of a key', () => {
  test('names the upload and its execution', async () => {
    const event = await uploadFile('claims/one.csv', csvOf(2));
    const execution = newExecution();

    const upload = await planned(event, execution);

    const entry = { upload: upload.id, bucket: upload.bucket, key: upload.key, version: upload.version };
    const { sequencer } = event.detail.object;
    expect(await claimOf('claims/one.csv')).toEqual({ ...entry, sequencer, execution, generation: 1 });
    expect(await readJson(buckets.LAKE_BUCKET, lakeKeys.upload(upload.id))).toEqual({
      ...entry,
      claim: upload.claim,
    });
  });

  test('passes the same execution again, and tells another of the first', async () => {
    const event = await uploadFile('claims/twice.csv', csvOf(2));
    const execution = newExecution();
    const first = await plan(event, execution);

    expect(await plan(event, execution)).toEqual(first);
    expect(await plan(event)).toEqual({ outcome: 'duplicate', of: execution });
    expect(await claimOf('claims/twice.csv')).toMatchObject({ execution });
  });

  test('goes to one of many that ask at once', async () => {
    const event = await uploadFile('claims/at-once.csv', csvOf(2));

    const outcomes = await Promise.all(Array.from({ length: 6 }, () => plan(event)));

    const { execution } = await claimOf('claims/at-once.csv');
    const duplicates = outcomes.filter(({ outcome }) => outcome === 'duplicate');
    expect(duplicates).toEqual(Array.from({ length: 5 }, () => ({ outcome: 'duplicate', of: execution })));
  });

  test('goes to the newest of many versions that come at once, and counts each that had it', async () => {
    const events: UploadEvent[] = [];
    for (let n = 0; n < 5; n += 1) events.push(await uploadFile('claims/versions.csv', csvOf(n + 1)));

    const outcomes = await Promise.allSettled(events.map((event) => plan(event)));

    const claim = await claimOf('claims/versions.csv');
    expect(claim.upload).toBe(idOf(events.at(-1) as UploadEvent));
    expect(claim.generation).toBe(outcomes.filter(({ status }) => status === 'fulfilled').length);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason.name).toBe('Superseded');
  });

  test('is not given back to an older version whose event comes late', async () => {
    const older = await uploadFile('claims/late.csv', csvOf(2));
    const newer = await uploadFile('claims/late.csv', csvOf(3));
    await plan(newer);

    await expect(plan(older)).rejects.toMatchObject({
      name: 'Superseded',
      message: expect.stringContaining(`superseded by ${idOf(newer)}`),
    });
    expect(await claimOf('claims/late.csv')).toMatchObject({ upload: idOf(newer), generation: 1 });
  });

  test('of two versions whose events tell no order goes to the one that the bucket holds', async () => {
    const [older, newer] = [
      await uploadFile('claims/no-order.csv', csvOf(2)),
      await uploadFile('claims/no-order.csv', csvOf(3)),
    ];
    for (const { detail } of [older, newer]) detail.object.sequencer = '';
    await plan(older);
    await plan(newer);
    expect(await claimOf('claims/no-order.csv')).toMatchObject({ upload: idOf(newer), generation: 2 });

    await expect(plan(older)).rejects.toMatchObject({ name: 'Superseded' });
    expect(await claimOf('claims/no-order.csv')).toMatchObject({ upload: idOf(newer), generation: 2 });
  });

  test.each([
    ['lost after it was applied', 500],
    ['lost, and refused when it is asked again', 412],
  ])('is held also where the answer was %s', async (_, status) => {
    const event = await uploadFile(`claims/lost-${status}.csv`, csvOf(2));
    const send = S3Client.prototype.send;
    let lost = 0;
    const loses = jest.spyOn(S3Client.prototype, 'send').mockImplementation(async function (this: S3Client, ...args) {
      const command: unknown = args[0];
      const answer = await Reflect.apply(send, this, args);
      if (!(command instanceof PutObjectCommand && command.input.Key?.startsWith('claims/'))) return answer;
      lost += 1;
      throw new S3ServiceException({ name: 'Lost', $fault: 'server', $metadata: { httpStatusCode: status } });
    } as typeof send);
    const execution = newExecution();

    await expect(plan(event, execution)).resolves.toMatchObject({ outcome: 'planned' });
    loses.mockRestore();
    expect(lost).toBe(1);
    expect(await claimOf(`claims/lost-${status}.csv`)).toMatchObject({ execution, generation: 1 });
  });

  test('keeps a withdrawn version away, and takes the next', async () => {
    const event = await uploadFile('claims/withdrawn.csv', csvOf(2));
    const execution = newExecution();
    await plan(event, execution);
    const claim = await claimOf('claims/withdrawn.csv');
    const key = claimKey(buckets.UPLOADS_BUCKET, 'claims/withdrawn.csv');
    await writeText(buckets.LAKE_BUCKET, key, JSON.stringify({ ...claim, withdrawn: true }));

    await expect(plan(event, execution)).rejects.toMatchObject({
      name: 'Superseded',
      message: expect.stringContaining('withdrawal'),
    });
    await plan(await uploadFile('claims/withdrawn.csv', csvOf(2)));

    const moved = await claimOf('claims/withdrawn.csv');
    expect(moved.withdrawn).toBeUndefined();
    expect(moved.generation).toBe(2);
  });

  test('that never holds still is told', async () => {
    const event = await uploadFile('claims/contended.csv', csvOf(2));
    const send = S3Client.prototype.send;
    const conflict = jest.spyOn(S3Client.prototype, 'send').mockImplementation(function (this: S3Client, ...args) {
      const command: unknown = args[0];
      const isClaim = command instanceof PutObjectCommand && command.input.Key?.startsWith('claims/');
      // Another writer is first, each time.
      if (isClaim) command.input.IfMatch = '"another"';
      return Reflect.apply(send, this, args);
    } as typeof send);

    await expect(plan(event)).rejects.toMatchObject({ name: 'ClaimContended' });
    conflict.mockRestore();
  });
});
