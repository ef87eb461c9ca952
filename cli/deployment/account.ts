import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UsageError } from '../errors';

/** Where a deployment is. */
interface Account {
  readonly account: string;
  readonly region: string;
}

/** The account of the ordinary credentials, and their region. */
const findAccount = async (): Promise<Account> => {
  const client = new STSClient({});
  const region = await client.config.region().catch(() => {
    throw new UsageError('No AWS region is set: set AWS_REGION, or a region in the profile that AWS_PROFILE names.');
  });
  const { Account: account } = await client.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    throw new UsageError(`No AWS account can be reached: ${error.message}. Set AWS_PROFILE, or credentials.`);
  });
  return { account: account as string, region };
};

/** The status of a stack, or undefined where there is none. */
const stackStatus = async (name: string): Promise<string | undefined> => {
  try {
    const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.[0]?.StackStatus;
  } catch (error) {
    if ((error as Error).name === 'ValidationError' && /does not exist/.test((error as Error).message))
      return undefined;
    throw error;
  }
};

export type { Account };
export { findAccount, stackStatus };
