import { DescribeExecutionCommand, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { sfn } from '../../platform/clients';

/**
 * Whether an execution is on its way. Step Functions may tell what was true a moment ago: who is taken for dead is kept out by the
 * register, who is taken for alive is looked at again.
 */
const isAlive = async (execution: string): Promise<boolean> => {
  try {
    const { status } = await sfn().send(new DescribeExecutionCommand({ executionArn: execution }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE';
  } catch (error) {
    // Step Functions forgets an execution 90 days after its end.
    if (error instanceof ExecutionDoesNotExist) return false;
    throw error;
  }
};

export { isAlive };
