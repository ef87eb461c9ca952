import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config';
import { FailureReporting } from './failure-reporting';
import type { FunctionDefaults } from './functions';
import { LakeCatalogue } from './lake-catalogue';
import { LakeMerging } from './lake-merging';
import { LakeSweep } from './lake-sweep';
import { LakeTakeover } from './lake-takeover';
import { names } from './names';
import { Notifications } from './notifications';
import { Operations } from './operations';
import { ReportLinks } from './report-links';
import { SavedReports } from './saved-reports';
import { Stages } from './stages';
import { Storage } from './storage';
import { MeasurementStream } from './stream';
import { StreamingJob } from './streaming-job';
import { Workflow } from './workflow';

interface CellflowStackProps extends StackProps {
  readonly config: Config;
}

/** All of Cellflow. */
class CellflowStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: CellflowStackProps) {
    super(scope, id, props);
    const { retention, settings } = config;
    const defaults: FunctionDefaults = { logLevel: config.logLevel, logsDays: retention.logsDays };

    const storage = new Storage(this, 'Storage', { retention });
    const stream = new MeasurementStream(this, 'Stream', {
      capacity: config.stream,
      retentionDays: retention.streamDays,
    });
    const notifications = new Notifications(this, 'Notifications', { emails: config.emails });
    const catalogue = new LakeCatalogue(this, 'LakeCatalogue', { lake: storage.lake });
    const job = new StreamingJob(this, 'StreamingJob', { lake: storage.lake, stream: stream.stream, job: config.job });
    const savedReports = new SavedReports(this, 'SavedReports', {
      database: catalogue.database,
      views: catalogue.views.views,
      results: storage.reports,
      queries: config.queries,
    });
    const links = new ReportLinks(this, 'ReportLinks', {
      reports: storage.reports,
      consoleUrl: config.consoleUrl,
      defaults,
    });
    const stages = new Stages(this, 'Stages', {
      storage,
      stream,
      catalogue,
      job,
      savedReports,
      links,
      mail: notifications.reports,
      settings,
      defaults,
    });
    const workflow = new Workflow(this, 'Workflow', {
      storage,
      stages,
      catalogue,
      mail: notifications.reports,
      concurrency: config.concurrency,
      logsDays: retention.logsDays,
    });
    const { stateMachine } = workflow;
    new LakeTakeover(this, 'LakeTakeover', { lake: storage.lake, catalogue, stages, defaults });
    const sweep = new LakeSweep(this, 'LakeSweep', { lake: storage.lake, settings, defaults });
    const merging = new LakeMerging(this, 'LakeMerging', {
      lake: storage.lake,
      views: catalogue.views,
      settings,
      defaults,
    });
    const failures = new FailureReporting(this, 'FailureReporting', {
      stateMachine,
      storage,
      links,
      mail: notifications.failures,
      settings,
      defaults,
    });
    new Operations(this, 'Operations', {
      workflow,
      failures,
      stages,
      links,
      sweep,
      merging,
      stream: stream.stream,
      alarms: config.alarms,
      mail: notifications.alarms,
    });

    this.tell({
      UploadsBucket: storage.uploads.bucketName,
      LakeBucket: storage.lake.bucketName,
      ReportsBucket: storage.reports.bucketName,
      StateMachineArn: stateMachine.stateMachineArn,
      StreamName: stream.stream.streamName,
      JobName: names.job,
      CrawlerName: names.crawler,
      DatabaseName: names.database,
      FilesDatabaseName: names.filesDatabase,
      WorkgroupName: names.workgroup,
      LinkUrl: links.url,
      LinkSecretArn: links.secret.secretArn,
      Settings: JSON.stringify(settings),
    });
  }

  /** The outputs by which the command line finds its way, and does as the functions do. */
  private tell(outputs: Record<string, string>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}

export { CellflowStack };
