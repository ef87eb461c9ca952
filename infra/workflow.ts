import { ArnFormat, Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { readEndings, refusedEndings } from '../core/uploads/file-kinds';
import { acknowledge, acknowledgeWildcards } from './compliance';
import type { Config } from './config';
import { deadLetters } from './dead-letters';
import type { LakeCatalogue } from './lake-catalogue';
import { names } from './names';
import { permit, readObjects } from './permissions';
import type { Stages } from './stages';
import { readDefinition, substitution, substitutionsFor } from './state-machine';
import type { Storage } from './storage';

interface WorkflowProps {
  readonly storage: Storage;
  readonly stages: Stages;
  readonly catalogue: LakeCatalogue;
  readonly mail: ITopic;
  readonly concurrency: Config['concurrency'];
  readonly logsDays: number;
}

/** The state machine, and the rule that starts it for each file that is uploaded. */
class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  /** Events of uploads that could not start the state machine. */
  readonly undelivered: Queue;
  readonly rule: Rule;

  constructor(scope: Construct, id: string, props: WorkflowProps) {
    super(scope, id);
    this.stateMachine = this.machine(props);
    this.mayRunDistributedMaps(this.stateMachine.role as Role);

    this.undelivered = deadLetters(this, 'Undelivered');
    this.rule = new Rule(this, 'Uploaded', {
      description: 'Starts Cellflow for each table that is uploaded.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [props.storage.uploads.bucketName] },
          // Those that cannot be read start it too: a mail then says what to do. Folders and all else are left alone.
          object: {
            key: Match.anyOf(
              ...[...readEndings, ...refusedEndings].map((ending) => Match.suffixEqualsIgnoreCase(ending)),
            ),
          },
        },
      },
      targets: [
        new SfnStateMachine(this.stateMachine, {
          retryAttempts: 185,
          maxEventAge: Duration.hours(24),
          deadLetterQueue: this.undelivered,
        }),
      ],
    });
  }

  private machine({ storage, stages, catalogue, mail, concurrency, logsDays }: WorkflowProps): StateMachine {
    const functions = Object.entries(stages.functions);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    permit(role, [
      {
        actions: ['lambda:InvokeFunction'],
        resources: functions.map(([, { functionArn }]) => functionArn),
      },
      // The lists of chunks that the distributed maps read.
      readObjects(storage.lake, 'runs/*/chunks.json'),
      { actions: ['glue:StartCrawler', 'glue:GetCrawler'], resources: [catalogue.crawlerArn] },
    ]);
    // Executions that began before there were rounds mail by themselves.
    mail.grantPublish(role);
    acknowledge(role, {
      'IAM5[Resource::*]': 'Delivery of logs and X-Ray traces have no resource to name.',
      'IAM5[Action::kms:GenerateDataKey*]': 'What publishing to an encrypted topic takes; on one key.',
    });

    const definition = readDefinition(concurrency);
    return new StateMachine(this, 'StateMachine', {
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: substitutionsFor(definition, {
        ...Object.fromEntries(functions.map(([file, { functionArn }]) => [substitution(file), functionArn])),
        Partition: Aws.PARTITION,
        CrawlerName: names.crawler,
      }),
      role,
      tracingEnabled: true,
      logs: {
        // Under this prefix a log group does not fill the account's one resource policy for log delivery.
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${names.stateMachine}`,
          retention: logsDays as RetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
        // The data holds the signed links of the mail; who may see them, sees them in the execution's history.
        includeExecutionData: false,
      },
    });
  }

  /** A state machine of a file gets no rights by itself. This is a policy of its own: in the role's it would be circular. */
  private mayRunDistributedMaps(role: Role): void {
    const executions = [':*', '/*'].map((pattern) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'execution',
        resourceName: `${names.stateMachine}${pattern}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    const policy = new Policy(this, 'DistributedMaps', {
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachine.stateMachineArn] }),
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
          resources: executions,
        }),
      ],
    });
    acknowledgeWildcards(
      policy,
      executions,
      'Executions get their names when they start; they are those of this machine.',
    );
  }
}

export { Workflow };
