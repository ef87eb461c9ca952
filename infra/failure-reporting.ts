import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge } from './compliance';
import type { Config } from './config';
import { deadLetters } from './dead-letters';
import { type CellflowFunction, type FunctionDefaults, makeFunction } from './functions';
import { names } from './names';
import { readObjects } from './permissions';
import type { ReportLinks } from './report-links';
import type { Storage } from './storage';

interface FailureReportingProps {
  readonly stateMachine: StateMachine;
  readonly storage: Storage;
  readonly links: ReportLinks;
  readonly mail: ITopic;
  readonly settings: Config['settings'];
  readonly defaults: FunctionDefaults;
}

/** Mails the stage, the reason and the way out of each execution that did not succeed. */
class FailureReporting extends Construct {
  readonly function: CellflowFunction;
  readonly rule: Rule;
  /** Failures that could not be mailed. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: FailureReportingProps) {
    super(scope, id);
    const { stateMachine, storage, links, mail, settings, defaults } = props;
    const ofMachine = (resource: string, pattern: string) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource,
        resourceName: `${names.stateMachine}${pattern}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });

    this.undelivered = deadLetters(this, 'Undelivered');
    this.function = makeFunction(this, 'report-failure', {
      ...defaults,
      memory: 512,
      seconds: 120,
      environment: {
        LAKE_BUCKET: storage.lake.bucketName,
        REPORTS_BUCKET: storage.reports.bucketName,
        FAILURES_TOPIC_ARN: mail.topicArn,
        ...links.variables(),
        SETTINGS: JSON.stringify(settings),
      },
      permissions: [
        {
          actions: ['states:DescribeExecution', 'states:GetExecutionHistory', 'states:ListMapRuns'],
          // Those of a map's children hold a slash.
          resources: [ofMachine('execution', ':*'), ofMachine('execution', '/*')],
          because: 'Executions get their names when they start; they are those of this machine.',
        },
        {
          // Of a map run: which of its children failed.
          actions: ['states:DescribeMapRun', 'states:ListExecutions'],
          resources: [ofMachine('mapRun', '/*')],
          because: 'Map runs get their names when they start; they are those of this machine.',
        },
        // The mail shows the first rows or values that a file failed for; no error and no state holds them.
        readObjects(storage.reports, '*/rejected-rows.csv', '*/set-aside-values.csv'),
        // And the files of the round that an execution led.
        readObjects(storage.lake, 'reporting/rounds/*'),
        links.signing(),
      ],
      onFailure: new SqsDestination(this.undelivered),
    });
    mail.grantPublish(this.function);
    if (this.function.role) {
      acknowledge(this.function.role, {
        'IAM5[Action::kms:GenerateDataKey*]': 'What publishing to an encrypted topic takes; on one key.',
      });
    }

    this.rule = new Rule(this, 'Failed', {
      description: 'Reports each execution of Cellflow that did not succeed.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [stateMachine.stateMachineArn],
          // A map's children are `execution:<machine>/<map>:<name>`; what fails them fails the execution that is reported.
          executionArn: Match.prefix(ofMachine('execution', ':')),
        },
      },
      targets: [
        new LambdaFunction(this.function, {
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
          deadLetterQueue: this.undelivered,
        }),
      ],
    });
  }
}

export { FailureReporting };
