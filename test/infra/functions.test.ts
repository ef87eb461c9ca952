import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { objectKeys } from '../../contract';
import { lakeKeys, reportKeys } from '../../core/platform/keys';
import { functionFiles } from '../../infra/bundles';
import { readConfig } from '../../infra/config';
import { defaultSynthesis, type Json, makeStack, type Statement, Synthesis } from './synthesis';

const synthesis = defaultSynthesis();
const files = functionFiles();

/** The functions with what they share and without the libraries, and without what they do not use. */
const sources = new Map(
  buildSync({
    entryPoints: files.map((file) => join('functions', `${file}.ts`)),
    outdir: 'functions',
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  }).outputFiles.map(({ path, text }) => [/([^/\\]+)\.js$/.exec(path)?.[1], text]),
);

const source = (file: string): string => sources.get(file) ?? '';

const matches = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, found]) => found as string))].sort();

const prefixes: Record<string, string> = { sfn: 'states', 'secrets-manager': 'secretsmanager' };

/** What IAM calls an operation, where it is not by its name. */
const actionsOf: Record<string, string[]> = {
  's3:HeadObject': ['s3:GetObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:UploadPart': ['s3:PutObject'],
  's3:UploadPartCopy': ['s3:GetObject', 's3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:ListObjectsV2': ['s3:ListBucket'],
};

/** The operations of AWS that a function calls, as IAM actions. */
const calls = (file: string): string[] => {
  const text = source(file);
  const services = new Map(
    [...text.matchAll(/import\s*\{([^}]*)\}\s*from "@aws-sdk\/client-([\w-]+)"/g)].flatMap(([, imported, service]) =>
      (imported as string).split(',').map((name) => [name.trim().split(' as ')[0], service as string] as const),
    ),
  );
  const operations = [
    ...matches(text, /new (\w+Command)\d*\(/g).map((name) => [name, name.replace('Command', '')] as const),
    // Of a name that several files import, esbuild numbers all but one.
    ...matches(text, /(paginate\w+)\(/g)
      .map((name) => (services.has(name) ? name : name.replace(/\d+$/, '')))
      .map((name) => [name, name.replace('paginate', '')] as const),
  ].map(([imported, operation]) => {
    const service = services.get(imported) ?? '';
    return `${prefixes[service] ?? service}:${operation}`;
  });
  if (/new Upload\(/.test(text)) operations.push('s3:PutObject');
  return [...new Set(operations.flatMap((operation) => actionsOf[operation] ?? [operation]))].sort();
};

const granted = (file: string): string[] =>
  [...new Set(synthesis.permissionsOf(file).flatMap(({ actions }) => actions))].sort();

/** Functions of `core/platform/keys.ts` that a function calls to link to what another one writes. */
const links: Record<string, string[]> = { 'build-report-page': ['workbook', 'mapFile'] };

/** Samples of the objects that a function reads or writes, by the functions of `core/platform/keys.ts` that it calls. */
const named = (file: string): string[] => {
  // One that calls nothing of S3 makes links only.
  if (!calls(file).some((action) => action.startsWith('s3:'))) return [];
  const keysOf = (bucket: string, keys: object, pattern: RegExp): string[] =>
    matches(source(file), pattern).flatMap((name) => {
      if (links[file]?.includes(name)) return [];
      const key = (keys as Record<string, string | ((...parts: unknown[]) => string)>)[name];
      return `<${bucket}>/${typeof key === 'function' ? key('measurements', 'part', 'part', 0) : key}`;
    });
  return [
    ...keysOf('lake', lakeKeys, /\blakeKeys\.(\w+)/g),
    ...keysOf('reports', reportKeys, /\breportKeys\.(\w+)/g),
    ...(/\breadClaim\(/.test(source(file)) ? ['<lake>/claims/0123456789abcdef.json'] : []),
  ];
};

/** Whether a resource with wildcards takes in an object, or the prefix that is listed to find it. */
const covers = (pattern: string, object: string): boolean =>
  new RegExp(`^${pattern.replace(/[.<>/]/g, '\\$&').replaceAll('*', '.*')}$`).test(object);

/** What comes with every function, and with operations that bring others along. */
const base = ['logs:CreateLogStream', 'logs:PutLogEvents', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const along: Record<string, string[]> = {
  's3:GetObject': ['s3:GetObjectVersion', 's3:ListBucket'],
  's3:PutObject': ['s3:AbortMultipartUpload'],
  'sns:Publish': ['kms:Decrypt', 'kms:GenerateDataKey*'],
  'athena:StartQueryExecution': [
    'glue:BatchGetPartition',
    'glue:GetDatabase',
    'glue:GetPartition',
    'glue:GetPartitions',
    'glue:GetTable',
    'glue:GetTables',
    's3:GetBucketLocation',
    's3:ListBucketMultipartUploads',
    's3:ListMultipartUploadParts',
  ],
};

/** The rights to put the events that it could not handle into its queue. */
const destination: Record<string, string[]> = {
  'report-failure': ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
};

const properties = (file: string): Record<string, Json> =>
  synthesis.named('AWS::Lambda::Function', 'FunctionName', `cellflow-${file}`)[1].Properties;

describe.each(files)('%s', (file) => {
  test('may do what it calls, and nothing else', () => {
    const called = calls(file);
    expect(called.length).toBeGreaterThan(0);
    expect(granted(file)).toEqual(expect.arrayContaining(called));
    const explained = [
      ...base,
      ...called,
      ...called.flatMap((action) => along[action] ?? []),
      ...(destination[file] ?? []),
    ];
    expect(granted(file).filter((action) => !explained.includes(action))).toEqual([]);
  });

  test('may reach the objects that it names', () => {
    const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
    const reachable = actions.flatMap((action) => synthesis.allowed(file, action));
    for (const object of named(file)) {
      expect({ object, reachable: reachable.some((pattern) => covers(pattern, object)) }).toEqual({
        object,
        reachable: true,
      });
    }
  });

  test('gets the variables that it reads, and no others', () => {
    const { Variables } = properties(file).Environment as { Variables: Record<string, string> };
    const read = matches(source(file), /environment\d*\("(\w+)"\)/g);
    if (/process\.env\.SETTINGS/.test(source(file))) read.push('SETTINGS');
    const given = Object.keys(Variables).filter((name) => !['NODE_OPTIONS', 'POWERTOOLS_LOG_LEVEL'].includes(name));
    expect(given.sort()).toEqual(read.sort());
    // Lambda takes 4 KB of variables.
    expect(JSON.stringify(Variables).length).toBeLessThan(4_000);
  });

  test('runs as all of them do', () => {
    expect(properties(file)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: `${file}.handler`,
      TracingConfig: { Mode: 'Active' },
    });
    const group = synthesis.named('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/cellflow-${file}`);
    expect(properties(file).LoggingConfig).toEqual({ LogGroup: { Ref: group[0] } });
    expect(group[1].Properties.RetentionInDays).toBe(30);
  });
});

describe('Rights of the functions', () => {
  const everyStatement = (): Statement[] => files.flatMap((file) => synthesis.permissionsOf(file));
  const who = (action: string, within: string): string[] =>
    files.filter((file) => synthesis.allowed(file, action).some((resource) => resource.startsWith(within))).sort();

  test('no action is a wildcard, but for the data keys of the encrypted topics', () => {
    const wild = everyStatement().flatMap(({ actions }) => actions.filter((action) => action.includes('*')));
    expect([...new Set(wild)]).toEqual(['kms:GenerateDataKey*']);
  });

  test('no resource is all, but for traces', () => {
    for (const { actions, resources } of everyStatement()) {
      if (resources.includes('*')) expect(actions.every((action) => action.startsWith('xray:'))).toBe(true);
    }
  });

  test('no function may touch a whole bucket', () => {
    const whole = everyStatement().flatMap(({ resources }) =>
      resources.filter((name) => /^<(lake|reports)>\/\*$/.test(name)),
    );
    expect(whole).toEqual([]);
  });

  test('only Seal upload and merges write the tables, and only the sweep takes anything away', () => {
    for (const table of ['measurements', 'hourly_quality']) {
      expect(who('s3:PutObject', `<lake>/${table}/`)).toEqual(['merge-days', 'seal-upload']);
      expect(synthesis.allowed('merge-days', 's3:PutObject')).toContain(`<lake>/${table}/*/merged-*`);
      expect(synthesis.allowed('merge-days', 's3:PutObject')).not.toContain(`<lake>/${table}/*`);
    }
    // But for notes on what waits to be reported.
    expect(who('s3:DeleteObject', '<')).toEqual(['join-reporting', 'mail-reports', 'sweep-lake']);
    for (const file of ['join-reporting', 'mail-reports']) {
      expect(synthesis.allowed(file, 's3:DeleteObject')).toEqual(['<lake>/reporting/waiting/*']);
    }
    expect(synthesis.allowed('sweep-lake', 's3:DeleteObject')).toEqual([
      '<lake>/hourly_quality/*',
      '<lake>/measurements/*',
      '<lake>/sealed/*',
      '<lake>/visibility/*',
    ]);
  });

  test('who writes a key by the contract may do so', () => {
    for (const { name, bucket, pattern, writtenBy } of objectKeys) {
      const key = `<${bucket}>/${pattern.replace('<table>', 'measurements').replace(/<\w+>/g, 'x')}`;
      for (const writer of writtenBy.filter((one) => files.includes(one))) {
        const allowed = synthesis.allowed(writer, 's3:PutObject').some((resource) => covers(resource, key));
        expect([name, writer, allowed]).toEqual([name, writer, true]);
      }
    }
  });

  test('claims move in one place', () => {
    expect(who('s3:PutObject', '<lake>/claims/')).toEqual(['plan-upload']);
  });

  test('the register of rounds moves in two places, which may ask how executions are, and nothing else of them', () => {
    const movers = ['join-reporting', 'mail-reports'];
    expect(who('s3:PutObject', '<lake>/reporting/')).toEqual(movers);
    const ask = files.filter((file) => synthesis.allowed(file, 'states:DescribeExecution').length > 0).sort();
    expect(ask).toEqual([...movers, 'report-failure']);
    for (const file of movers) {
      expect(granted(file).filter((action) => action.startsWith('states:'))).toEqual(['states:DescribeExecution']);
      expect(synthesis.allowed(file, 'states:DescribeExecution')).toEqual([
        expect.stringMatching(/:execution:cellflow-upload:\*$/),
      ]);
    }
  });

  test('mail of reports is sent in one place', () => {
    expect(files.filter((file) => synthesis.allowed(file, 'sns:Publish').includes('<reports>'))).toEqual([
      'mail-reports',
    ]);
  });

  test('nothing writes the ledger or the uploads', () => {
    expect(who('s3:PutObject', '<lake>/landings/')).toEqual([]);
    expect(who('s3:PutObject', '<uploads>')).toEqual([]);
  });

  test('a saved query reads the tables and writes results, whatever it says', () => {
    expect(synthesis.allowed('run-report', 's3:PutObject')).toEqual([
      '<lake>/runs/*/reports/*',
      '<reports>/*/*.csv',
      '<reports>/athena/*',
    ]);
    for (const action of ['s3:ListMultipartUploadParts', 's3:AbortMultipartUpload']) {
      expect(synthesis.allowed('run-report', action)).toContain('<reports>/athena/*');
    }
    const actions = granted('run-report').filter((action) => action.startsWith('glue:'));
    expect(actions.every((action) => /^glue:(BatchGet|Get)/.test(action))).toBe(true);
    const named = (arn: string) => /:((database|table)\/.*)$/.exec(arn)?.[1];
    // Of the default database that it is there, which Athena asks before any query; of its tables nothing.
    expect(synthesis.allowed('run-report', 'glue:GetDatabase').map(named)).toContain('database/default');
    expect(synthesis.allowed('run-report', 'glue:GetTable').map(named)).toEqual([
      undefined,
      'database/cellflow',
      'database/cellflow_files',
      'table/cellflow/hourly_quality',
      'table/cellflow/measurements',
      'table/cellflow/uploads_visibility',
      'table/cellflow_files/hourly_quality',
      'table/cellflow_files/measurements',
    ]);
    // The lake's, as far as the views need them; and its own results.
    expect(synthesis.allowed('run-report', 's3:GetObject')).toEqual([
      '<lake>/claims/*',
      '<lake>/hourly_quality/*',
      '<lake>/measurements/*',
      '<lake>/reporting/register.json',
      '<lake>/reporting/rounds/*',
      '<lake>/visibility/*',
      '<reports>/athena/*',
    ]);
  });

  test('what gives tables new columns does so in the database of the files', () => {
    for (const action of ['glue:UpdateTable', 'glue:BatchUpdatePartition']) {
      const allowed = files.filter((file) => synthesis.allowed(file, action).length > 0);
      expect(allowed).toEqual(['find-new-partitions', 'take-over-lake']);
      const resources = allowed.flatMap((file) => synthesis.allowed(file, action));
      expect(resources.filter((arn) => /[:/]cellflow(\/|$)/.test(arn))).toEqual([]);
      expect(resources).toContainEqual(expect.stringMatching(/table\/cellflow_files\/measurements$/));
    }
  });

  test('only the reports are open to links', () => {
    expect(synthesis.allowed('report-link', 's3:GetObject')).toEqual([
      '<reports>/*/*.csv',
      '<reports>/*/index.html',
      '<reports>/*/reports.xlsx',
      '<reports>/*/signal-map.geojson',
    ]);
  });

  test('what is exported is written over nothing else', () => {
    expect(synthesis.allowed('export-reports', 's3:PutObject')).toEqual([
      '<reports>/*/reports.xlsx',
      '<reports>/*/signal-map.geojson',
    ]);
  });
});

describe('Settings', () => {
  test('are passed on as the configuration has them', () => {
    const other = new Synthesis(makeStack({ settings: { maxRejectedShare: 0.25 } }));
    const [, { Properties }] = other.named('AWS::Lambda::Function', 'FunctionName', 'cellflow-judge-upload');
    const { Variables } = Properties.Environment as { Variables: { SETTINGS: string } };
    expect(JSON.parse(Variables.SETTINGS)).toEqual({ ...readConfig().settings, maxRejectedShare: 0.25 });
  });
});
