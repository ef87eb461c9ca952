import {
  BatchStopJobRunCommand,
  ConcurrentRunsExceededException,
  GetJobRunsCommand,
  type JobRun,
  type JobRunState,
  ResourceNumberLimitExceededException,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { version } from '../../contract';
import { glue } from '../platform/clients';
import { environment } from '../platform/environment';
import { Throttled } from '../platform/transient';
import { recordsVersion } from './records';

interface JobStatus {
  /** The newest run is up: it reads the stream. */
  running: boolean;
  state: JobRunState;
  /** What the last run that ended badly said. */
  error?: string;
}

/** A run in these states reads the stream, or will without anyone's help. */
const upStates: readonly JobRunState[] = ['STARTING', 'RUNNING', 'WAITING'];

/** Newest runs that are looked at; Glue gives the newest first. */
const newestRuns = 10;

const startedAt = ({ StartedOn }: JobRun): number => StartedOn?.getTime() ?? 0;

const listRuns = async (): Promise<JobRun[]> => {
  const { JobRuns = [] } = await glue().send(
    new GetJobRunsCommand({ JobName: environment('JOB_NAME'), MaxResults: newestRuns }),
  );
  return [...JobRuns].sort((one, other) => startedAt(other) - startedAt(one));
};

/** Tell of a run which columns and which records its code knows; a run that began before there was a second version says nothing. */
const versions: Readonly<Record<string, number>> = {
  '--columns_version': version,
  '--records_version': recordsVersion,
};

/** A run reads the code that was deployed when it began, and runs for days: it cannot land records of a newer version. */
const isOutdated = ({ Arguments = {} }: JobRun): boolean =>
  Object.entries(versions).some(([argument, newest]) => Number(Arguments[argument] ?? 1) < newest);

/**
 * The job takes one run at a time, so of two that start it at once one is told that it runs.
 *
 * @throws {@link Throttled} where the account's quota of capacity for jobs is taken by others
 */
const startJob = async (): Promise<void> => {
  const Arguments = Object.fromEntries(
    Object.entries(versions).map(([argument, newest]) => [argument, String(newest)]),
  );
  try {
    await glue().send(new StartJobRunCommand({ JobName: environment('JOB_NAME'), Arguments }));
  } catch (error) {
    if (error instanceof ResourceNumberLimitExceededException) {
      throw new Throttled(`Glue has no capacity left in this account to start the streaming job: ${error.message}`, {
        cause: error,
      });
    }
    if (!(error instanceof ConcurrentRunsExceededException)) throw error;
  }
};

/** A run may end at any moment without harm: what it has not committed, the next one lands. */
const stopRun = ({ Id = '' }: JobRun) =>
  glue().send(new BatchStopJobRunCommand({ JobName: environment('JOB_NAME'), JobRunIds: [Id] }));

/**
 * Starts the streaming job unless it is up, or on its way up or down, and says how it stands. A run whose code is older than the
 * records is stopped, so that the next look starts one that can read them.
 */
const ensureJob = async (): Promise<JobStatus> => {
  const runs = await listRuns();
  const error = runs.find(({ ErrorMessage }) => ErrorMessage)?.ErrorMessage;
  const up = runs.find(({ JobRunState: state }) => state !== undefined && upStates.includes(state));
  if (up !== undefined && isOutdated(up)) {
    await stopRun(up);
    return { running: false, state: 'STOPPING', error };
  }
  const state = up?.JobRunState ?? runs[0]?.JobRunState;
  // A run that stops is waited for: the next look starts the one after it.
  if (up !== undefined || state === 'STOPPING')
    return { running: state === 'RUNNING', state: state as JobRunState, error };
  await startJob();
  return { running: false, state: 'STARTING', error };
};

export type { JobStatus };
export { ensureJob };
