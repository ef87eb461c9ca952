import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { takeOverLake } from '../core/lake/takeover';
import { environment } from '../core/platform/environment';
import { logger } from '../core/platform/telemetry';

type Outcome = { Status: 'SUCCESS' } | { Status: 'FAILED'; Reason: string };

const answerTime = 30_000;

/** What a deployment asks for, before it makes the views. */
const takeOver = async (request: CloudFormationCustomResourceEvent['RequestType']): Promise<Outcome> => {
  if (request === 'Delete') return { Status: 'SUCCESS' };
  try {
    const databases = { views: environment('DATABASE_NAME'), files: environment('FILES_DATABASE_NAME') };
    const taken = await takeOverLake(environment('LAKE_BUCKET'), databases);
    logger.info('Taken over', { ...taken });
    return { Status: 'SUCCESS' };
  } catch (error) {
    logger.error('Not taken over', error as Error);
    return { Status: 'FAILED', Reason: `${(error as Error).name}: ${(error as Error).message}. Deploy again.` };
  }
};

/** CloudFormation waits for an answer at an address of its own; without one the deployment hangs. */
const handler = async (event: CloudFormationCustomResourceEvent, context: Pick<Context, 'logStreamName'>) => {
  const outcome = await takeOver(event.RequestType);
  const { StackId, RequestId, LogicalResourceId } = event;
  await fetch(event.ResponseURL, {
    method: 'PUT',
    signal: AbortSignal.timeout(answerTime),
    body: JSON.stringify({
      ...outcome,
      StackId,
      RequestId,
      LogicalResourceId,
      PhysicalResourceId: 'cellflow-lake',
      Data: { log: context.logStreamName },
    }),
  });
};

export { handler };
