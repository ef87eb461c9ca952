import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../infra/config';
import { makeStack, Synthesis } from '../synthesis';

const synthesis = new Synthesis(makeStack({ job: { idleStopSeconds: 60 }, queries: { scanLimitBytes: 20_000_000 } }));

describe('Stream', () => {
  const stream = (overrides?: unknown) =>
    new Synthesis(makeStack(overrides)).ofType('AWS::Kinesis::Stream')[0]?.[1].Properties;

  test('is on demand, encrypted and kept for a week', () => {
    expect(stream()).toEqual({
      Name: 'cellflow-measurements',
      RetentionPeriodHours: 7 * 24,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
    });
  });

  test('has the shards that the configuration says', () => {
    expect(stream({ stream: { mode: 'provisioned', shards: 6 } })).toMatchObject({
      ShardCount: 6,
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
  });
});

describe('Streaming job', () => {
  const [, { Properties: job }] = synthesis.named('AWS::Glue::Job', 'Name', 'cellflow-landing');

  test('is one streaming run of Glue 6.0 that ends within the seven days Glue allows', () => {
    expect(job).toMatchObject({
      GlueVersion: '6.0',
      Command: { Name: 'gluestreaming', PythonVersion: '3' },
      ExecutionProperty: { MaxConcurrentRuns: 1 },
      MaxRetries: 0,
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
    });
    expect(job.Timeout as number).toBeLessThan(7 * 24 * 60);
  });

  test('gets the arguments that it reads', () => {
    const source = readFileSync('glue/landing_job.py', 'utf8');
    const read = [...source.matchAll(/add_argument\("(--\w+)"/g)].map(([, name]) => name as string);
    const given = job.DefaultArguments as Record<string, unknown>;
    expect(read.length).toBeGreaterThan(3);
    expect(Object.keys(given)).toEqual(expect.arrayContaining(read));
    expect(given['--idle_stop_seconds']).toBe('60');
    expect(synthesis.text(given['--checkpoint_location'])).toBe('s3://<lake>/checkpoints/landing/');
    for (const value of Object.values(given)) expect(typeof synthesis.text(value)).toBe('string');
  });
});

describe("The job's role", () => {
  const [, { Properties: job }] = synthesis.named('AWS::Glue::Job', 'Name', 'cellflow-landing');
  const rights = synthesis.statementsOf((job.Role as Record<string, string[]>)['Fn::GetAtt']?.[0] ?? '');
  const may = (action: string): string[] =>
    rights
      .filter(({ actions }) => actions.includes(action))
      .flatMap(({ resources }) => resources)
      .filter((resource) => resource.includes('<lake>'))
      .sort();

  test('writes what it lands, the ledger and its own', () => {
    const own = ['checkpoints', 'job', 'landing', 'landings'];
    expect(may('s3:PutObject').map((resource) => resource.replace(/^.*<lake>/, ''))).toEqual(
      own.map((prefix) => `/${prefix}/*`),
    );
  });

  test("takes nothing away but Spark's checkpoints: what landed is written once, under a name of its own", () => {
    expect(may('s3:DeleteObject').map((resource) => resource.replace(/^.*<lake>/, ''))).toEqual(['/checkpoints/*']);
  });
});

describe('Crawler', () => {
  const [, { Properties: crawler }] = synthesis.named('AWS::Glue::Crawler', 'Name', 'cellflow-lake');

  test('looks at new folders only, which wants schema changes logged', () => {
    expect(crawler.RecrawlPolicy).toEqual({ RecrawlBehavior: 'CRAWL_NEW_FOLDERS_ONLY' });
    expect(crawler.SchemaChangePolicy).toEqual({ DeleteBehavior: 'LOG', UpdateBehavior: 'LOG' });
  });

  test('makes one table a prefix', () => {
    const targets = (crawler.Targets as { S3Targets: { Path: unknown }[] }).S3Targets.map(({ Path }) =>
      synthesis.text(Path),
    );
    expect(targets).toEqual(['s3://<lake>/measurements/', 's3://<lake>/hourly_quality/']);
    const { Grouping } = JSON.parse(crawler.Configuration);
    // Level 1 is the bucket, so a table is at level 2.
    expect(Grouping).toEqual({ TableGroupingPolicy: 'CombineCompatibleSchemas', TableLevelConfiguration: 2 });
  });

  test('works in the database of the files, and may touch nothing in that of the views', () => {
    expect(crawler.DatabaseName).toBe('cellflow_files');
    const glue = synthesis
      .statementsOf(crawler.Role['Fn::GetAtt'][0])
      .filter(({ actions }) => actions.some((action) => action.startsWith('glue:')))
      .flatMap(({ resources }) => resources.map((arn) => arn.replace(/^.*:/, '')));
    expect(glue).toEqual(['catalog', 'database/cellflow_files', 'table/cellflow_files/*']);
  });
});

describe('Saved reports', () => {
  const files = readdirSync('sql').filter((file) => file.endsWith('.sql'));
  const queries = synthesis.ofType('AWS::Athena::NamedQuery').map(([, { Properties }]) => Properties);

  test('there is a named query for each file, with the whole of it', () => {
    expect(files.length).toBeGreaterThanOrEqual(6);
    const saved = Object.fromEntries(queries.map(({ Name, QueryString }) => [`${Name}.sql`, QueryString]));
    expect(saved).toEqual(Object.fromEntries(files.map((file) => [file, readFileSync(`sql/${file}`, 'utf8')])));
    for (const { QueryString } of queries as unknown as { QueryString: string }[]) {
      expect(Buffer.byteLength(QueryString)).toBeLessThanOrEqual(262_144);
    }
    for (const query of queries) expect(query).toMatchObject({ Database: 'cellflow', WorkGroup: 'cellflow' });
  });

  test('the functions know which reports are deployed', () => {
    const [, { Properties }] = synthesis.named('AWS::Lambda::Function', 'FunctionName', 'cellflow-list-reports');
    const { Variables } = Properties.Environment as { Variables: Record<string, string> };
    const deployed = Variables.DEPLOYED_REPORTS?.split(',') ?? [];
    expect(deployed.map((name) => `${name}.sql`).sort()).toEqual(files.sort());
    // The page opens with the overview, not with what comes first in the alphabet.
    expect(deployed[0]).toBe('days-at-a-glance');
  });

  test('the workgroup has the last word on where results go and how much a query reads', () => {
    const [, { Properties }] = synthesis.named('AWS::Athena::WorkGroup', 'Name', 'cellflow');
    const configuration = Properties.WorkGroupConfiguration as Record<string, Record<string, unknown>>;
    expect(configuration).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 20_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
    expect(synthesis.text(configuration.ResultConfiguration?.OutputLocation)).toBe('s3://<reports>/athena/');
    expect(readConfig().queries.scanLimitBytes).toBeGreaterThanOrEqual(10_000_000);
  });
});
