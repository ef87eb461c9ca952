import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { executionLink } from '../core/platform/console-link';
import { settingsSchema } from '../core/platform/settings';
import { UsageError } from './errors';

/** The stack's outputs, by which everything of a deployment is found. */
const outputsSchema = z.object({
  UploadsBucket: z.string(),
  LakeBucket: z.string(),
  ReportsBucket: z.string(),
  StateMachineArn: z.string(),
  StreamName: z.string(),
  JobName: z.string(),
  CrawlerName: z.string(),
  DatabaseName: z.string(),
  WorkgroupName: z.string(),
  LinkUrl: z.string(),
  LinkSecretArn: z.string(),
  /** JSON of the deployment's settings; a stack of version 0.1 does not tell them. */
  Settings: z.string().default('{}'),
});

/** The settings that this version knows: the stack may be of another. */
const knownSettings = z.object(settingsSchema.shape);

const laptopSchema = z.object({
  endpoint: z.string(),
  region: z.string(),
  /** Where the console shows the executions. */
  executions: z.string(),
  mailDir: z.string(),
  outputs: outputsSchema,
});

type Outputs = z.infer<typeof outputsSchema>;

/** Where the commands act: the laptop edition, or an AWS account. */
interface Target {
  kind: 'laptop' | 'aws';
  region: string;
  outputs: Outputs;
  /** Folder of the mails that the laptop edition caught. */
  mailDir?: string;
  /** Address at which a person watches the execution. */
  consoleLink: (execution: string) => string;
  /** Milliseconds between two looks at an execution. */
  pollMs: number;
}

// Node 20 serves the command line well; the SDK's advice to whoever deploys with it would land between the stages.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// Wherever the command is called from.
process.env.CELLFLOW_FORMATS ??= join(root, 'formats');

const localDir = process.env.CELLFLOW_LOCAL_DIR ?? join(root, '.local');

/** What the shared modules read from a Lambda's environment, set from the outputs. */
const setEnvironment = (region: string, outputs: Outputs): void => {
  Object.assign(process.env, {
    AWS_REGION: region,
    LAKE_BUCKET: outputs.LakeBucket,
    REPORTS_BUCKET: outputs.ReportsBucket,
    STREAM_NAME: outputs.StreamName,
    JOB_NAME: outputs.JobName,
    DATABASE_NAME: outputs.DatabaseName,
    WORKGROUP_NAME: outputs.WorkgroupName,
    LINK_BASE_URL: outputs.LinkUrl,
    LINK_SECRET_ARN: outputs.LinkSecretArn,
    SETTINGS: JSON.stringify(knownSettings.parse(JSON.parse(outputs.Settings))),
    POWERTOOLS_LOG_LEVEL: 'CRITICAL',
  });
};

const laptop = async (file: string): Promise<Target> => {
  const { endpoint, region, mailDir, outputs, executions } = laptopSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  await fetch(`${endpoint}/_cellflow/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => {
    throw new UsageError(`The laptop edition does not answer at ${endpoint}: start it again with \`make up\`.`);
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN']) delete process.env[name];
  setEnvironment(region, outputs);
  return { kind: 'laptop', region, outputs, mailDir, consoleLink: () => executions, pollMs: 400 };
};

const aws = async (stack: string): Promise<Target> => {
  const client = new CloudFormationClient({});
  const region = await client.config.region().catch(() => {
    throw new UsageError(
      'No AWS region is set, and the laptop edition is not up. Start it with `make up`, or set AWS_REGION and credentials.',
    );
  });
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack })).catch((error: Error) => {
    throw new UsageError(
      `The stack ${stack} cannot be read in ${region}: ${error.message}. Start the laptop edition with \`make up\`, or deploy with \`make deploy\` and set credentials.`,
    );
  });
  const found = Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));
  const outputs = outputsSchema.parse(found);
  setEnvironment(region, outputs);
  return { kind: 'aws', region, outputs, consoleLink: executionLink, pollMs: 2_000 };
};

/**
 * Finds the deployment that the commands act on: the laptop edition where it is up, else the AWS account of the
 * ordinary credentials; `--target` chooses.
 */
const findTarget = async ({ target, stack }: { target?: string; stack: string }): Promise<Target> => {
  const file = join(localDir, 'stack.json');
  if (target === 'laptop' && !existsSync(file)) {
    throw new UsageError('The laptop edition is not up: start it with `make up`.');
  }
  return target !== 'aws' && existsSync(file) ? laptop(file) : aws(stack);
};

export type { Target };
export { findTarget, localDir, root };
