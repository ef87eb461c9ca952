import { setTimeout as sleep } from 'node:timers/promises';
import { environment } from '../core/platform/environment';
import { lakeKeys } from '../core/platform/keys';
import { getText } from '../core/platform/objects';
import { type Reported, readReported } from '../core/reports/rounds/reported';
import { describe } from './executions';
import type { Target } from './target';

/** How an execution ends whose upload another one reports. */
const reportedBy = /^reported by (\S+)$/;

/** The execution that reports an upload for another one, by that one's outcome; undefined of other outcomes. */
const reporterIn = (outcome: string | undefined): string | undefined => reportedBy.exec(outcome ?? '')?.[1];

const nameOfExecution = (execution: string): string => execution.split(':').at(-1) ?? execution;

/** Whether an upload waits to be reported. */
const isWaiting = async (upload: string): Promise<boolean> =>
  (await getText(environment('LAKE_BUCKET'), lakeKeys.waiting(upload))) !== undefined;

/** Reports take minutes, and a round may come before the one that is waited for. */
const limitMs = 3_600_000;
/** Time for another execution to take over what a failed one left, where one is there. */
const graceMs = 30_000;
const slowest = 5_000;

/** What came of the wait for a round. */
interface Awaited {
  reported?: Reported;
  /** Why there is nothing to wait for any longer. */
  reason?: string;
}

/**
 * Waits until an upload is reported by the execution that its own one left it to, or by whoever took over.
 *
 * @param limits - milliseconds; for tests
 */
const awaitRound = async (
  { pollMs }: Pick<Target, 'pollMs'>,
  upload: string,
  reporter: string,
  limits = { all: limitMs, grace: graceMs },
): Promise<Awaited> => {
  const end = Date.now() + limits.all;
  let failedSince: number | undefined;
  for (let pause = pollMs; Date.now() < end; pause = Math.min(pause * 1.2, slowest)) {
    const reported = await readReported(upload);
    if (reported) return { reported };
    const { status } = await describe(reporter);
    if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') failedSince = undefined;
    else {
      failedSince ??= Date.now();
      if (Date.now() - failedSince >= limits.grace) {
        return {
          reason: `${nameOfExecution(reporter)}, which was to report it, ended as ${status}. The rows are in the lake; the next upload reports them, or \`cellflow retry ${nameOfExecution(reporter)}\` does.`,
        };
      }
    }
    await sleep(Math.min(pause, Math.max(1, end - Date.now())));
  }
  return {
    reason: `${nameOfExecution(reporter)} has not reported it within ${Math.round(limits.all / 60_000)} minutes. Look at it with \`cellflow watch ${nameOfExecution(reporter)}\`.`,
  };
};

export { awaitRound, isWaiting, nameOfExecution, reporterIn };
