import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { mailingTime } from '../core/reports/rounds/joining';
import { acknowledge } from './compliance';
import type { Config } from './config';
import { type CellflowFunction, type FunctionDefaults, type FunctionDescription, makeFunction } from './functions';
import type { LakeCatalogue } from './lake-catalogue';
import { names } from './names';
import { deleteObjects, describeExecutions, listObjects, readObjects, readVersions, writeObjects } from './permissions';
import type { ReportLinks } from './report-links';
import type { SavedReports } from './saved-reports';
import type { Storage } from './storage';
import type { MeasurementStream } from './stream';
import type { StreamingJob } from './streaming-job';

interface StagesProps {
  readonly storage: Storage;
  readonly stream: MeasurementStream;
  readonly catalogue: LakeCatalogue;
  readonly job: StreamingJob;
  readonly savedReports: SavedReports;
  readonly links: ReportLinks;
  /** Takes the mails of reports. */
  readonly mail: ITopic;
  readonly settings: Config['settings'];
  readonly defaults: FunctionDefaults;
}

/**
 * The functions that the state machine calls, an entry each: its size, the variables that it reads and the rights that it needs.
 */
const stageTable = (
  scope: Construct,
  { storage, stream, catalogue, job, savedReports, links, mail, ...props }: StagesProps,
) => {
  const { lake, reports, uploads } = storage;
  const settings = { SETTINGS: JSON.stringify(props.settings) };
  const inLake = { LAKE_BUCKET: lake.bucketName };
  const inReports = { REPORTS_BUCKET: reports.bucketName };
  const deployed = { DEPLOYED_REPORTS: savedReports.reports.map(({ name }) => name).join(',') };
  const claims = [readObjects(lake, 'claims/*'), listObjects(lake)];
  const register = 'reporting/register.json';
  const rounds = readObjects(lake, register, 'reporting/rounds/*');
  /** Who leads a round, or waits to, is asked for by those who come, and by who is done. */
  const moveRegister = (scope: Construct) => [
    readObjects(lake, register, 'runs/*/reported.json'),
    writeObjects(lake, register, 'runs/*/reported.json'),
    deleteObjects(lake, 'reporting/waiting/*'),
    describeExecutions(scope),
  ];

  return {
    // Unpacks what is packed, and makes UTF-8 of UTF-16.
    'plan-upload': {
      memory: 1769,
      seconds: 900,
      environment: { ...inLake, ...settings },
      permissions: [
        readVersions(uploads, '*'),
        readObjects(lake, 'claims/*', 'runs/*/text.csv'),
        writeObjects(lake, 'claims/*', 'uploads/*', 'runs/*/chunks.json', 'runs/*/text.csv'),
        listObjects(lake, uploads),
      ],
    },
    'validate-chunk': {
      memory: 1769,
      seconds: 300,
      environment: { ...inLake, ...settings },
      permissions: [
        ...claims,
        readVersions(uploads, '*'),
        readObjects(lake, 'runs/*/text.csv'),
        writeObjects(lake, 'staged/*', 'runs/*/summaries/*', 'runs/*/rejected/*', 'runs/*/set-aside/*'),
      ],
    },
    'judge-upload': {
      memory: 1024,
      seconds: 600,
      environment: { ...inLake, ...inReports, ...settings },
      permissions: [
        ...claims,
        readObjects(lake, 'runs/*'),
        writeObjects(lake, 'runs/*/plan.json'),
        writeObjects(reports, '*/rejected-rows.csv', '*/set-aside-values.csv'),
      ],
    },
    'publish-chunk': {
      memory: 512,
      seconds: 600,
      environment: { ...inLake, STREAM_NAME: names.stream },
      permissions: [...claims, readObjects(lake, 'staged/*'), stream.publishing()],
    },
    'ensure-streaming-job': {
      memory: 256,
      seconds: 60,
      environment: { JOB_NAME: names.job },
      permissions: [job.running()],
    },
    'check-landing': {
      memory: 1024,
      seconds: 300,
      environment: { ...inLake, STREAM_NAME: names.stream, JOB_NAME: names.job, ...settings },
      permissions: [
        ...claims,
        readObjects(lake, 'runs/*', 'landings/*', 'staged/*', 'job/*'),
        stream.publishing(),
        job.running(),
      ],
    },
    'seal-upload': {
      memory: 1024,
      seconds: 900,
      environment: inLake,
      permissions: [
        ...claims,
        readObjects(lake, 'landings/*', 'landing/*', 'sealed/*', 'visibility/*'),
        writeObjects(lake, 'visibility/*', 'sealed/*', 'measurements/*', 'hourly_quality/*'),
      ],
    },
    'find-new-partitions': {
      memory: 512,
      seconds: 120,
      environment: {
        ...inLake,
        DATABASE_NAME: names.database,
        FILES_DATABASE_NAME: names.filesDatabase,
        ...settings,
      },
      permissions: [
        ...claims,
        readObjects(lake, 'sealed/*', 'visibility/*'),
        // Executions of version 0.1 become visible here.
        writeObjects(lake, 'visibility/*'),
        catalogue.findViews(),
        catalogue.widenTables(),
      ],
    },
    'make-upload-visible': {
      memory: 512,
      seconds: 180,
      environment: { ...inLake, ...settings },
      permissions: [readObjects(lake, 'visibility/*'), writeObjects(lake, 'visibility/*'), listObjects(lake)],
    },
    // Reads the totals of up to a thousand uploads.
    'join-reporting': {
      memory: 1024,
      seconds: 240,
      environment: inLake,
      permissions: [
        ...claims,
        ...moveRegister(scope),
        readObjects(lake, 'reporting/waiting/*', 'reporting/rounds/*'),
        writeObjects(lake, 'reporting/waiting/*', 'reporting/rounds/*'),
      ],
    },
    'list-reports': {
      memory: 256,
      seconds: 60,
      environment: {
        WORKGROUP_NAME: names.workgroup,
        ...deployed,
      },
      permissions: [savedReports.readQueries()],
    },
    // Runs what people saved, so it is the limit of what a query can do: read views, tables and the log, write results.
    'run-report': {
      memory: 512,
      seconds: 900,
      environment: {
        ...inLake,
        ...inReports,
        DATABASE_NAME: names.database,
        FILES_DATABASE_NAME: names.filesDatabase,
        WORKGROUP_NAME: names.workgroup,
        ...deployed,
        ...settings,
      },
      permissions: [
        ...claims,
        rounds,
        savedReports.readQueries(),
        savedReports.runQueries(),
        // Athena reads the catalogue and the lake, and writes its results, in the name of who asks. The function itself asks for the
        // days before the upload's.
        ...catalogue.queryTables(),
        readObjects(lake, 'measurements/*', 'hourly_quality/*', 'visibility/*'),
        writeObjects(lake, 'runs/*/reports/*'),
        ...savedReports.keepResults(),
        writeObjects(reports, '*/*.csv'),
        {
          actions: ['s3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
          resources: [lake.bucketArn, reports.bucketArn],
        },
      ],
    },
    // Writes a workbook cell by cell.
    'export-reports': {
      memory: 1769,
      seconds: 600,
      environment: { ...inLake, ...inReports, ...settings },
      permissions: [
        ...claims,
        rounds,
        readObjects(lake, 'runs/*/reports/*'),
        readObjects(reports, '*/*.csv'),
        writeObjects(reports, '*/reports.xlsx', '*/signal-map.geojson'),
        listObjects(reports),
      ],
    },
    'build-report-page': {
      memory: 1769,
      seconds: 300,
      environment: { ...inLake, ...inReports, ...links.variables(), ...settings },
      permissions: [
        ...claims,
        rounds,
        // `uploads/*`: the names of the other files of these days.
        readObjects(lake, 'runs/*/reports/*', 'uploads/*'),
        readObjects(reports, '*/*.csv'),
        writeObjects(reports, '*/index.html'),
        listObjects(reports),
        links.signing(),
      ],
    },
    'mail-reports': {
      memory: 512,
      // Others go by it: how long a mail of one that has ended may still be on its way.
      seconds: mailingTime.function / 1_000,
      environment: { ...inLake, REPORTS_TOPIC_ARN: mail.topicArn },
      permissions: [...moveRegister(scope), listObjects(lake)],
    },
  } satisfies Record<string, FunctionDescription>;
};

type StageFile = keyof ReturnType<typeof stageTable>;

/** The functions behind the state machine's stages. */
class Stages extends Construct {
  /** In the order of the stages. */
  readonly functions: Readonly<Record<StageFile, CellflowFunction>>;

  constructor(scope: Construct, id: string, props: StagesProps) {
    super(scope, id);
    this.functions = Object.fromEntries(
      Object.entries(stageTable(this, props)).map(([file, description]) => [
        file,
        makeFunction(this, file, { ...props.defaults, ...description }),
      ]),
    ) as Record<StageFile, CellflowFunction>;
    // Who starts a run says which version of the columns its code knows, so the job gets its code before they get theirs.
    for (const file of ['ensure-streaming-job', 'check-landing'] as const) {
      this.functions[file].node.addDependency(props.job);
    }
    const { 'mail-reports': mailing } = this.functions;
    props.mail.grantPublish(mailing);
    if (mailing.role) {
      acknowledge(mailing.role, {
        'IAM5[Action::kms:GenerateDataKey*]': 'What publishing to an encrypted topic takes; on one key.',
      });
    }
  }
}

export { Stages };
