import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type IDestination, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionsCode } from './bundles';
import { acknowledge } from './compliance';
import type { Config } from './config';
import { names } from './names';
import { type Permission, permit } from './permissions';

/**
 * Memory in MB (1,769 is one whole processor: validation and the page compute, the others wait for services) and time in
 * seconds. None holds a file in memory: a chunk, a report's shown rows or a list of ids is the most.
 */
const sizes = {
  'plan-upload': { memory: 1024, seconds: 900 },
  'validate-chunk': { memory: 1769, seconds: 300 },
  'judge-upload': { memory: 1024, seconds: 600 },
  'publish-chunk': { memory: 512, seconds: 600 },
  'ensure-streaming-job': { memory: 256, seconds: 60 },
  'check-landing': { memory: 1024, seconds: 300 },
  'seal-upload': { memory: 1024, seconds: 900 },
  'find-new-partitions': { memory: 512, seconds: 120 },
  'list-reports': { memory: 256, seconds: 60 },
  'run-report': { memory: 512, seconds: 900 },
  'build-report-page': { memory: 1769, seconds: 300 },
  'report-failure': { memory: 512, seconds: 120 },
  'report-link': { memory: 512, seconds: 30 },
} as const;

type FunctionFile = keyof typeof sizes;

/** What each function of a deployment has in common. */
interface FunctionDefaults {
  readonly logLevel: Config['logLevel'];
  readonly logsDays: number;
}

interface FunctionProps extends FunctionDefaults {
  /** The variables that it reads, and no others. @default - none */
  readonly environment?: Record<string, string>;
  /** All that it may do besides writing its own log and traces. */
  readonly permissions: Permission[];
  /** Where events go that failed with every asynchronous attempt. @default - it is not called so */
  readonly onFailure?: IDestination;
}

const pascal = (file: string): string =>
  file
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');

/** Makes a Lambda function of a file in `functions/`, with a role and a log group of its own. */
const makeFunction = (scope: Construct, file: FunctionFile, props: FunctionProps): LambdaFunction => {
  const { memory, seconds } = sizes[file];
  const logGroup = new LogGroup(scope, `${pascal(file)}Log`, {
    logGroupName: `/aws/lambda/${names.function(file)}`,
    retention: props.logsDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${pascal(file)}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  permit(role, props.permissions);
  acknowledge(role, { 'IAM5[Resource::*]': 'X-Ray takes traces for no named resource.' });
  return new LambdaFunction(scope, pascal(file), {
    functionName: names.function(file),
    code: functionsCode(Object.keys(sizes)),
    handler: `${file}.handler`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: memory,
    timeout: Duration.seconds(seconds),
    tracing: Tracing.ACTIVE,
    logGroup,
    role,
    environment: { NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_LOG_LEVEL: props.logLevel, ...props.environment },
    onFailure: props.onFailure,
  });
};

type CellflowFunction = LambdaFunction;

export type { CellflowFunction, FunctionDefaults, FunctionFile };
export { makeFunction, sizes };
