import { GetJobRunsCommand, GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { version } from '../../contract';
import { clock } from '../../core/platform/clock';
import { checkLanding, LandingStalled, PoisonRecord } from '../../functions/check-landing';
import { MemoryS3 } from '../support/memory-s3';
import { claimFor, idOf, lake, land, makeLedger, makePlan, makeTotals, makeUpload } from '../support/uploads';

const upload = makeUpload();
const glue = mockClient(GlueClient);
const kinesis = mockClient(KinesisClient);
const sleep = jest.spyOn(clock, 'sleep');
let s3: MemoryS3;

const now = new Date('2026-01-02T12:00:00Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1_000).toISOString();
const plenty = { getRemainingTimeInMillis: () => 300_000 };

const landing = (changes: object = {}) => ({
  status: 'waiting' as const,
  rows: 0,
  records: 0,
  wait: 1,
  startedAt: ago(300),
  progressAt: ago(300),
  republished: 0,
  polls: 0,
  ...changes,
});

const look = (
  changes: object = {},
  context = plenty,
  execution: { Id: string; RedriveTime?: string } = { Id: 'arn' },
) => checkLanding({ upload, totals: makeTotals(), execution, landing: landing(changes) }, context);

/** Ids of all records that were published. */
const published = (): string[] =>
  kinesis
    .commandCalls(PutRecordsCommand)
    .flatMap(({ args }) => args[0].input.Records ?? [])
    .map(({ PartitionKey }) => PartitionKey ?? '')
    .sort();

const stage = (chunk: number, records: number): void => {
  const framed = Array.from({ length: records }, (_, n) => {
    const payload = Buffer.from(`${JSON.stringify({ v: 1, id: `${upload.id}/${chunk}/${n}` })}\n`);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(payload.length);
    return Buffer.concat([length, payload]);
  });
  s3.objects.set(`${lake}/staged/${upload.id}/${chunk}`, Buffer.concat(framed));
};

const jobIs = (JobRunState: 'RUNNING' | 'FAILED' | 'SUCCEEDED' | 'STOPPING', ErrorMessage?: string) =>
  glue.on(GetJobRunsCommand).resolves({
    JobRuns: [
      {
        JobRunState,
        ErrorMessage,
        StartedOn: now,
        Arguments: { '--columns_version': String(version), '--records_version': '2' },
      },
    ],
  });

/** The job has read all there was, so many seconds ago. */
const caughtUp = (seconds: number) =>
  s3.putJson(`${lake}/job/heartbeat.json`, {
    query: 'q',
    batch: 1,
    at: ago(seconds),
    caughtUpAt: ago(seconds),
    active: true,
  });

const landAll = () => land(s3, makeLedger({ rows: 30, records: { 0: [[0, 1]], 1: [[0, 0]] } }));

const landPart = () => land(s3, makeLedger({ records: { 0: [[1, 1]] } }));

beforeEach(() => {
  jest.useFakeTimers({ now, doNotFake: ['setImmediate', 'nextTick', 'setTimeout', 'queueMicrotask'] });
  s3 = new MemoryS3();
  sleep.mockReset().mockResolvedValue();
  glue.reset();
  kinesis.reset();
  Object.assign(process.env, {
    LAKE_BUCKET: lake,
    JOB_NAME: 'job',
    STREAM_NAME: 'stream',
    SETTINGS: JSON.stringify({ stallSeconds: 600, landingGraceSeconds: 60, maxRepublications: 2 }),
  });
  claimFor(s3, upload);
  s3.putJson(`${lake}/runs/${upload.id}/plan.json`, makePlan());
  stage(0, 2);
  stage(1, 1);
  jobIs('RUNNING');
  glue.on(StartJobRunCommand).resolves({ JobRunId: 'jr' });
  kinesis.on(PutRecordsCommand).callsFake(({ Records }) => ({
    FailedRecordCount: 0,
    Records: Records.map(() => ({ SequenceNumber: '1', ShardId: 's' })),
  }));
});

afterEach(() => {
  s3.restore();
  jest.useRealTimers();
});

describe('a look at what has landed', () => {
  it('ends the waiting when all has', async () => {
    landAll();
    await expect(look()).resolves.toMatchObject({ status: 'landed', rows: 30, records: 3, polls: 1 });
  });

  it('waits longer the longer it has waited', async () => {
    landPart();
    await expect(look()).resolves.toMatchObject({
      status: 'waiting',
      rows: 10,
      records: 1,
      wait: 30,
      progressAt: now.toISOString(),
    });
    expect(published()).toEqual([]);
  });

  it.each(['FAILED', 'SUCCEEDED'] as const)('starts the job that is %s', async (state) => {
    jobIs(state);
    await look();
    expect(glue.commandCalls(StartJobRunCommand)).toHaveLength(1);
  });

  it('lets a job that is stopping stop', async () => {
    jobIs('STOPPING');
    await look();
    expect(glue.commandCalls(StartJobRunCommand)).toHaveLength(0);
  });

  it('reads the heartbeat before the ledger: what the job then had committed is in the ledger read after', async () => {
    caughtUp(0);
    landAll();
    await look();
    const keys = s3.requests.map(({ key }) => key.split('/')[0]);
    expect(keys.indexOf('job')).toBeLessThan(keys.indexOf('landings'));
  });

  it('looks again at once where the job stood idle', async () => {
    caughtUp(2);
    sleep.mockResolvedValueOnce().mockImplementationOnce(async () => landAll());
    await expect(look()).resolves.toMatchObject({ status: 'landed', rows: 30, records: 3, polls: 1 });
    expect(sleep).toHaveBeenCalledTimes(2);
  });

  it('goes on looking as long as more lands', async () => {
    caughtUp(2);
    for (let pauses = 0; pauses < 5; pauses += 1) sleep.mockResolvedValueOnce();
    sleep.mockImplementationOnce(async () => landPart());
    for (let pauses = 0; pauses < 3; pauses += 1) sleep.mockResolvedValueOnce();
    sleep.mockImplementationOnce(async () => landAll());
    await expect(look()).resolves.toMatchObject({ status: 'landed', rows: 30, records: 3, polls: 1 });
    expect(sleep).toHaveBeenCalledTimes(10);
  });

  it('leaves it to the state machine after a second and a half', async () => {
    caughtUp(2);
    await expect(look({ startedAt: ago(0) })).resolves.toMatchObject({ status: 'waiting', wait: 1, polls: 1 });
    const paused = sleep.mock.calls.reduce((sum, [pause]) => sum + pause, 0);
    expect(paused).toBeGreaterThan(1_000);
    expect(paused).toBeLessThan(1_500);
  });

  it.each([
    ['it is not the first look', () => caughtUp(2), { polls: 1 }],
    ['the job has been busy', () => caughtUp(20), {}],
    ['nothing is known of the job', () => undefined, {}],
    ['the job is not up', () => [caughtUp(2), jobIs('FAILED')], {}],
  ])('looks once where %s', async (_, prepare, changes) => {
    prepare();
    await expect(look(changes)).resolves.toMatchObject({ status: 'waiting' });
    expect(sleep).not.toHaveBeenCalled();
  });

  it('ends for an upload that was overtaken', async () => {
    claimFor(s3, makeUpload({ id: idOf('b') }));
    await expect(look()).rejects.toMatchObject({ name: 'Superseded' });
  });
});

describe('records that are missing', () => {
  it('are published again, and no other, when the job had caught up long after the publication', async () => {
    landPart();
    caughtUp(10);
    const state = await look();
    expect(published()).toEqual([`${upload.id}/0/0`, `${upload.id}/1/0`]);
    expect(state).toMatchObject({ republished: 1, publishedAt: now.toISOString(), wait: 1, status: 'waiting' });
  });

  it('are only late while the job is behind', async () => {
    landPart();
    caughtUp(290);
    await expect(look()).resolves.toMatchObject({ republished: 0 });
    expect(published()).toEqual([]);
  });

  it('are not published once more before the job has caught up again', async () => {
    landPart();
    caughtUp(10);
    await look({ republished: 1, publishedAt: ago(20) });
    expect(published()).toEqual([]);
  });

  it('are published in portions where time is short, each chunk once', async () => {
    caughtUp(10);
    let asked = 0;
    const short = { getRemainingTimeInMillis: () => (++asked > 2 ? 20_000 : 90_000) };
    const first = await look({}, short);
    expect(first).toMatchObject({ republished: 0, resume: 1, wait: 1 });
    expect(published()).toEqual([`${upload.id}/0/0`, `${upload.id}/0/1`]);
    const second = await look(first);
    expect(second.republished).toBe(1);
    expect(second.resume).toBeUndefined();
    expect(published()).toEqual([`${upload.id}/0/0`, `${upload.id}/0/1`, `${upload.id}/1/0`]);
  });
});

describe('an upload fails', () => {
  it('when its records stay away however often they are published, with the words of the job', async () => {
    landPart();
    caughtUp(10);
    jobIs('FAILED', 'Out of memory');
    const failing = look({ republished: 2 });
    await expect(failing).rejects.toThrow(LandingStalled);
    await expect(failing).rejects.toThrow(
      /2 of 3 records \(chunk 0: 0; chunk 1: 0\) have not landed, published again 2 times.*Out of memory/,
    );
  });

  it('when nothing moves for the configured time', async () => {
    const failing = look({ progressAt: ago(601) });
    await expect(failing).rejects.toThrow(LandingStalled);
  });

  it('not while other uploads keep the job busy', async () => {
    s3.putJson(`${lake}/job/heartbeat.json`, { query: 'q', batch: 8, at: ago(1), caughtUpAt: null });
    const state = await look({ progressAt: ago(601), batch: { query: 'q', batch: 7 } });
    expect(state).toMatchObject({ status: 'waiting', progressAt: now.toISOString() });
  });

  it('because of a record that cannot be decoded, naming chunk and reason', async () => {
    const setAside = [{ id: `${upload.id}/0/0`, reason: 'gzip: bad CRC' }];
    land(s3, makeLedger({ rows: 20, records: { 0: [[1, 1]], 1: [[0, 0]] }, setAside }));
    caughtUp(10);
    const failing = look({ republished: 2 });
    await expect(failing).rejects.toThrow(PoisonRecord);
    await expect(failing).rejects.toThrow(/Record 0 of chunk 0 of .* cannot be decoded \(gzip: bad CRC\)/);
  });

  it('never before such a record was published again', async () => {
    const setAside = [{ id: `${upload.id}/0/0`, reason: 'gzip: bad CRC' }];
    land(s3, makeLedger({ rows: 20, records: { 0: [[1, 1]], 1: [[0, 0]] }, setAside }));
    caughtUp(10);
    await expect(look()).resolves.toMatchObject({ republished: 1 });
    expect(published()).toEqual([`${upload.id}/0/0`]);
  });
});

describe('a redrive', () => {
  const stalled = { republished: 2, polls: 50, progressAt: ago(9_000), startedAt: ago(9_600), publishedAt: ago(9_000) };

  it('waits again from its own time on', async () => {
    landPart();
    const state = await look(stalled, plenty, { Id: 'arn', RedriveTime: ago(5) });
    expect(state).toMatchObject({ status: 'waiting', wait: 1, republished: 0, polls: 1 });
  });

  it('publishes what is missing anew', async () => {
    landPart();
    caughtUp(1);
    const state = await look(stalled, plenty, { Id: 'arn', RedriveTime: ago(5) });
    expect(state.republished).toBe(1);
    expect(published()).toEqual([`${upload.id}/0/0`, `${upload.id}/1/0`]);
  });
});
