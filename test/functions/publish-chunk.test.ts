import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  type PutRecordsCommandInput,
} from '@aws-sdk/client-kinesis';
import { kinesis } from '../../core/platform/clients';
import { publishStaged } from '../../core/stream/publishing';
import { recordId } from '../../core/stream/records';
import { StagingWriter } from '../../core/stream/staging';
import type { Claim } from '../../core/uploads/claims';
import type { Upload } from '../../core/uploads/upload';
import { handler, publishChunk } from '../../functions/publish-chunk';
import { buckets, type Emulator, startEmulator, stream } from '../support/emulator';
import { writeText } from '../support/objects';
import { plannedUpload } from '../support/planned-upload';

// A busy machine is slow, not wrong.
jest.setTimeout(60_000);

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator();
}, 90_000);

afterAll(() => emulator?.stop());

afterEach(() => {
  jest.restoreAllMocks();
});

const writeClaim = ({ id, claim, ...upload }: Upload, change: Partial<Claim> = {}) =>
  writeText(
    buckets.LAKE_BUCKET,
    claim,
    JSON.stringify({ upload: id, ...upload, generation: 1, sequencer: '1', ...change }),
  );

/** An upload with a current claim and one chunk of staged records. */
const staged = async (key: string, records: number, bytes = 100): Promise<Upload> => {
  const upload = plannedUpload({ key });
  await writeClaim(upload);
  const writer = new StagingWriter(upload.id, 0);
  for (let n = 0; n < records; n += 1) await writer.write(Buffer.alloc(bytes, `${key}/${n};`));
  await writer.close();
  return upload;
};

interface Arrived {
  id: string;
  data: Buffer;
}

/** What the stream holds of an upload. */
const arrived = async ({ id: upload }: Upload): Promise<Arrived[]> => {
  const { ShardIterator } = await kinesis().send(
    new GetShardIteratorCommand({
      StreamName: stream,
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const records: Arrived[] = [];
  let iterator = ShardIterator;
  for (;;) {
    const { Records = [], NextShardIterator } = await kinesis().send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: 1_000 }),
    );
    if (Records.length === 0) return records;
    for (const { PartitionKey = '', Data = [] } of Records) {
      if (PartitionKey.startsWith(`${upload}/`)) records.push({ id: PartitionKey, data: Buffer.from(Data) });
    }
    iterator = NextShardIterator;
  }
};

const withSeconds = (seconds: number) => ({ getRemainingTimeInMillis: () => seconds * 1_000 });

const chunk = { index: 0, start: 0, end: 1 };

const inSeconds = (seconds: number): number => Date.now() + seconds * 1_000;

/** Lets something happen at each call to the stream. */
const onPut = (act: (input: PutRecordsCommandInput, call: number) => Promise<unknown> | undefined) => {
  const send = KinesisClient.prototype.send;
  let call = 0;
  jest.spyOn(KinesisClient.prototype, 'send').mockImplementation(async function (this: KinesisClient, ...args) {
    const command: unknown = args[0];
    if (!(command instanceof PutRecordsCommand)) return Reflect.apply(send, this, args);
    call += 1;
    return (await act(command.input, call)) ?? Reflect.apply(send, this, args);
  } as typeof send);
};

const idsOf = (records: readonly Arrived[]): string[] => records.map(({ id }) => id);

const ids = ({ id }: Upload, numbers: readonly number[]): string[] => numbers.map((n) => recordId(id, 0, n));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('publishing a chunk', () => {
  test('puts every staged record into the stream, byte for byte', async () => {
    const upload = await staged('whole.csv', 1_100);

    await publishChunk({ upload, chunk }, withSeconds(60));

    const records = await arrived(upload);
    expect(idsOf(records).toSorted()).toEqual(ids(upload, upTo(1_100)).toSorted());
    for (const { id, data } of records) {
      expect(data.equals(Buffer.alloc(100, `whole.csv/${id.split('/')[2]};`))).toBe(true);
    }
  });

  test('takes a chunk without records for done', async () => {
    const upload = await staged('empty.csv', 0);

    await publishChunk({ upload, chunk }, withSeconds(60));

    expect(await arrived(upload)).toEqual([]);
  });

  test('keeps each call within the bytes that the stream takes', async () => {
    const upload = await staged('heavy.csv', 14, 900_000);
    const sizes: number[] = [];
    onPut(({ Records = [] }) => {
      sizes.push(
        Records.reduce((sum, { Data, PartitionKey = '' }) => sum + (Data?.length ?? 0) + PartitionKey.length, 0),
      );
      return undefined;
    });

    await publishChunk({ upload, chunk }, withSeconds(60));

    expect(sizes.length).toBe(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5 * 1024 * 1024);
    expect(idsOf(await arrived(upload)).toSorted()).toEqual(ids(upload, upTo(14)).toSorted());
  });

  test('gives up in time while the stream refuses, and says so', async () => {
    const upload = await staged('throttled.csv', 3);
    onPut(({ Records = [] }) =>
      Promise.resolve({ Records: Records.map(() => ({ ErrorCode: 'ProvisionedThroughputExceededException' })) }),
    );

    const publishing = publishChunk({ upload, chunk }, withSeconds(15.3));

    await expect(publishing).rejects.toMatchObject({ name: 'StreamThrottled' });
  });

  test('says that the staged records are gone', async () => {
    const upload = plannedUpload({ key: 'expired.csv' });
    await writeClaim(upload);

    await expect(publishChunk({ upload, chunk }, withSeconds(60))).rejects.toMatchObject({
      name: 'StagedRecordsGone',
      message: expect.stringMatching(/30 days. Upload the file again/),
    });
  });

  test('is a handler', async () => {
    const upload = await staged('handled.csv', 2);
    const invoke = handler as unknown as (event: unknown, context: unknown) => Promise<unknown>;

    await invoke({ upload, chunk }, { functionName: 'publish-chunk', ...withSeconds(60) });

    expect(await arrived(upload)).toHaveLength(2);
  });
});

describe('an upload that has been overtaken', () => {
  test('publishes nothing', async () => {
    const upload = await staged('overtaken.csv', 10);
    await writeClaim(upload, { upload: 'f'.repeat(16), version: 'v2' });

    await publishChunk({ upload, chunk }, withSeconds(60));

    expect(await arrived(upload)).toEqual([]);
  });

  test('or withdrawn while it publishes stops soon', async () => {
    const upload = await staged('withdrawn.csv', 5_000);
    // Each call takes a while, and the upload is withdrawn in the first.
    onPut(async (_, call) => {
      if (call === 1) await writeClaim(upload, { withdrawn: true });
      await new Promise((resolve) => setTimeout(resolve, 600));
      return undefined;
    });

    const published = await publishStaged({ upload, chunk: 0 }, inSeconds(60));

    expect(published.overtaken).toMatch(/withdrawal/);
    expect(published.records).toBeLessThan(5_000);
    jest.restoreAllMocks();
    expect(await arrived(upload)).toHaveLength(published.records);
  });
});

describe('publishing again what was lost', () => {
  test.each([
    ['a set of numbers', new Set([0, 7, 19])],
    [
      'ranges as the ledger writes them',
      [
        [0, 0],
        [7, 7],
        [19, 19],
      ] as const,
    ],
  ])('takes %s', async (name, only) => {
    const upload = await staged(`${name}.csv`, 20);

    expect(await publishStaged({ upload, chunk: 0, only }, inSeconds(60))).toEqual({ records: 3 });

    expect(idsOf(await arrived(upload)).toSorted()).toEqual(ids(upload, [0, 7, 19]).toSorted());
  });
});
