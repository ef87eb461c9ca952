import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  InvalidRequestException,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TooManyRequestsException,
} from '@aws-sdk/client-athena';
import { mockClient } from 'aws-sdk-client-mock';
import { clock } from '../../../core/platform/clock';
import { QueryFailed, runQuery } from '../../../core/reports/athena';

const athena = mockClient(AthenaClient);

const query = (changes: object = {}) => ({
  workgroup: 'wg',
  database: 'db',
  text: 'select 1',
  parameters: [],
  token: 'request/name',
  deadline: Date.now() + 10_000,
  ...changes,
});

/** States of the query at one look after the other. */
const goesThrough = (...states: object[]) => {
  const looks = athena.on(GetQueryExecutionCommand);
  for (const Status of states) {
    looks.resolvesOnce({
      QueryExecution: { Status, ResultConfiguration: { OutputLocation: 's3://results/athena/q.csv' } },
    });
  }
  const last = states.at(-1);
  looks.resolves({
    QueryExecution: { Status: last, ResultConfiguration: { OutputLocation: 's3://results/athena/q.csv' } },
  });
};

const starts = () => athena.commandCalls(StartQueryExecutionCommand).map(({ args }) => args[0].input);

afterEach(() => {
  jest.restoreAllMocks();
});

beforeEach(() => {
  athena.reset();
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: { ResultSetMetadata: { ColumnInfo: [{ Name: 'a', Type: 'double' }] } },
  });
});

describe('a query', () => {
  it('gives its result and the types of its columns', async () => {
    goesThrough({ State: 'QUEUED' }, { State: 'RUNNING' }, { State: 'SUCCEEDED' });
    const result = await runQuery(query({ parameters: ["'2026-01-01'", "'2026-01-02'"] }));
    expect(result).toEqual({ bucket: 'results', key: 'athena/q.csv', columns: [{ name: 'a', type: 'double' }] });
    expect(starts()[0]).toMatchObject({
      WorkGroup: 'wg',
      QueryExecutionContext: { Database: 'db' },
      ExecutionParameters: ["'2026-01-01'", "'2026-01-02'"],
    });
  });

  it('without parameters sends none', async () => {
    goesThrough({ State: 'SUCCEEDED' });
    await runQuery(query());
    expect(starts()[0]?.ExecutionParameters).toBeUndefined();
  });

  it('says in the engine’s words why it failed', async () => {
    goesThrough({ State: 'FAILED', StateChangeReason: 'COLUMN_NOT_FOUND: line 1:8' });
    const failing = runQuery(query());
    await expect(failing).rejects.toThrow(QueryFailed);
    await expect(failing).rejects.toThrow('COLUMN_NOT_FOUND: line 1:8');
    expect(starts()).toHaveLength(1);
  });

  it.each([
    ["INVALID_CAST_ARGUMENT: Cannot cast 'MARKER' to INT", 'INVALID_CAST_ARGUMENT (the engine'],
    ['HIVE_BAD_DATA: Error reading field value: For input string: "MARKER"', 'HIVE_BAD_DATA (the engine'],
    ['GENERIC_INTERNAL_ERROR: MARKER', 'run the query in the Athena workgroup'],
  ])('says of what may quote a row only the name: %s', async (told, said) => {
    goesThrough({ State: 'FAILED', StateChangeReason: told });
    const failed = await runQuery(query()).catch((error: Error) => error);
    expect(failed).toBeInstanceOf(QueryFailed);
    expect(failed).toMatchObject({ message: expect.stringContaining(said) });
    expect(String(failed)).not.toContain('MARKER');
  });

  it.each([
    "COLUMN_NOT_FOUND: line 3:8: Column 'x' cannot be resolved",
    'EXCEEDED_TIME_LIMIT: Query exceeded maximum time limit of 30.00m',
    'Query exhausted resources at this scale factor',
  ])('says all of what is about the query: %s', async (told) => {
    goesThrough({ State: 'FAILED', StateChangeReason: told });
    await expect(runQuery(query())).rejects.toThrow(told);
  });

  it('that was cancelled by somebody failed', async () => {
    goesThrough({ State: 'CANCELLED' });
    await expect(runQuery(query())).rejects.toThrow('the query ended as CANCELLED');
  });

  it('that is refused at once failed', async () => {
    athena
      .on(StartQueryExecutionCommand)
      .rejects(new InvalidRequestException({ message: 'no such database', $metadata: {} }));
    await expect(runQuery(query())).rejects.toThrow(QueryFailed);
  });

  const throttle = new TooManyRequestsException({ message: 'slow down', $metadata: {} });

  it('that finds the account’s places taken waits for one, as the same wish', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.001);
    athena
      .on(StartQueryExecutionCommand)
      .rejectsOnce(throttle)
      .rejectsOnce(throttle)
      .resolves({ QueryExecutionId: 'q' });
    goesThrough({ State: 'SUCCEEDED' });
    await runQuery(query());
    const tokens = starts().map(({ ClientRequestToken }) => ClientRequestToken);
    expect([tokens.length, new Set(tokens).size]).toEqual([3, 1]);
  });

  it('that finds none in seconds did not fail: the state machine has the patience', async () => {
    // The second pause would be one of 30 seconds.
    jest.spyOn(Math, 'random').mockReturnValueOnce(0.001).mockReturnValueOnce(15);
    athena.on(StartQueryExecutionCommand).rejects(throttle);
    await expect(runQuery(query({ deadline: Date.now() + 600_000 }))).rejects.toBe(throttle);
    expect(starts()).toHaveLength(2);
  });

  it('whose state cannot be asked for just now runs on, and is not started a second time', async () => {
    athena
      .on(GetQueryExecutionCommand)
      .rejectsOnce(throttle)
      .resolves({
        QueryExecution: {
          Status: { State: 'SUCCEEDED' },
          ResultConfiguration: { OutputLocation: 's3://results/athena/q.csv' },
        },
      });
    await expect(runQuery(query())).resolves.toMatchObject({ key: 'athena/q.csv' });
    expect(starts()).toHaveLength(1);
  });

  it('is tried again where the engine calls that worth it, as another query', async () => {
    goesThrough({ State: 'FAILED', AthenaError: { Retryable: true } }, { State: 'SUCCEEDED' });
    await runQuery(query());
    const tokens = starts().map(({ ClientRequestToken }) => ClientRequestToken);
    expect([tokens.length, new Set(tokens).size]).toEqual([2, 2]);
  });

  it.each([
    'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://lake/t/day=2026-01-01/a.parquet (offset=0, length=9): The specified key does not exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey)',
    'HIVE_CURSOR_ERROR: Failed to read Parquet file: s3://lake/t/day=2026-01-01/a.parquet',
    'HIVE_FILESYSTEM_ERROR: Error reading file: s3://lake/t/day=2026-01-01/a.parquet',
    'GENERIC_INTERNAL_ERROR: software.amazon.awssdk.services.s3.model.NoSuchKeyException: NoSuchKey',
  ])('that met a file which was deleted is asked again, as another query: %s', async (told) => {
    goesThrough({ State: 'FAILED', StateChangeReason: told }, { State: 'SUCCEEDED' });
    await expect(runQuery(query())).resolves.toMatchObject({ key: 'athena/q.csv' });
    const asked = starts();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual({
      ...asked[0],
      ClientRequestToken: expect.not.stringMatching(`${asked[0]?.ClientRequestToken}`),
    });
  });

  it.each([
    [
      { StateChangeReason: 'HIVE_CANNOT_OPEN_SPLIT: s3://lake/a.parquet: NoSuchKey' },
      'HIVE_CANNOT_OPEN_SPLIT (the engine',
    ],
    [{ StateChangeReason: 'internal', AthenaError: { Retryable: true } }, 'internal'],
  ])('that fails each time is tried six times, with pauses that grow: %j', async (status, told) => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const sleeps = jest.spyOn(clock, 'sleep').mockResolvedValue();
    goesThrough({ State: 'FAILED', ...status });
    await expect(runQuery(query({ deadline: Date.now() + 60_000 }))).rejects.toThrow(told);
    expect(starts()).toHaveLength(6);
    expect(sleeps.mock.calls.flat()).toEqual([1_000, 2_000, 4_000, 8_000, 10_000]);
  });

  it('that has no time for another try fails as it failed last', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(1);
    goesThrough({ State: 'FAILED', StateChangeReason: 'internal', AthenaError: { Retryable: true } });
    await expect(runQuery(query({ deadline: Date.now() + 900 }))).rejects.toThrow('internal');
    expect(starts()).toHaveLength(1);
  });

  it('is the same wish when the same invocation repeats it, another one in the next or when it was mended', async () => {
    goesThrough({ State: 'SUCCEEDED' });
    await runQuery(query());
    await runQuery(query());
    await runQuery(query({ token: 'next request/name' }));
    await runQuery(query({ text: 'select 2' }));
    const [one, same, next, mended] = starts().map(({ ClientRequestToken: token }) => token);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(same).toBe(one);
    expect(new Set([one, next, mended]).size).toBe(3);
  });

  it('is stopped when its time is over', async () => {
    goesThrough({ State: 'RUNNING' });
    athena.on(StopQueryExecutionCommand).resolves({});
    await expect(runQuery(query({ deadline: Date.now() + 250 }))).rejects.toThrow(/it was stopped after \d+ seconds/);
    expect(athena.commandCalls(StopQueryExecutionCommand)[0]?.args[0].input).toEqual({ QueryExecutionId: 'q' });
  });
});
