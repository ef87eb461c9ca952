import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { mockClient } from 'aws-sdk-client-mock';
import { reportFile } from '../../core/reports/saved-reports';
import { ReportFailed, runReport } from '../../functions/run-report';
import { MemoryS3 } from '../support/memory-s3';
import { saveQueries } from '../support/saved-queries';
import { claimFor, idOf, lake, makeTotals, makeUpload } from '../support/uploads';

const upload = makeUpload();
const totals = makeTotals();
const athena = mockClient(AthenaClient);
const glue = mockClient(GlueClient);
const attempt = { awsRequestId: 'r', getRemainingTimeInMillis: () => 300_000 };
let s3: MemoryS3;

const saved = (...queries: { id: string; name: string; sql?: string }[]) => saveQueries(athena, ...queries);

const results = (csv: string): void => {
  s3.objects.set('reports/athena/q.csv', Buffer.from(csv));
};

const run = (report: { name: string; place?: number; deployed: boolean; query?: string }, of = totals) =>
  runReport({ upload, totals: of, report }, attempt);
const asked = () => athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input;
const kept = (name: string) => s3.json<object>(`${lake}/runs/${upload.id}/reports/${reportFile(name)}.json`);

beforeEach(() => {
  s3 = new MemoryS3();
  athena.reset();
  glue.reset();
  Object.assign(process.env, {
    LAKE_BUCKET: lake,
    REPORTS_BUCKET: 'reports',
    WORKGROUP_NAME: 'wg',
    DATABASE_NAME: 'db',
    FILES_DATABASE_NAME: 'files',
    DEPLOYED_REPORTS: 'signal,service,mine',
    AWS_REGION: 'eu-west-1',
    SETTINGS: '{}',
  });
  claimFor(s3, upload);
  saved({ id: '1', name: 'signal' }, { id: '2', name: 'mine' }, { id: '3', name: 'service' });
  results('"a","b"\n"12","x"\n');
  athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
  athena.on(GetQueryExecutionCommand).resolves({
    QueryExecution: {
      Status: { State: 'SUCCEEDED' },
      ResultConfiguration: { OutputLocation: 's3://reports/athena/q.csv' },
    },
  });
  athena.on(GetQueryResultsCommand).resolves({
    ResultSet: {
      ResultSetMetadata: {
        ColumnInfo: [
          { Name: 'a', Type: 'integer' },
          { Name: 'b', Type: 'varchar' },
        ],
      },
    },
  });
});
afterEach(() => s3.restore());

describe('running a report', () => {
  it('asks for the days of the upload, as text', async () => {
    await run({ name: 'signal', deployed: true, query: '1' });
    const [start] = athena.commandCalls(StartQueryExecutionCommand);
    expect(start?.args[0].input).toMatchObject({
      ExecutionParameters: ["'2026-01-01'", "'2026-01-02'"],
      QueryString: expect.not.stringContaining('title'),
    });
  });

  it('reads no day that the upload did not touch', async () => {
    saved({ id: '2', name: 'mine', sql: 'select 1 from t where T.day between ? and ?' });
    const days = ['2017-06-01', '2026-03-01', '2026-03-30'];
    const touched = makeTotals({
      days,
      strayDays: ['2017-06-01'],
      strayRows: 1,
      firstDay: '2026-03-01',
      lastDay: '2026-03-30',
    });
    await run({ name: 'mine', deployed: false, query: '2' }, touched);
    expect(asked()).toMatchObject({
      QueryString: "select 1 from t where (T.day in ('2026-03-01', '2026-03-30'))",
    });
    // Athena wants one parameter at least, where there is a list of them.
    expect(asked()?.ExecutionParameters).toBeUndefined();
    expect(glue.calls()).toEqual([]);
  });

  it('asks for the days before the upload and for the last weeks, where its header wants them', async () => {
    glue.on(GetPartitionsCommand).resolves({ Partitions: [{ Values: ['2025-12-24'] }, { Values: ['2025-12-29'] }] });
    const pair = 'day between ? and ?';
    saved({ id: '2', name: 'mine', sql: `-- days: weeks upload before\nselect ${pair}, ${pair}, ${pair}` });
    await run({ name: 'mine', deployed: false, query: '2' });
    expect(asked()?.ExecutionParameters).toEqual([
      ...["'2025-11-10'", "'2026-01-02'"],
      ...["'2026-01-01'", "'2026-01-02'"],
      ...["'2025-12-24'", "'2025-12-29'"],
    ]);
  });

  it('keeps of how many measurements it speaks', async () => {
    saved({ id: '2', name: 'mine', sql: '-- rows: a\nselect 1' });
    results('"a","b"\n"12","x"\n"30","y"\n');
    await run({ name: 'mine', deployed: false, query: '2' });
    expect(kept('mine')).toMatchObject({ rows: 2, measurements: 42, rowsColumn: 'a' });
  });

  it('keeps its rows and what it is about', async () => {
    const result = await run({ name: 'signal', place: 4, deployed: true, query: '1' });
    expect(result).toMatchObject({
      name: 'signal',
      place: 4,
      file: 'signal',
      status: 'done',
      rows: 1,
      seconds: expect.any(Number),
    });
    expect(s3.objects.get(`reports/${upload.id}/signal.csv`)?.toString()).toBe('a,b\n12,x\n');
    expect(kept('signal')).toEqual({
      name: 'signal',
      deployed: true,
      title: 'Signal',
      units: { a: 'ASU' },
      csv: `${upload.id}/signal.csv`,
      status: 'done',
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'varchar' },
      ],
      rows: 1,
    });
  });

  it('makes cells harmless to spreadsheet programs', async () => {
    results('"a","b"\n"-95.5","=cmd()|\'x\'"\n"-1","say ""hi"", then\nleave"\n');
    await run({ name: 'signal', deployed: true, query: '1' });
    const csv = s3.objects.get(`reports/${upload.id}/signal.csv`)?.toString();
    expect(csv).toBe('a,b\n-95.5,\'=cmd()|\'x\'\n-1,"say ""hi"", then\nleave"\n');
  });

  it('of no rows has none', async () => {
    results('"a","b"\n');
    await expect(run({ name: 'signal', deployed: true, query: '1' })).resolves.toMatchObject({
      status: 'done',
      rows: 0,
    });
  });

  it('takes the query as it is saved now, also under another id', async () => {
    saved({ id: '9', name: 'signal', sql: 'select 2' });
    await run({ name: 'signal', deployed: true, query: '1' });
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input.QueryString).toBe('select 2');
  });

  it('copies a result of many megabytes, in parts', async () => {
    const rows = 20_000;
    const text = 'x'.repeat(500);
    results(`"a","b"\n${`"1","${text}"\n`.repeat(rows)}`);
    await expect(run({ name: 'signal', deployed: true, query: '1' })).resolves.toMatchObject({ rows });
    const copy = s3.objects.get(`reports/${upload.id}/signal.csv`)?.toString();
    expect(copy).toBe(`a,b\n${`1,${text}\n`.repeat(rows)}`);
    expect(s3.requests.filter(({ operation }) => operation === 'UploadPart').length).toBeGreaterThan(1);
  }, 60_000);

  it('ends for an upload that was overtaken', async () => {
    claimFor(s3, makeUpload({ id: idOf('b') }));
    await expect(run({ name: 'signal', deployed: true, query: '1' })).rejects.toMatchObject({ name: 'Superseded' });
    expect(athena.calls()).toEqual([]);
  });
});

describe('a report that fails', () => {
  const failures: [string, () => void, RegExp][] = [
    ['writes', () => saved({ id: '2', name: 'mine', sql: 'drop table measurements' }), /begins with "drop"/],
    [
      'has more parameters than its days',
      () => saved({ id: '2', name: 'mine', sql: '-- days: weeks\nselect ?, ?, ?, ?' }),
      /it has 4 parameters; a report has none, or two for each period/,
    ],
    ['has one parameter', () => saved({ id: '2', name: 'mine', sql: 'select ?' }), /it has 1 parameters/],
    ['is gone', () => saved(), /no query of this name is saved/],
    [
      'is there twice',
      () => saved({ id: '7', name: 'mine' }, { id: '8', name: 'mine' }),
      /2 queries of this name are saved/,
    ],
    [
      'is refused by the engine',
      () =>
        athena.on(GetQueryExecutionCommand).resolves({
          QueryExecution: { Status: { State: 'FAILED', StateChangeReason: 'TABLE_NOT_FOUND: line 1' } },
        }),
      /TABLE_NOT_FOUND: line 1/,
    ],
  ];

  it.each(failures)('because it %s is told on the page when a person saved it', async (_case, prepare, reason) => {
    prepare();
    await expect(run({ name: 'mine', deployed: false, query: '2' })).resolves.toMatchObject({
      status: 'failed',
      rows: 0,
    });
    expect(kept('mine')).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });

  it.each(failures)('because it %s fails the stage when it is of the deployment', async (_case, prepare, reason) => {
    prepare();
    const failing = run({ name: 'mine', deployed: true, query: '2' });
    await expect(failing).rejects.toThrow(ReportFailed);
    await expect(failing).rejects.toThrow(reason);
  });

  it('because a later deployment does not bring it any more is told on the page', async () => {
    process.env.DEPLOYED_REPORTS = 'signal,service';
    saved();
    await expect(run({ name: 'mine', deployed: true, query: '2' })).resolves.toMatchObject({ status: 'failed' });
    expect(kept('mine')).toMatchObject({ deployed: false, reason: expect.stringMatching(/no query of this name/) });
  });

  it('because S3 does fails the stage, whoever saved it, so that it is tried again', async () => {
    s3.fault = ({ operation, key }) =>
      operation === 'GetObject' && key === 'athena/q.csv'
        ? { before: Object.assign(new Error('later'), { name: 'SlowDown' }) }
        : undefined;
    await expect(run({ name: 'mine', deployed: false, query: '2' })).rejects.toMatchObject({ name: 'SlowDown' });
  });

  it('for want of time says so', async () => {
    const short = { awsRequestId: 'r', getRemainingTimeInMillis: () => 10_000 };
    results(`"a","b"\n${'"1","x"\n'.repeat(50_000)}`);
    const result = await runReport({ upload, totals, report: { name: 'mine', deployed: false, query: '2' } }, short);
    expect(result.status).toBe('failed');
    expect(kept('mine')).toMatchObject({ reason: 'its result is too large to be copied in the time of a report' });
  });
});
