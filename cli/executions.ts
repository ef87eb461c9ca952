import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  DescribeMapRunCommand,
  type ExecutionListItem,
  type HistoryEvent,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  paginateListMapRuns,
} from '@aws-sdk/client-sfn';
import { sfn } from '../core/platform/clients';
import { UsageError } from './errors';
import type { Target } from './target';

/** How far a distributed map is. */
interface MapProgress {
  /** The map's label in the state machine. */
  label: string;
  done: number;
  total: number;
}

const describe = (execution: string): Promise<DescribeExecutionOutput> =>
  sfn().send(new DescribeExecutionCommand({ executionArn: execution }));

const readHistory = async (execution: string): Promise<HistoryEvent[]> => {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory(
    { client: sfn(), pageSize: 1_000 },
    { executionArn: execution, includeExecutionData: true },
  );
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
};

/** The newest run of each distributed map of an execution. */
const readMapProgress = async (execution: string): Promise<MapProgress[]> => {
  const newest = new Map<string, MapProgress>();
  for await (const page of paginateListMapRuns({ client: sfn() }, { executionArn: execution })) {
    const runs = (page.mapRuns ?? []).toSorted((a, b) => Number(a.startDate) - Number(b.startDate));
    for (const { mapRunArn } of runs) {
      const { itemCounts } = await sfn().send(new DescribeMapRunCommand({ mapRunArn }));
      // arn:aws:states:<region>:<account>:mapRun:<machine>/<label>:<id>
      const label = mapRunArn?.split('/')[1]?.split(':')[0] ?? '';
      newest.set(label, { label, done: Number(itemCounts?.succeeded ?? 0), total: Number(itemCounts?.total ?? 0) });
    }
  }
  return [...newest.values()];
};

/** Executions of the state machine, newest first. */
async function* listExecutions({ outputs }: Target): AsyncGenerator<ExecutionListItem> {
  for await (const page of paginateListExecutions(
    { client: sfn(), pageSize: 100 },
    { stateMachineArn: outputs.StateMachineArn },
  ))
    yield* page.executions ?? [];
}

/**
 * Turns what a person typed into an execution's ARN: an ARN, a name, or nothing for the newest.
 *
 * @throws {@link UsageError} where there is none such
 */
const resolveExecution = async (target: Target, given: string | undefined): Promise<string> => {
  if (given?.startsWith('arn:')) return given;
  const machine = target.outputs.StateMachineArn;
  if (given !== undefined) return `${machine.replace(':stateMachine:', ':execution:')}:${given}`;
  const { executions } = await sfn().send(new ListExecutionsCommand({ stateMachineArn: machine, maxResults: 1 }));
  const newest = executions?.[0]?.executionArn;
  if (newest === undefined)
    throw new UsageError('There is no execution yet: upload a file with `cellflow upload FILE`.');
  return newest;
};

export type { MapProgress };
export { describe, listExecutions, readHistory, readMapProgress, resolveExecution };
