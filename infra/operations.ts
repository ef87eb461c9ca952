import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { MonitoringFacade, SnsAlarmActionStrategy } from 'cdk-monitoring-constructs';
import { Construct } from 'constructs';
import type { Config } from './config';
import type { FailureReporting } from './failure-reporting';
import type { LakeMerging } from './lake-merging';
import type { LakeSweep } from './lake-sweep';
import { names } from './names';
import type { ReportLinks } from './report-links';
import type { Stages } from './stages';
import type { Workflow } from './workflow';

interface OperationsProps {
  readonly workflow: Workflow;
  readonly failures: FailureReporting;
  readonly stages: Stages;
  readonly links: ReportLinks;
  readonly sweep: LakeSweep;
  readonly merging: LakeMerging;
  readonly stream: Stream;
  readonly alarms: Config['alarms'];
  readonly mail: ITopic;
}

interface Watch {
  /** The end of the alarm's name. */
  readonly name: string;
  readonly title: string;
  readonly metric: Metric;
  /** The alarm goes off above it. */
  readonly threshold: number;
  /** Periods of five minutes, one after the other, that have to be above it. @default 1 */
  readonly periods?: number;
  /** What it means, and what to do. */
  readonly advice: string;
}

const period = Duration.minutes(5);

/**
 * The dashboard, and alarms for what nobody else reports. A failed upload is not among them: it has its own mail, with the
 * reason; what can silence that mail is.
 */
class Operations extends Construct {
  private readonly monitoring: MonitoringFacade;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    this.monitoring = new MonitoringFacade(this, names.stack, {
      alarmFactoryDefaults: {
        alarmNamePrefix: names.stack,
        actionsEnabled: true,
        action: new SnsAlarmActionStrategy({ onAlarmTopic: props.mail }),
      },
    });
    this.uploads(props);
    this.landing(props);
    this.lake(props);
    this.mails(props);
  }

  private uploads({ workflow, stages }: OperationsProps): void {
    const { stateMachine, undelivered } = workflow;
    this.monitoring.addLargeHeader('Uploads');
    this.monitoring.monitorStepFunction({ stateMachine, humanReadableName: 'Uploads' });
    for (const file of ['validate-chunk', 'publish-chunk'] as const) {
      this.monitoring.monitorLambdaFunction({ lambdaFunction: stages.functions[file], humanReadableName: file });
    }
    this.watch({
      name: 'UploadsNotStarted',
      title: 'Uploads that did not start',
      metric: waiting(undelivered),
      threshold: 0,
      advice:
        'Files were uploaded, and no execution started. Their events are in the queue: mend the cause, upload again.',
    });
    this.watch({
      name: 'StateMachineThrottled',
      title: 'State transitions held back',
      metric: stateMachine.metricThrottled({ period }),
      threshold: 100,
      periods: 3,
      advice: 'Step Functions holds back state transitions. Lower concurrency.validate, or have the quota raised.',
    });
  }

  private landing({ stream, alarms }: OperationsProps): void {
    this.monitoring.addLargeHeader('Landing');
    this.monitoring.monitorKinesisDataStream({
      streamName: stream.streamName,
      humanReadableName: 'Stream of measurements',
      alarmFriendlyName: 'Stream',
    });
    this.monitoring.monitorGlueJob({ jobName: names.job, humanReadableName: 'Streaming job' });
    this.watch({
      name: 'LandingFallsBehind',
      title: 'Age of the oldest unread record (ms)',
      metric: stream.metricGetRecordsIteratorAgeMilliseconds({ period, statistic: Stats.MAXIMUM }),
      threshold: Duration.minutes(alarms.iteratorAgeMinutes).toMilliseconds(),
      periods: 3,
      advice: 'The streaming job falls behind what is published. Give it more or larger workers.',
    });
    this.watch({
      name: 'StreamThrottled',
      title: 'Records refused by the stream',
      metric: stream.metricWriteProvisionedThroughputExceeded({ period, statistic: Stats.SUM }),
      threshold: alarms.throttledRecords,
      periods: 3,
      advice: 'The stream keeps refusing records, and uploads take longer. Lower concurrency.publish, or add shards.',
    });
    this.watch({
      name: 'StreamingJobCrashed',
      title: 'Crashes of the streaming job',
      metric: this.crashes(),
      threshold: 0,
      advice: 'The streaming job crashed. A waiting upload starts it again; its error is in the run of the job.',
    });
  }

  private lake({ sweep, merging }: OperationsProps): void {
    this.monitoring.addLargeHeader('Lake');
    this.monitoring.monitorLambdaFunction({ lambdaFunction: sweep.function, humanReadableName: 'sweep-lake' });
    this.watch({
      name: 'SweepFaults',
      title: 'Faults of sweep-lake',
      metric: sweep.function.metricErrors({ period: Duration.hours(1) }),
      threshold: 0,
      periods: 6,
      advice:
        'Replaced and withdrawn rows are not deleted, and the log of visibility grows. See the log of sweep-lake.',
    });
    this.monitoring.monitorLambdaFunction({ lambdaFunction: merging.function, humanReadableName: 'merge-days' });
    this.watch({
      name: 'MergeFaults',
      title: 'Faults of merge-days',
      metric: merging.function.metricErrors({ period: Duration.hours(1) }),
      threshold: 0,
      periods: 6,
      advice:
        'Days of very many small uploads are slow to query; what queries see is right. See the log of merge-days.',
    });
  }

  private mails({ failures, links }: OperationsProps): void {
    this.monitoring.addLargeHeader('Mails and links');
    this.monitoring
      .monitorLambdaFunction({ lambdaFunction: failures.function, humanReadableName: 'report-failure' })
      .monitorLambdaFunction({ lambdaFunction: links.function, humanReadableName: 'report-link' });
    this.watch({
      name: 'ReportFailureFaults',
      title: 'Faults of report-failure',
      metric: failures.function.metricErrors({ period }),
      threshold: 0,
      advice: 'A failed upload may not have been reported by mail. See the list of executions.',
    });
    this.watch({
      name: 'FailuresNotMailed',
      title: 'Failures that were not mailed',
      metric: waiting(failures.undelivered),
      threshold: 0,
      advice: 'Executions failed, and no mail told of it. Their events are in the queue; see the list of executions.',
    });
    this.watch({
      name: 'ReportLinkFaults',
      title: 'Faults of report-link',
      metric: links.function.metricErrors({ period }),
      threshold: 4,
      advice: 'Links to reports do not open for the people who follow them. See the log of report-link.',
    });
  }

  /** Glue counts its runs in no metric, but tells EventBridge how each ended: the matches of a rule are a metric. */
  private crashes(): Metric {
    const { ruleName } = new Rule(this, 'JobCrashed', {
      description: 'Counts the crashes of the streaming job.',
      eventPattern: {
        source: ['aws.glue'],
        detailType: ['Glue Job State Change'],
        detail: { jobName: [names.job], state: ['FAILED', 'ERROR', 'TIMEOUT'] },
      },
    });
    return new Metric({
      namespace: 'AWS/Events',
      metricName: 'TriggeredRules',
      dimensionsMap: { RuleName: ruleName },
      statistic: Stats.SUM,
      period,
    });
  }

  private watch({ name, title, metric, threshold, periods = 1, advice }: Watch): void {
    const alarm = {
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: periods,
      evaluationPeriods: periods,
      alarmNameOverride: `${names.stack}-${name}`,
      // Nothing to count is nothing wrong: the job is off for most of the day.
      treatMissingDataOverride: TreatMissingData.NOT_BREACHING,
      alarmDescriptionOverride: advice,
    };
    this.monitoring.monitorCustom({
      humanReadableName: title,
      alarmFriendlyName: name,
      metricGroups: [{ title, metrics: [{ metric, alarmFriendlyName: name, addAlarm: { Alarm: alarm } }] }],
    });
  }
}

const waiting = (queue: Queue): Metric =>
  queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });

export { Operations };
