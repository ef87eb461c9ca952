import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { sfn } from '../../core/platform/clients';
import { confirm } from '../confirm';
import { UsageError } from '../errors';
import { describe, listExecutions, resolveExecution } from '../executions';
import { explain, reasonLines } from '../explaining';
import { follow } from '../following';
import { paint } from '../format';
import type { Target } from '../target';

interface RetryOptions {
  yes?: boolean;
  detach?: boolean;
  json?: boolean;
}

const retriable = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);

const newestFailed = async (target: Target): Promise<string> => {
  for await (const { executionArn, status } of listExecutions(target)) {
    if (executionArn && retriable.has(status ?? '')) return executionArn;
  }
  throw new UsageError('No execution has failed: there is nothing to retry.');
};

/** `cellflow retry [EXECUTION]`: redrives a failed execution from the stage that failed. */
const retry = async (target: Target, given: string | undefined, options: RetryOptions): Promise<void> => {
  const execution = given === undefined ? await newestFailed(target) : await resolveExecution(target, given);
  const { status, redriveStatus, redriveStatusReason } = await describe(execution);
  if (!retriable.has(status ?? '')) {
    throw new UsageError(`${execution} is ${status}: only an execution that failed can be retried.`);
  }
  if (redriveStatus === 'NOT_REDRIVABLE') {
    throw new UsageError(`${execution} can no longer be retried: ${redriveStatusReason}. Upload the file again.`);
  }
  if (!options.json) {
    const failure = await explain(execution);
    console.log(
      `Execution ${paint('bold', execution.split(':').at(-1) ?? execution)} ${status} in ${paint('bold', failure.stage)}`,
    );
    console.log(reasonLines(failure));
    console.log(`  ${failure.retryDoes}`);
  }
  const agreed = options.yes || given !== undefined || options.json || (await confirm('Retry it?'));
  if (!agreed) return;
  await sfn().send(new RedriveExecutionCommand({ executionArn: execution }));
  if (options.detach) {
    console.log(options.json ? JSON.stringify({ execution, status: 'RUNNING' }) : 'Follow it with `cellflow watch`.');
    return;
  }
  await follow(target, execution, options);
};

export { retry };
