import {
  ConcurrentRunsExceededException,
  GetJobRunsCommand,
  type JobRun,
  type JobRunState,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { glue } from '../platform/clients';
import { environment } from '../platform/environment';

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

/** The job takes one run at a time, so of two that start it at once one is told that it runs. */
const startJob = async (): Promise<void> => {
  try {
    await glue().send(new StartJobRunCommand({ JobName: environment('JOB_NAME') }));
  } catch (error) {
    if (!(error instanceof ConcurrentRunsExceededException)) throw error;
  }
};

/** Starts the streaming job unless it is up, or on its way up or down, and says how it stands. */
const ensureJob = async (): Promise<JobStatus> => {
  const runs = await listRuns();
  const error = runs.find(({ ErrorMessage }) => ErrorMessage)?.ErrorMessage;
  const up = runs.find(({ JobRunState: state }) => state !== undefined && upStates.includes(state))?.JobRunState;
  const state = up ?? runs[0]?.JobRunState;
  // A run that stops is waited for: the next look starts the one after it.
  if (up !== undefined || state === 'STOPPING')
    return { running: state === 'RUNNING', state: state as JobRunState, error };
  await startJob();
  return { running: false, state: 'STARTING', error };
};

export type { JobStatus };
export { ensureJob };
