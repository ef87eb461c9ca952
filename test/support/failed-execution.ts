import { DescribeExecutionCommand, GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { AwsClientStub } from 'aws-sdk-client-mock';
import type { Upload } from '../../core/uploads/upload';

const failedExecution = 'arn:aws:states:eu-west-1:123456789012:execution:cellflow-upload:run-1';

/** What the state machine is told of a function's error. */
const causeOf = ({ name, message, stack = '' }: Error): string =>
  JSON.stringify({ errorType: name, errorMessage: message, trace: stack.split('\n') });

/** Makes Step Functions tell of an execution that failed with an error at *Judge upload*. */
const failWith = (sfn: AwsClientStub<SFNClient>, upload: Pick<Upload, 'id'>, error: Error): void => {
  const details = { error: error.name, cause: causeOf(error) };
  sfn.on(DescribeExecutionCommand).resolves({ name: 'run-1', status: 'FAILED', input: '{}' });
  sfn.on(GetExecutionHistoryCommand).resolves({
    events: [
      {
        id: 3,
        previousEventId: 2,
        type: 'ExecutionFailed',
        timestamp: new Date(),
        executionFailedEventDetails: details,
      },
      {
        id: 2,
        previousEventId: 1,
        type: 'LambdaFunctionFailed',
        timestamp: new Date(),
        lambdaFunctionFailedEventDetails: details,
      },
      {
        id: 1,
        previousEventId: 0,
        type: 'TaskStateEntered',
        timestamp: new Date(),
        stateEnteredEventDetails: { name: 'Judge upload', input: JSON.stringify({ upload }) },
      },
    ],
  });
};

export { causeOf, failedExecution, failWith };
