import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type IDestination, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionFiles, functionsCode } from './bundles';
import { acknowledge } from './compliance';
import type { Config } from './config';
import { names } from './names';
import { type Permission, permit } from './permissions';

/** What each function of a deployment has in common. */
interface FunctionDefaults {
  readonly logLevel: Config['logLevel'];
  readonly logsDays: number;
}

/** What is a function's own. */
interface FunctionDescription {
  /**
   * In MB; 1,769 is one whole processor, for what computes rather than waits for services. None holds a file in memory: a
   * chunk, a report's shown rows or a list of ids is the most.
   */
  readonly memory: number;
  /** How long it may run. */
  readonly seconds: number;
  /** The variables that it reads, and no others. @default - none */
  readonly environment?: Record<string, string>;
  /** All that it may do besides writing its own log and traces. */
  readonly permissions: Permission[];
  /** Where events go that failed with every asynchronous attempt. @default - it is not called so */
  readonly onFailure?: IDestination;
}

type FunctionProps = FunctionDefaults & FunctionDescription;

const pascal = (file: string): string =>
  file
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');

/**
 * Makes a Lambda function of a file in `functions/`, with a role and a log group of its own.
 *
 * @throws where there is no such file, which would show at the first call only
 */
const makeFunction = (scope: Construct, file: string, props: FunctionProps): LambdaFunction => {
  if (!functionFiles().includes(file)) throw new Error(`There is no functions/${file}.ts`);
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
    code: functionsCode(),
    handler: `${file}.handler`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: props.memory,
    timeout: Duration.seconds(props.seconds),
    tracing: Tracing.ACTIVE,
    logGroup,
    role,
    environment: { NODE_OPTIONS: '--enable-source-maps', POWERTOOLS_LOG_LEVEL: props.logLevel, ...props.environment },
    onFailure: props.onFailure,
  });
};

type CellflowFunction = LambdaFunction;

export type { CellflowFunction, FunctionDefaults, FunctionDescription };
export { makeFunction };
