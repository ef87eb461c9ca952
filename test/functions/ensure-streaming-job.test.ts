import {
  BatchStopJobRunCommand,
  ConcurrentRunsExceededException,
  EntityNotFoundException,
  GetJobRunsCommand,
  GlueClient,
  GlueServiceException,
  type JobRun,
  type JobRunState,
  ResourceNumberLimitExceededException,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { version } from '../../contract';
import { ensureStreamingJob, handler } from '../../functions/ensure-streaming-job';

/** States that a real job is in for moments only are forced by a stub. */
const glue = mockClient(GlueClient);

/** What a run is started with. */
const Arguments = { '--columns_version': String(version), '--records_version': '2' };

const runs = (...states: JobRunState[]): JobRun[] =>
  states.map((state, index) => ({ JobRunState: state, StartedOn: new Date(1_000_000 - index), Arguments }));

const started = { JobName: 'cellflow-landing', Arguments };

const starts = () => glue.commandCalls(StartJobRunCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  glue.reset();
  process.env.JOB_NAME = 'cellflow-landing';
  glue.on(StartJobRunCommand).resolves({ JobRunId: 'jr_1' });
});

describe('a job that is up', () => {
  test.each<[JobRunState, boolean]>([
    ['RUNNING', true],
    ['STARTING', false],
    ['WAITING', false],
  ])('in the state %s is not started, and runs: %p', async (state, running) => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: runs(state, 'SUCCEEDED') });

    expect(await ensureStreamingJob()).toEqual({ running, state, error: undefined });
    expect(starts()).toEqual([]);
  });

  test('is found behind a run that was refused', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: runs('ERROR', 'RUNNING') });

    expect(await ensureStreamingJob()).toMatchObject({ running: true, state: 'RUNNING' });
    expect(starts()).toEqual([]);
  });

  test('is found whatever the order of the runs', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: runs('STOPPING', 'SUCCEEDED').toReversed() });

    expect(await ensureStreamingJob()).toMatchObject({ state: 'STOPPING' });
  });
});

test.each<Record<string, string>>([
  { ...Arguments, '--columns_version': String(version - 1) },
  { ...Arguments, '--records_version': '1' },
  { '--columns_version': String(version) },
])('a job whose code is older than the records, started with %j, is stopped', async (older) => {
  const outdated = { Id: 'jr_0', JobRunState: 'RUNNING', Arguments: older } as const;
  glue.on(GetJobRunsCommand).resolves({ JobRuns: [outdated] });

  expect(await ensureStreamingJob()).toMatchObject({ running: false, state: 'STOPPING' });
  expect(glue.commandCalls(BatchStopJobRunCommand).map(({ args }) => args[0].input)).toEqual([
    { JobName: 'cellflow-landing', JobRunIds: ['jr_0'] },
  ]);
  expect(starts()).toEqual([]);
});

test('a job that stops is waited for', async () => {
  glue.on(GetJobRunsCommand).resolves({ JobRuns: runs('STOPPING') });

  expect(await ensureStreamingJob()).toMatchObject({ running: false, state: 'STOPPING' });
  expect(starts()).toEqual([]);
});

describe('a job that is down', () => {
  test.each<JobRunState>(['SUCCEEDED', 'STOPPED', 'FAILED', 'TIMEOUT', 'ERROR', 'EXPIRED'])(
    'after %s is started',
    async (state) => {
      glue.on(GetJobRunsCommand).resolves({ JobRuns: runs(state) });

      expect(await ensureStreamingJob()).toMatchObject({ running: false, state: 'STARTING' });
      expect(starts()).toEqual([started]);
    },
  );

  test('since it never ran is started', async () => {
    glue.on(GetJobRunsCommand).resolves({});

    expect(await ensureStreamingJob()).toEqual({ running: false, state: 'STARTING', error: undefined });
    expect(starts()).toHaveLength(1);
  });

  test('is told with the error of the last run that had one', async () => {
    const [last, earlier] = runs('FAILED', 'FAILED');
    const JobRuns = [
      { ...last, ErrorMessage: 'No space left' },
      { ...earlier, ErrorMessage: 'An older one' },
    ];
    glue.on(GetJobRunsCommand).resolves({ JobRuns });

    expect(await ensureStreamingJob()).toMatchObject({ error: 'No space left' });
  });

  test('and that another execution has just started counts as starting', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: runs('SUCCEEDED') });
    glue.on(StartJobRunCommand).rejects(new ConcurrentRunsExceededException({ message: 'one', $metadata: {} }));

    expect(await ensureStreamingJob()).toMatchObject({ running: false, state: 'STARTING' });
  });

  test('and that finds no capacity in the account waits for it, under the name of throttles', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: [] });
    glue.on(StartJobRunCommand).rejects(new ResourceNumberLimitExceededException({ message: 'DPUs', $metadata: {} }));

    await expect(ensureStreamingJob()).rejects.toMatchObject({
      name: 'Throttled',
      message: expect.stringContaining('DPUs'),
    });
  });

  test('and cannot be started fails the stage', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: [] });
    glue.on(StartJobRunCommand).rejects(new EntityNotFoundException({ message: 'no such job', $metadata: {} }));

    await expect(ensureStreamingJob()).rejects.toThrow('no such job');
  });
});

describe('the handler', () => {
  const context = { functionName: 'ensure-streaming-job' } as never;

  test('takes any event: there is one job, whatever the upload', async () => {
    glue.on(GetJobRunsCommand).resolves({ JobRuns: runs('RUNNING') });

    expect(await handler({ looks: 3 }, context)).toMatchObject({ running: true, state: 'RUNNING' });
  });

  test('fails by the name of throttles where Glue is busy, so that it is tried again', async () => {
    const busy = new GlueServiceException({ name: 'ThrottlingException', $fault: 'client', $metadata: {} });
    glue.on(GetJobRunsCommand).rejects(busy);

    await expect(handler({}, context)).rejects.toMatchObject({ name: 'Throttled' });
  });
});
