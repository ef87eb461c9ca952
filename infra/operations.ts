import { Duration } from 'aws-cdk-lib';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { MonitoringFacade, SnsAlarmActionStrategy } from 'cdk-monitoring-constructs';
import { Construct } from 'constructs';
import type { Config } from './config';
import type { FailureReporting } from './failure-reporting';
import { names } from './names';
import type { ReportLinks } from './report-links';
import type { Stages } from './stages';
import type { Workflow } from './workflow';

interface OperationsProps {
  readonly workflow: Workflow;
  readonly failures: FailureReporting;
  readonly stages: Stages;
  readonly links: ReportLinks;
  readonly stream: IStream;
  readonly alarms: Config['alarms'];
  readonly mail: ITopic;
}

/**
 * The dashboard, and alarms for what nobody else reports. A failed upload is not among them: it has its own mail, with the
 * reason; what can silence that mail is.
 */
class Operations extends Construct {
  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);
    const monitoring = new MonitoringFacade(this, names.stack, {
      alarmFactoryDefaults: {
        alarmNamePrefix: names.stack,
        actionsEnabled: true,
        action: new SnsAlarmActionStrategy({ onAlarmTopic: props.mail }),
      },
    });
    monitoring.addLargeHeader('Uploads');
    this.uploads(monitoring, props);
    monitoring.addLargeHeader('Landing');
    this.landing(monitoring, props);
    monitoring.addLargeHeader('Mails and links');
    this.mails(monitoring, props);
  }

  private uploads(monitoring: MonitoringFacade, { workflow, stages }: OperationsProps): void {
    monitoring.monitorStepFunction({
      stateMachine: workflow.stateMachine,
      humanReadableName: 'Uploads',
      alarmFriendlyName: 'Uploads',
      addThrottledExecutionCountAlarm: {
        Warning: {
          maxErrorCount: 100,
          datapointsToAlarm: 3,
          evaluationPeriods: 3,
          alarmDescriptionOverride:
            'Step Functions slows down state transitions: uploads take longer. Lower concurrency.validate, or have the quota raised.',
        },
      },
    });
    this.deadLetters(monitoring, workflow.undelivered, 'Uploads that did not start', 'UploadsNotStarted', [
      'Files were uploaded and no execution started for them.',
      'The events are in the queue: fix the cause, then upload the files again.',
    ]);
    for (const file of ['validate-chunk', 'publish-chunk'] as const) {
      monitoring.monitorLambdaFunction({ lambdaFunction: stages.functions[file], humanReadableName: file });
    }
  }

  private landing(monitoring: MonitoringFacade, { stream, alarms }: OperationsProps): void {
    const steadily = { datapointsToAlarm: 3, evaluationPeriods: 3, period: Duration.minutes(5) };
    monitoring.monitorKinesisDataStream({
      streamName: stream.streamName,
      humanReadableName: 'Stream of measurements',
      alarmFriendlyName: 'Stream',
      addIteratorMaxAgeAlarm: {
        Warning: {
          ...steadily,
          maxAgeInMillis: Duration.minutes(alarms.iteratorAgeMinutes).toMilliseconds(),
          alarmDescriptionOverride: 'The streaming job falls behind what is published: give it more or larger workers.',
        },
      },
      addWriteProvisionedThroughputExceededAlarm: {
        Warning: {
          ...steadily,
          maxRecordsThrottledThreshold: alarms.throttledRecords,
          alarmDescriptionOverride:
            'The stream keeps refusing records: uploads take longer. Lower concurrency.publish, or add shards.',
        },
      },
    });
    monitoring.monitorGlueJob({
      jobName: names.job,
      humanReadableName: 'Streaming job',
      alarmFriendlyName: 'StreamingJob',
      addJobFailedStateCountAlarm: {
        Warning: {
          maxErrorCount: 0,
          alarmDescriptionOverride:
            'The streaming job crashed. A waiting upload starts it again; its error is in the run of the job.',
        },
      },
    });
  }

  private mails(monitoring: MonitoringFacade, { failures, links }: OperationsProps): void {
    monitoring.monitorLambdaFunction({
      lambdaFunction: failures.function,
      humanReadableName: 'report-failure',
      alarmFriendlyName: 'ReportFailure',
      addFaultCountAlarm: {
        Critical: {
          maxErrorCount: 0,
          alarmDescriptionOverride: 'A failed upload may not have been reported by mail: see the list of executions.',
        },
      },
    });
    this.deadLetters(monitoring, failures.undelivered, 'Failures that were not mailed', 'FailuresNotMailed', [
      'Executions failed and no mail told of it.',
      'The events are in the queue, and the executions in the list of executions.',
    ]);
    monitoring.monitorLambdaFunction({
      lambdaFunction: links.function,
      humanReadableName: 'report-link',
      alarmFriendlyName: 'ReportLink',
      addFaultCountAlarm: {
        Warning: {
          maxErrorCount: 4,
          alarmDescriptionOverride: 'Links to reports do not open for the people who follow them.',
        },
      },
    });
  }

  private deadLetters(
    monitoring: MonitoringFacade,
    queue: Queue,
    title: string,
    name: string,
    description: string[],
  ): void {
    monitoring.monitorSqsQueue({
      queue,
      humanReadableName: title,
      alarmFriendlyName: name,
      addQueueMaxSizeAlarm: { Critical: { maxMessageCount: 0, alarmDescriptionOverride: description.join(' ') } },
    });
  }
}

export { Operations };
