import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  ListMapRunsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { composeFailureMail } from '../../../core/failures/failure-mail';
import { explainFailure } from '../../../core/failures/failures';
import { stageGuide } from '../../../core/failures/stage-guide';
import { mergeTotals } from '../../../core/reports/rounds/round';
import { uploadId } from '../../../core/uploads/upload';
import { MemoryS3 } from '../../support/memory-s3';
import { lake, makeTotals, makeUpload } from '../../support/uploads';

const execution = 'arn:aws:states:eu-west-1:123456789012:execution:cellflow-upload:run-1';
const child = 'arn:aws:states:eu-west-1:123456789012:execution:cellflow-upload/ValidateChunks:child-1';
const mapRunArn = 'arn:aws:states:eu-west-1:123456789012:mapRun:cellflow-upload/ValidateChunks:m-1';
const upload = makeUpload();
const sfn = mockClient(SFNClient);
const key = "north/it's here.csv";
const event = { detail: { bucket: { name: 'uploads' }, object: { key, 'version-id': 'v1' } } };

type Step = Partial<HistoryEvent> & { type: HistoryEvent['type'] };

const entered = (name: string, input: object = { upload }): Step => ({
  type: 'TaskStateEntered',
  stateEnteredEventDetails: { name, input: JSON.stringify(input) },
});
const lambdaFailed = (errorType: string, errorMessage: string): Step => ({
  type: 'LambdaFunctionFailed',
  lambdaFunctionFailedEventDetails: { error: errorType, cause: JSON.stringify({ errorType, errorMessage, trace: [] }) },
});
const ended = ({ lambdaFunctionFailedEventDetails: details }: Step): Step => ({
  type: 'ExecutionFailed',
  executionFailedEventDetails: details,
});

/** A history in which each event follows the one before it, unless it says otherwise; told in pages of three, as asked for. */
const history = (...steps: Step[]): void => {
  const events = steps.map((step, index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: new Date(),
    ...step,
  }));
  sfn.on(GetExecutionHistoryCommand).callsFake(({ reverseOrder, nextToken }) => {
    const ordered = reverseOrder ? events.toReversed() : events;
    const start = Number(nextToken ?? 0);
    const next = start + 3;
    return { events: ordered.slice(start, next), nextToken: next < ordered.length ? String(next) : undefined };
  });
};

const describeAs = (changes: object = {}) =>
  sfn.on(DescribeExecutionCommand, { executionArn: execution }).resolves({
    name: 'run-1',
    status: 'FAILED',
    redriveStatus: 'REDRIVABLE',
    input: JSON.stringify(event),
    ...changes,
  });

const failAt = (name: string, failed: Step, input?: object) =>
  history(
    { type: 'ExecutionStarted' },
    entered(name, input),
    { type: 'LambdaFunctionScheduled' },
    failed,
    ended(failed),
  );

beforeEach(() => {
  sfn.reset();
  describeAs();
});

describe('an execution that failed in a task', () => {
  it('is explained by stage, error and the words of the error', async () => {
    failAt('Await landing', lambdaFailed('LandingStalled', '2 of 3 records have not landed.'));
    await expect(explainFailure(execution)).resolves.toEqual({
      execution,
      name: 'run-1',
      status: 'FAILED',
      stage: 'Await landing',
      error: 'LandingStalled',
      reason: '2 of 3 records have not landed.',
      remedy: 'retry',
      wayOut: 'Retry it: cellflow retry run-1 (or "Redrive" in the Step Functions console)',
      retryDoes: stageGuide['Await landing']?.retry,
      console: `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${execution}`,
      bucket: 'uploads',
      key,
      upload: upload.id,
    });
  });

  it('knows the upload from the event where no stage has told it', async () => {
    failAt('Plan upload', lambdaFailed('EmptyUpload', 'empty'), event);
    await expect(explainFailure(execution)).resolves.toMatchObject({
      upload: uploadId('uploads', key, 'v1'),
      stage: 'Plan upload',
    });
  });

  it.each([
    'EmptyUpload',
    'UnreadableUpload',
    'MissingColumns',
    'TooManyDays',
    'TooManyInvalidRows',
    'TooManyImpossibleValues',
    'AmbiguousDates',
    'NoValidRows',
  ])('for a fault of the file (%s) sends for a corrected one: a retry would read the same', async (error) => {
    failAt('Judge upload', lambdaFailed(error, 'bad'));
    await expect(explainFailure(execution)).resolves.toMatchObject({
      remedy: 'correct',
      wayOut: expect.stringContaining("cellflow upload FILE --key 'north/it'\\''s here.csv'"),
      retryDoes: expect.stringContaining('fails again'),
    });
  });

  it('of a file that is no text sends for another name: under this one nothing could be read', async () => {
    const object = { key: 'north/drive.XLSX', 'version-id': 'v1' };
    describeAs({ input: JSON.stringify({ detail: { bucket: { name: 'uploads' }, object } }) });
    failAt('Plan upload', lambdaFailed('UnreadableUpload', 'an Excel workbook'));
    const { wayOut } = await explainFailure(execution);
    expect(wayOut).toMatch(/^Upload the table as text, under a name that ends in \.csv, .*: cellflow upload FILE$/);
  });

  it.each(['AmbiguousFormat', 'UnusableFormat'])('for %s sends for the name of a format', async (error) => {
    failAt('Plan upload', lambdaFailed(error, 'two fit'));
    await expect(explainFailure(execution)).resolves.toMatchObject({
      wayOut: expect.stringMatching(/--key 'north\/it'.* --format NAME \(or the object's metadata `format`\)$/),
    });
  });

  it('that can no longer be redriven sends for a new upload', async () => {
    describeAs({ redriveStatus: 'NOT_REDRIVABLE' });
    failAt('Run report', lambdaFailed('ReportFailed', 'no'));
    await expect(explainFailure(execution)).resolves.toMatchObject({ remedy: 'upload', stage: 'Run reports' });
  });

  it('with a doubled record sends for a new upload', async () => {
    failAt('Await landing', lambdaFailed('LandingDefect', 'twice'));
    await expect(explainFailure(execution)).resolves.toMatchObject({ remedy: 'upload' });
  });

  it.each([
    ['Sandbox.Timedout', 'RequestId: 1 Error: Task timed out after 900.00 seconds', /did not end within.*900\.00/],
    ['Lambda.Unknown', undefined, /gave no answer/],
    ['Lambda.TooManyRequestsException', 'Rate Exceeded.', /raise Lambda's concurrency.+Rate Exceeded\./],
    ['Throttled', 'TooManyRequestsException: queries', /A quota of the account.+TooManyRequestsException: queries/],
    ['Glue.ThrottlingException', 'Rate exceeded', /Glue took no more calls.+Rate exceeded/],
    ['Glue.EntityNotFoundException', 'Crawler c does not exist (Service: Glue)', /^Crawler c does not exist/],
    ['States.DataLimitExceeded', '', /256 KB/],
    ['Odd', '{"broken', /^\{"broken$/],
    ['Odd', undefined, /^Odd is all that is known/],
  ])('is told in plain words: %s', async (error, cause, reason) => {
    history(
      entered('Start crawler'),
      { type: 'TaskFailed', taskFailedEventDetails: { resourceType: 't', resource: 'r', error, cause } },
      {
        type: 'ExecutionFailed',
        executionFailedEventDetails: { error, cause },
      },
    );
    await expect(explainFailure(execution)).resolves.toMatchObject({
      stage: 'Catalogue new partitions',
      error,
      reason: expect.stringMatching(reason),
    });
  });

  it('by the state machine itself is put to its newest state', async () => {
    history(entered('Seal upload'), {
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'States.Runtime', cause: 'path' },
    });
    await expect(explainFailure(execution)).resolves.toMatchObject({ stage: 'Seal upload', error: 'States.Runtime' });
  });

  it('again after a redrive is told by its newest failure', async () => {
    const stalled = lambdaFailed('LandingStalled', 'first');
    const mismatch = lambdaFailed('LandingStalled', 'second');
    history(
      entered('Await landing'),
      stalled,
      ended(stalled),
      { type: 'ExecutionRedriven' },
      entered('Await landing'),
      mismatch,
      ended(mismatch),
    );
    await expect(explainFailure(execution)).resolves.toMatchObject({ reason: 'second' });
  });
});

describe('an execution that was redriven before anybody asked', () => {
  it('is told by the failure that ended it, not by what runs since', async () => {
    describeAs({ status: 'RUNNING', redriveStatus: 'NOT_REDRIVABLE' });
    const failed = lambdaFailed('CrawlFailed', 'the crawl failed');
    history(
      entered('Catalogue new partitions'),
      failed,
      ended(failed),
      { type: 'ExecutionRedriven' },
      entered('Run report'),
    );
    await expect(explainFailure(execution, 'FAILED')).resolves.toMatchObject({
      status: 'FAILED',
      stage: 'Catalogue new partitions',
      error: 'CrawlFailed',
      reason: 'the crawl failed',
      remedy: 'retry',
      wayOut: 'It was retried already and is RUNNING now: cellflow watch run-1',
    });
  });
});

describe('an execution that failed in a branch', () => {
  it('is put to the branch’s state, past what the other branch did since', async () => {
    const failed = lambdaFailed('AccessDeniedException', 'not allowed to start the job');
    history(
      { type: 'ExecutionStarted' },
      {
        type: 'ParallelStateEntered',
        stateEnteredEventDetails: { name: 'Stream upload', input: JSON.stringify({ upload }) },
      },
      { type: 'ParallelStateStarted' },
      { ...entered('Ensure streaming job', { looks: 0 }), previousEventId: 3 },
      { type: 'LambdaFunctionScheduled', previousEventId: 4 },
      {
        type: 'MapStateEntered',
        previousEventId: 3,
        stateEnteredEventDetails: { name: 'Publish chunks', input: '{}' },
      },
      { ...failed, previousEventId: 5 },
      { type: 'MapRunStarted', previousEventId: 6 },
      { ...ended(failed), previousEventId: 7 },
    );
    await expect(explainFailure(execution)).resolves.toMatchObject({
      stage: 'Stream upload',
      reason: 'not allowed to start the job',
      upload: upload.id,
    });
  });
});

describe('an execution that failed in a distributed map', () => {
  const threshold = {
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  };

  beforeEach(() => {
    history(
      {
        type: 'MapStateEntered',
        stateEnteredEventDetails: { name: 'Validate chunks', input: JSON.stringify({ upload }) },
      },
      { type: 'MapRunStarted' },
      { type: 'MapRunFailed', mapRunFailedEventDetails: threshold },
      { type: 'ExecutionFailed', executionFailedEventDetails: threshold },
    );
    sfn.on(ListMapRunsCommand).resolves({
      mapRuns: [
        {
          mapRunArn: 'older',
          executionArn: execution,
          stateMachineArn: 'm',
          startDate: new Date(1),
          stopDate: new Date(2),
        },
        { mapRunArn, executionArn: execution, stateMachineArn: 'm', startDate: new Date(3), stopDate: new Date(4) },
      ],
    });
    sfn.on(DescribeMapRunCommand, { mapRunArn }).resolves({
      itemCounts: { failed: 3, timedOut: 0, total: 40 } as never,
    });
    sfn
      .on(ListExecutionsCommand, { mapRunArn, statusFilter: 'FAILED' })
      .resolves({ executions: [{ executionArn: child } as never] });
    sfn.on(DescribeExecutionCommand, { executionArn: child }).resolves({
      status: 'FAILED',
      error: 'AccessDenied',
      cause: JSON.stringify({ errorType: 'AccessDenied', errorMessage: 'no access to the version' }),
      input: JSON.stringify({ upload, chunk: { index: 7, start: 10, end: 20 } }),
    });
  });

  it('is told by its child, with the chunk and the number of others', async () => {
    await expect(explainFailure(execution)).resolves.toMatchObject({
      stage: 'Validate chunks',
      error: 'AccessDenied',
      reason: 'Chunk 7 (bytes 10 to 20): no access to the version\n3 of 40 chunks failed; this is one of them.',
    });
  });

  it('is told by a child that ran out of time where none failed', async () => {
    sfn.on(ListExecutionsCommand, { mapRunArn, statusFilter: 'FAILED' }).resolves({ executions: [] });
    sfn
      .on(ListExecutionsCommand, { mapRunArn, statusFilter: 'TIMED_OUT' })
      .resolves({ executions: [{ executionArn: child } as never] });
    await expect(explainFailure(execution)).resolves.toMatchObject({ error: 'AccessDenied' });
  });

  it('is told by the map where no child is left to ask', async () => {
    sfn.on(ListMapRunsCommand).resolves({ mapRuns: [] });
    await expect(explainFailure(execution)).resolves.toMatchObject({ error: threshold.error, reason: threshold.cause });
  });
});

describe('an execution that was ended from outside', () => {
  it('is put to the state that it was in, when somebody stopped it', async () => {
    describeAs({ status: 'ABORTED' });
    history(entered('Seal upload'), entered('Run report'), {
      type: 'ExecutionAborted',
      executionAbortedEventDetails: {},
    });
    await expect(explainFailure(execution)).resolves.toMatchObject({
      status: 'ABORTED',
      stage: 'Run reports',
      error: 'Execution.ABORTED',
      reason: 'Somebody stopped the execution.',
      remedy: 'retry',
    });
  });

  it('says why, where they did', async () => {
    describeAs({ status: 'ABORTED' });
    history(entered('Seal upload'), {
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Maintenance', cause: 'the lake moves' },
    });
    await expect(explainFailure(execution)).resolves.toMatchObject({
      reason: 'Somebody stopped the execution (Maintenance: the lake moves).',
    });
  });

  it('is told so when it took too long', async () => {
    describeAs({ status: 'TIMED_OUT' });
    history(entered('Await landing'), { type: 'ExecutionTimedOut' });
    await expect(explainFailure(execution)).resolves.toMatchObject({
      stage: 'Await landing',
      error: 'Execution.TIMED_OUT',
      reason: expect.stringContaining('took longer'),
    });
  });
});

describe('a history of thousands of events', () => {
  it('is not read to its beginning', async () => {
    const failed = lambdaFailed('LandingStalled', 'late');
    history(...Array.from({ length: 9_000 }, () => entered('Await landing')), failed, ended(failed));
    await explainFailure(execution);
    expect(sfn.commandCalls(GetExecutionHistoryCommand).length).toBeLessThan(5);
  });
});

describe('the mail', () => {
  const failure = async (error = 'TooManyInvalidRows') => {
    failAt(
      'Judge upload',
      lambdaFailed(
        error,
        '300 of 1000 rows are rejected.\nAll of them, with line and value: s3://reports/x/rejected-rows.csv',
      ),
    );
    return explainFailure(execution);
  };

  it('says what failed, why, what to do and what a retry does', async () => {
    const { subject, message } = composeFailureMail(await failure(), {
      what: 'rejected rows',
      first: ['2,signal,range,x', '3,signal,range,y'],
      link: 'https://links/rejected',
    });
    expect(subject).toBe("Cellflow: it's here.csv failed at Judge upload");
    for (const part of [
      "The upload north/it's here.csv failed at Judge upload.",
      '300 of 1000 rows are rejected.\n\n',
      'First rejected rows (line,column,rule,reason,value)\n2,signal,range,x\n3,signal,range,y\n',
      'https://links/rejected',
      'Upload a corrected file',
      'fails again',
      '#/v2/executions/details/',
      upload.id,
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain('s3://');
  });

  it('leads to all rejected rows where the first cannot be read', async () => {
    const { message } = composeFailureMail(await failure(), {
      what: 'rejected rows',
      first: [],
      link: 'https://links/rejected',
    });
    expect(message).toContain('All rejected rows, with line, column and rule\nhttps://links/rejected');
    expect(message).not.toContain('First rejected rows');
  });

  it('calls values that were set aside so', async () => {
    const { message } = composeFailureMail(await failure('TooManyImpossibleValues'), {
      what: 'values that were set aside',
      first: ['2,speed,range,x'],
      link: 'https://links/set-aside',
    });
    expect(message).toContain('First values that were set aside (line,column,rule,reason,value)\n2,speed,range,x\n');
    expect(message).toContain('All values that were set aside, with line, column and rule\nhttps://links/set-aside');
    expect(message).toContain('Upload a corrected file');
    expect(message).not.toMatch(/rejected rows|s3:/i);
  });

  it('speaks of no rejected rows where there are none', async () => {
    expect(composeFailureMail(await failure('EmptyUpload')).message).not.toContain('rejected rows');
  });

  it.each([
    ['a long name', 'x'.repeat(300)],
    ['letters beyond ASCII', 'Füße 信号.csv'],
    ['line breaks', 'a\nb\r.csv'],
  ])('has a subject that SNS takes: %s', async (_case, name) => {
    const { subject } = composeFailureMail({ ...(await failure()), key: name });
    expect(subject).toMatch(/^[\x20-\x7e]{10,99}$/);
  });

  it('names the file as the mail of the reports does', async () => {
    const { subject } = composeFailureMail({ ...(await failure()), key: 'south/Málaga.csv' });
    expect(subject).toBe('Cellflow: Malaga.csv failed at Judge upload');
  });

  it('tells one that was stopped from one that failed', async () => {
    const stopped = { ...(await failure()), status: 'ABORTED' };
    expect(composeFailureMail(stopped).subject).toContain('was stopped at Judge upload');
    expect(composeFailureMail({ ...stopped, status: 'TIMED_OUT' }).subject).toContain('ran out of time at');
  });

  it('stays far under what SNS takes, however long the reason', async () => {
    const { message } = composeFailureMail({ ...(await failure()), reason: 'x'.repeat(32_000) });
    expect(message.length).toBeLessThan(10_000);
  });
});

describe('an execution that led a round', () => {
  const roundKey = 'reporting/rounds/00000012-aaaaaaaaaaaaaaaa.json';
  const files = Array.from({ length: 300 }, (_, n) => ({
    upload: makeUpload({ id: n.toString(16).padStart(16, '0'), key: `north/phone-${n + 1}.csv` }),
    totals: makeTotals({ rows: 1_000, valid: n === 4 ? 980 : 1_000, rejected: n === 4 ? 20 : 0 }),
    execution,
  }));
  const failed = lambdaFailed('ReportFailed', 'The report "weak-spots" failed.');
  const round = { role: 'lead', number: 12, key: roundKey, uploads: 300 };
  let s3: MemoryS3;

  const putRound = (uploads: typeof files) =>
    s3.putJson(`${lake}/${roundKey}`, {
      number: 12,
      id: upload.id,
      leader: execution,
      uploads,
      totals: mergeTotals(uploads),
    });

  beforeEach(() => {
    process.env.LAKE_BUCKET = lake;
    s3 = new MemoryS3();
  });

  it('names all of its files with their rows, and says who reports them', async () => {
    putRound(files);
    failAt('Run report', failed, { upload, totals: {}, round, report: {} });
    const failure = await explainFailure(execution);
    expect(failure.round?.number).toBe(12);
    const { subject, message } = composeFailureMail(failure);
    expect(subject).toBe("Cellflow: reports of 300 files failed at Run reports (it's here.csv)");
    expect(message).toContain(
      `The execution of ${key}, which reported 300 files, failed at Run reports.\n\nWhy (ReportFailed)`,
    );
    expect(message).toContain(
      'Files that it was to report together (round 12)\n- north/phone-5.csv: 1,000 rows, 20 rejected\n- north/phone-1.csv: 1,000 rows\n',
    );
    for (const each of files) expect(message).toContain(`\n- ${each.upload.key}: 1,000 rows`);
    expect(message).toContain('The next upload reports them, or a retry of this execution, whichever comes first');
  });

  it('counts the files for which there is no room', async () => {
    putRound(files.map((file) => ({ ...file, upload: { ...file.upload, key: `${'x'.repeat(900)}\u202e` } })));
    failAt('Export workbook', failed, { upload, totals: {}, round });
    const { message } = composeFailureMail(await explainFailure(execution));
    expect(Buffer.byteLength(message)).toBeLessThan(25_000);
    expect(message).toMatch(/\nand 2\d\d more\nTheir rows are in the lake/);
    expect(message).not.toContain('\u202e');
  });

  it.each([
    ['of one file', 'Run report', [files[0] as (typeof files)[number]]],
    ['that is over, as it joined again', 'Join reporting', files],
  ])('%s is told of as ever', async (_, state, uploads) => {
    putRound(uploads);
    failAt(state, failed, { upload, totals: {}, round });
    const failure = await explainFailure(execution);
    expect(failure.round).toBeUndefined();
    expect(composeFailureMail(failure).subject).toMatch(/^Cellflow: it's here\.csv failed at /);
  });

  it('is explained also where the round cannot be read', async () => {
    failAt('Run report', failed, { upload, totals: {}, round });
    await expect(explainFailure(execution)).resolves.toMatchObject({ stage: 'Run reports', round: undefined });
  });
});
