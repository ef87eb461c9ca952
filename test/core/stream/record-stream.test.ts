import { KinesisClient, PutRecordsCommand, type PutRecordsRequestEntry } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { groupForCalls, putRecords, type StreamEntry } from '../../../core/stream/record-stream';
import { holdClock, type Time } from '../../support/held-clock';

/** Faults of the stream can only be forced by a stub; that records arrive is tested on the emulator. */
const stream = mockClient(KinesisClient);

const entries = (count: number, bytes = 10): StreamEntry[] =>
  Array.from({ length: count }, (_, n) => ({ id: `u/0/${n}`, payload: Buffer.alloc(bytes, n) }));

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

const grouped = async (all: StreamEntry[]): Promise<StreamEntry[][]> => {
  const groups: StreamEntry[][] = [];
  for await (const group of groupForCalls(each(all))) groups.push(group);
  return groups;
};

const accepted = { SequenceNumber: '1', ShardId: 'shardId-0' };
const refused = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };

/** Answers each call by a rule over its entries, and keeps what was accepted. */
const answerBy = (accepts: (entry: PutRecordsRequestEntry, call: number) => boolean): string[] => {
  const arrived: string[] = [];
  let call = 0;
  stream.on(PutRecordsCommand).callsFake(({ Records }: { Records: PutRecordsRequestEntry[] }) => {
    call += 1;
    return {
      Records: Records.map((entry) => {
        if (!accepts(entry, call)) return refused;
        arrived.push(entry.PartitionKey ?? '');
        return accepted;
      }),
    };
  });
  return arrived;
};

const failing = (name: string, status?: number, code?: string): Error =>
  Object.assign(new Error('said so'), { name, code, $metadata: { httpStatusCode: status } });

let time: Time;
const inSeconds = (seconds: number): number => time.now + seconds * 1_000;

beforeEach(() => {
  time = holdClock(Date.parse('2026-03-02T10:00:00Z'));
  stream.reset();
  process.env.STREAM_NAME = 'cellflow-measurements';
});

describe('records are grouped', () => {
  test.each([
    ['by the number that a call takes', 1_201, 10, [500, 500, 201]],
    ['by the bytes that a call takes', 12, 1_000_000, [5, 5, 2]],
    ['not at all where they are few', 3, 10, [3]],
    ['into nothing where there are none', 0, 10, []],
  ])('%s', async (_, count, bytes, sizes) => {
    const all = entries(count, bytes);

    const groups = await grouped(all);

    expect(groups.map(({ length }) => length)).toEqual(sizes);
    expect(groups.flat()).toEqual(all);
  });
});

describe('records are put', () => {
  test('and only those that failed are sent again, until all are there', async () => {
    // Three in ten are refused, others each time.
    const arrived = answerBy(({ PartitionKey = '' }, call) => (Number(PartitionKey.split('/')[2]) + call) % 10 >= 3);

    await putRecords(entries(200), inSeconds(60));

    expect(arrived.toSorted()).toEqual(
      entries(200)
        .map(({ id }) => id)
        .toSorted(),
    );
    const sizes = stream.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input.Records?.length);
    expect(sizes[0]).toBe(200);
    expect(sizes[1]).toBe(60);
  });

  test('with the same bytes and their id as the partition key', async () => {
    answerBy((_, call) => call > 1);

    await putRecords(entries(2), inSeconds(60));

    const [first, second] = stream.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input);
    expect(first).toEqual({
      StreamName: 'cellflow-measurements',
      Records: entries(2).map(({ id, payload }) => ({ PartitionKey: id, Data: payload })),
    });
    expect(second).toEqual(first);
  });

  test.each([
    ['throttling', failing('ProvisionedThroughputExceededException', 400)],
    ['throttling of the key', failing('KMSThrottlingException', 400)],
    ['a fault of the service', failing('InternalFailureException', 500)],
    ['an answer that is none', failing('Error', 503)],
    ['a lost connection', failing('Error', undefined, 'ECONNRESET')],
    ['no answer in time', failing('TimeoutError')],
  ])('again after %s', async (_, error) => {
    stream
      .on(PutRecordsCommand)
      .rejectsOnce(error)
      .resolves({ Records: [accepted] });

    await putRecords(entries(1), inSeconds(60));

    expect(stream.commandCalls(PutRecordsCommand)).toHaveLength(2);
  });

  test.each(['ResourceNotFoundException', 'AccessDeniedException'])('not again after %s', async (name) => {
    stream.on(PutRecordsCommand).rejects(failing(name, 400));

    await expect(putRecords(entries(1), inSeconds(60))).rejects.toMatchObject({ name });
    expect(stream.commandCalls(PutRecordsCommand)).toHaveLength(1);
  });

  test('until the time is up, and then say how many were refused and why', async () => {
    answerBy(({ PartitionKey }) => PartitionKey === 'u/0/0');
    const deadline = inSeconds(0.4);

    const put = putRecords(entries(3), deadline);

    await expect(put).rejects.toMatchObject({
      name: 'StreamThrottled',
      message: expect.stringMatching(/^2 of 3 records .*ProvisionedThroughputExceededException: Rate exceeded/),
    });
    expect(time.now).toBeLessThanOrEqual(deadline);
  });

  test('at least once, though no time is left', async () => {
    const arrived = answerBy(() => true);

    await putRecords(entries(2), inSeconds(-1));

    expect(arrived).toHaveLength(2);
  });

  test('and one that the answer does not speak of counts as refused', async () => {
    stream.on(PutRecordsCommand).resolves({ Records: [accepted] });

    await expect(putRecords(entries(2), inSeconds(0))).rejects.toThrow(/1 of 2 .*not acknowledged/);
  });
});
