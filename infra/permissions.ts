import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import { acknowledgeWildcards } from './compliance';
import { names } from './names';

interface Permission {
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, string>>;
  /** Why a resource with a wildcard cannot be named more closely. @default - no resource has one */
  readonly because?: string;
}

const keysAreMadePerUpload = 'Object names are made per upload; what is known at deployment is their prefix.';

const objects = (actions: string[], bucket: IBucket, patterns: string[]): Permission => ({
  actions,
  resources: patterns.map((pattern) => bucket.arnForObjects(pattern)),
  because: keysAreMadePerUpload,
});

const readObjects = (bucket: IBucket, ...patterns: string[]): Permission => objects(['s3:GetObject'], bucket, patterns);

/** Reads the very version that an upload is about. */
const readVersions = (bucket: IBucket, ...patterns: string[]): Permission =>
  objects(['s3:GetObject', 's3:GetObjectVersion'], bucket, patterns);

const writeObjects = (bucket: IBucket, ...patterns: string[]): Permission =>
  objects(['s3:PutObject', 's3:AbortMultipartUpload'], bucket, patterns);

/** Looks at the parts of an object that is written in several. */
const listParts = (bucket: IBucket, ...patterns: string[]): Permission =>
  objects(['s3:ListMultipartUploadParts'], bucket, patterns);

const deleteObjects = (bucket: IBucket, ...patterns: string[]): Permission =>
  objects(['s3:DeleteObject'], bucket, patterns);

/** Lists a bucket. Without it S3 answers "access denied" for an object that is not there, which is no answer to "is it there?". */
const listObjects = (...buckets: IBucket[]): Permission => ({
  actions: ['s3:ListBucket'],
  resources: buckets.map((bucket) => bucket.bucketArn),
});

/** Asks whether executions of the state machine are on their way. */
const describeExecutions = (scope: IConstruct): Permission => ({
  actions: ['states:DescribeExecution'],
  resources: [
    Stack.of(scope).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${names.stateMachine}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  ],
  because: 'Executions get their names when they start; they are those of this machine.',
});

/** Grants permissions to a role, and accounts for their wildcards on the construct that owns it. */
const permit = (owner: IConstruct & IGrantable, permissions: Permission[]): void => {
  for (const { because, ...statement } of permissions) {
    owner.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
    if (because) acknowledgeWildcards(owner, statement.resources, because);
  }
};

export type { Permission };
export { deleteObjects, describeExecutions, listObjects, listParts, permit, readObjects, readVersions, writeObjects };
