import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { type Databases, giveBackTables, takeOverLake } from '../core/lake/takeover';
import { environment } from '../core/platform/environment';
import { logger } from '../core/platform/telemetry';

type Outcome = { Status: 'SUCCESS' } | { Status: 'FAILED'; Reason: string };

const answerTime = 30_000;
/** CloudFormation takes an answer of 4 KB. */
const longestReason = 1_000;

/** What a deployment asks for, before it makes the views. */
const takeOver = async (databases: Databases, first: boolean): Promise<Outcome> => {
  try {
    const taken = await takeOverLake(environment('LAKE_BUCKET'), databases, first);
    logger.info('Taken over', { ...taken });
    return { Status: 'SUCCESS' };
  } catch (error) {
    logger.error('Not taken over', error as Error);
    const reason = `${(error as Error).name}: ${(error as Error).message}`;
    return { Status: 'FAILED', Reason: `${reason.slice(0, longestReason)} Nothing is lost: deploy again.` };
  }
};

/** What a rollback asks for, and whoever takes the stack away: that is not to fail for this. */
const giveBack = async (databases: Databases): Promise<Outcome> => {
  try {
    logger.info('Given back', { tables: await giveBackTables(databases) });
  } catch (error) {
    logger.error('Not given back', error as Error);
  }
  return { Status: 'SUCCESS' };
};

/**
 * CloudFormation waits for an answer at an address of its own; without one the deployment hangs. So a refused answer fails the
 * function: Lambda calls it again, and all of it can be done twice.
 */
const handler = async (event: CloudFormationCustomResourceEvent, context: Pick<Context, 'logStreamName'>) => {
  const databases = { views: environment('DATABASE_NAME'), files: environment('FILES_DATABASE_NAME') };
  const outcome =
    event.RequestType === 'Delete'
      ? await giveBack(databases)
      : await takeOver(databases, event.RequestType === 'Create');
  const { StackId, RequestId, LogicalResourceId } = event;
  const answer = await fetch(event.ResponseURL, {
    method: 'PUT',
    // The address is signed for an answer that names no type.
    headers: { 'content-type': '' },
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
  if (!answer.ok) throw new Error(`CloudFormation refused the answer: ${answer.status} ${answer.statusText}`);
};

export { handler };
