import { BatchStopJobRunCommand, GlueClient, paginateGetJobRuns } from '@aws-sdk/client-glue';

const up = ['STARTING', 'RUNNING', 'WAITING'];

/**
 * Stops the streaming job's runs: Glue lets a run go on, and costs money, whose job is deleted.
 *
 * @returns how many were up
 */
const stopJob = async (name: string): Promise<number> => {
  const client = new GlueClient({});
  const runs: string[] = [];
  try {
    for await (const { JobRuns = [] } of paginateGetJobRuns({ client }, { JobName: name })) {
      for (const { Id, JobRunState } of JobRuns) if (Id && up.includes(JobRunState ?? '')) runs.push(Id);
    }
  } catch (error) {
    if ((error as Error).name !== 'EntityNotFoundException') throw error;
  }
  if (runs.length > 0) await client.send(new BatchStopJobRunCommand({ JobName: name, JobRunIds: runs }));
  return runs.length;
};

export { stopJob };
