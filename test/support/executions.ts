import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** Step Functions, as far as it tells how executions are. */
const describeAs = (statuses: Readonly<Record<string, Status>>): void => {
  const states = mockClient(SFNClient);
  states.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    const status = statuses[executionArn];
    if (status === undefined) throw new ExecutionDoesNotExist({ message: executionArn, $metadata: {} });
    return { status };
  });
};

export { describeAs };
