import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config';
import { type CellflowFunction, type FunctionDefaults, type FunctionFile, makeFunction } from './functions';
import type { LakeCatalogue } from './lake-catalogue';
import { names } from './names';
import { deleteObjects, listObjects, type Permission, readObjects, readVersions, writeObjects } from './permissions';
import type { ReportLinks } from './report-links';
import type { SavedReports } from './saved-reports';
import type { Storage } from './storage';
import type { MeasurementStream } from './stream';
import type { StreamingJob } from './streaming-job';

/** The functions that the state machine calls. */
const stageFiles = [
  'plan-upload',
  'validate-chunk',
  'judge-upload',
  'publish-chunk',
  'ensure-streaming-job',
  'check-landing',
  'seal-upload',
  'find-new-partitions',
  'list-reports',
  'run-report',
  'build-report-page',
] as const satisfies readonly FunctionFile[];

type StageFile = (typeof stageFiles)[number];

interface StagesProps {
  readonly storage: Storage;
  readonly stream: MeasurementStream;
  readonly catalogue: LakeCatalogue;
  readonly job: StreamingJob;
  readonly savedReports: SavedReports;
  readonly links: ReportLinks;
  readonly settings: Config['settings'];
  readonly defaults: FunctionDefaults;
}

interface Stage {
  readonly environment: Record<string, string>;
  readonly permissions: Permission[];
}

/** The functions behind the state machine's stages, each with the variables it reads and the rights it needs. */
class Stages extends Construct {
  readonly functions: Readonly<Record<StageFile, CellflowFunction>>;

  constructor(scope: Construct, id: string, props: StagesProps) {
    super(scope, id);
    const stages = this.stages(props);
    this.functions = Object.fromEntries(
      stageFiles.map((file) => [file, makeFunction(this, file, { ...props.defaults, ...stages[file] })]),
    ) as Record<StageFile, CellflowFunction>;
  }

  private stages(props: StagesProps): Record<StageFile, Stage> {
    const { catalogue, job, links, savedReports, stream } = props;
    const { lake, reports, uploads } = props.storage;
    const settings = { SETTINGS: JSON.stringify(props.settings) };
    const inLake = { LAKE_BUCKET: lake.bucketName };
    const inReports = { REPORTS_BUCKET: reports.bucketName };
    const claims = [readObjects(lake, 'claims/*'), listObjects(lake)];
    const publish: Permission = { actions: ['kinesis:PutRecords'], resources: [stream.stream.streamArn] };
    const runJob: Permission = {
      actions: ['glue:StartJobRun', 'glue:GetJobRuns'],
      resources: [job.jobArn],
    };
    const workgroup = Stack.of(this).formatArn({ service: 'athena', resource: `workgroup/${names.workgroup}` });
    const readQueries: Permission = {
      actions: ['athena:ListNamedQueries', 'athena:BatchGetNamedQuery'],
      resources: [workgroup],
    };

    return {
      'plan-upload': {
        environment: { ...inLake, ...settings },
        permissions: [
          readVersions(uploads, '*'),
          readObjects(lake, 'claims/*', 'sealed/*'),
          writeObjects(lake, 'claims/*', 'uploads/*', 'runs/*/chunks.json'),
          listObjects(lake, uploads),
        ],
      },
      'validate-chunk': {
        environment: { ...inLake, ...settings },
        permissions: [
          ...claims,
          readVersions(uploads, '*'),
          writeObjects(lake, 'staged/*', 'runs/*/summaries/*', 'runs/*/rejected/*'),
        ],
      },
      'judge-upload': {
        environment: { ...inLake, ...inReports, ...settings },
        permissions: [
          ...claims,
          readObjects(lake, 'runs/*'),
          writeObjects(lake, 'runs/*/plan.json'),
          writeObjects(reports, '*/rejected-rows.csv'),
        ],
      },
      'publish-chunk': {
        environment: { ...inLake, STREAM_NAME: names.stream },
        permissions: [...claims, readObjects(lake, 'staged/*'), publish],
      },
      'ensure-streaming-job': {
        environment: { JOB_NAME: names.job },
        permissions: [runJob],
      },
      'check-landing': {
        environment: { ...inLake, STREAM_NAME: names.stream, JOB_NAME: names.job, ...settings },
        permissions: [...claims, readObjects(lake, 'runs/*', 'landings/*', 'staged/*', 'job/*'), publish, runJob],
      },
      'seal-upload': {
        environment: inLake,
        permissions: [
          ...claims,
          readObjects(lake, 'runs/*/plan.json', 'landings/*', 'landing/*', 'sealed/*'),
          writeObjects(lake, 'claims/*', 'sealed/*', 'measurements/*', 'hourly_quality/*'),
          deleteObjects(lake, 'measurements/*', 'hourly_quality/*'),
        ],
      },
      'find-new-partitions': {
        environment: { ...inLake, DATABASE_NAME: names.database },
        permissions: [...claims, readObjects(lake, 'sealed/*'), catalogue.readTables('glue:BatchGetPartition')],
      },
      'list-reports': {
        environment: {
          WORKGROUP_NAME: names.workgroup,
          DEPLOYED_REPORTS: savedReports.reports.map(({ name }) => name).join(','),
        },
        permissions: [readQueries],
      },
      // Runs what people saved, so it is the limit of what a query can do: read the tables, write results.
      'run-report': {
        environment: {
          ...inLake,
          ...inReports,
          DATABASE_NAME: names.database,
          WORKGROUP_NAME: names.workgroup,
          ...settings,
        },
        permissions: [
          ...claims,
          readQueries,
          {
            actions: [
              'athena:StartQueryExecution',
              'athena:GetQueryExecution',
              'athena:GetQueryResults',
              'athena:StopQueryExecution',
            ],
            resources: [workgroup],
          },
          // Athena reads the catalogue and the lake, and writes its results, in the name of who asks.
          catalogue.readTables(
            'glue:GetDatabase',
            'glue:GetTable',
            'glue:GetTables',
            'glue:GetPartition',
            'glue:GetPartitions',
            'glue:BatchGetPartition',
          ),
          readObjects(lake, 'measurements/*', 'hourly_quality/*'),
          writeObjects(lake, 'runs/*/reports/*'),
          readObjects(reports, 'athena/*'),
          writeObjects(reports, 'athena/*', '*/*.csv'),
          listObjects(reports),
          {
            actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
            resources: [lake.bucketArn, reports.bucketArn],
          },
        ],
      },
      'build-report-page': {
        environment: { ...inLake, ...inReports, ...links.variables(), ...settings },
        permissions: [
          ...claims,
          readObjects(lake, 'runs/*/reports/*'),
          readObjects(reports, '*/*.csv'),
          writeObjects(reports, '*/index.html'),
          listObjects(reports),
          links.signing(),
        ],
      },
    };
  }
}

export type { StageFile };
export { Stages, stageFiles };
