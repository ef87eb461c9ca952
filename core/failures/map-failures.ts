import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  type MapRunListItem,
  paginateListMapRuns,
} from '@aws-sdk/client-sfn';
import { sfn } from '../platform/clients';
import { chunkOfAnyVersion } from '../uploads/version-0.1';

/** Why a distributed map failed: its child's error, and how many there are. */
interface MapFailure {
  error: string;
  cause: string;
  /** The child's input. */
  input: { chunk?: { index?: number; start?: number; end?: number } };
  failed: number;
  total: number;
}

const newestRun = async (execution: string): Promise<MapRunListItem | undefined> => {
  let newest: MapRunListItem | undefined;
  for await (const { mapRuns = [] } of paginateListMapRuns({ client: sfn() }, { executionArn: execution })) {
    for (const run of mapRuns) if (Number(run.startDate) > Number(newest?.startDate ?? 0)) newest = run;
  }
  return newest;
};

/** The child of the newest map run that failed; a map itself only says that too many did. */
const findMapFailure = async (execution: string): Promise<MapFailure | undefined> => {
  const run = await newestRun(execution);
  if (run?.mapRunArn === undefined) return undefined;
  const { mapRunArn } = run;
  for (const statusFilter of ['FAILED', 'TIMED_OUT'] as const) {
    const { executions = [] } = await sfn().send(new ListExecutionsCommand({ mapRunArn, statusFilter, maxResults: 1 }));
    const [child] = executions;
    if (child === undefined) continue;
    const [{ error = '', cause = '', input = '{}' }, { itemCounts: counts }] = await Promise.all([
      sfn().send(new DescribeExecutionCommand({ executionArn: child.executionArn })),
      sfn().send(new DescribeMapRunCommand({ mapRunArn })),
    ]);
    const { chunk } = JSON.parse(input) as { chunk?: unknown };
    const failed = Number(counts?.failed ?? 0) + Number(counts?.timedOut ?? 0);
    return {
      error,
      cause,
      input: { chunk: chunkOfAnyVersion(chunk) as MapFailure['input']['chunk'] },
      failed,
      total: Number(counts?.total ?? 0),
    };
  }
  return undefined;
};

export type { MapFailure };
export { findMapFailure };
