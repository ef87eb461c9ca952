import { setTimeout as sleep } from 'node:timers/promises';
import type { DescribeExecutionOutput } from '@aws-sdk/client-sfn';
import { describe, type MapProgress, readHistory, readMapProgress } from './executions';
import { readLanded } from './landed';
import type { Stage } from './stage-clock';
import { readStages, readState } from './stages';
import type { Target } from './target';

/** One look at an execution: its stages, the state that flows through them, and how far the long stages are. */
interface View {
  execution: DescribeExecutionOutput;
  stages: Stage[];
  /** The machine's state so far: `upload`, `totals`, `landing` and so on, as `docs/contracts.md` has them. */
  state: FlowState;
  maps: MapProgress[];
  /** Rows that the ledger lists as landed. */
  landedRows: number | undefined;
}

interface FlowMail {
  subject: string;
  page: string;
  send?: boolean;
}

interface FlowState {
  upload?: { id: string; key: string; chunks: number; size: number };
  totals?: {
    rows: number;
    valid: number;
    rejected: number;
    records: number;
    days: string[];
    reasons: Record<string, number>;
    setAside?: Record<string, number>;
    strayDays?: string[];
  };
  round?: { role: string; number?: number; uploads?: number; by?: string };
  partitions?: { missing: number; crawls: number };
  reports?: { name: string; place?: number; status?: string; rows?: number }[];
  published?: { mail: FlowMail };
  /** Of executions that wrote page and files one after the other. */
  mail?: FlowMail;
}

/** The mail of an execution, once its page is there. */
const mailOf = ({ published, mail }: FlowState): FlowMail | undefined => published?.mail ?? mail;

/** Looks at an execution once. */
const look = async (arn: string): Promise<View> => {
  const execution = await describe(arn);
  const events = await readHistory(arn);
  const stages = readStages(events, Date.now());
  const state = readState(events) as FlowState;
  const isOn = (...names: string[]) => stages.some((s) => names.includes(s.name) && s.status !== 'pending');
  return {
    execution,
    stages,
    state,
    maps: isOn('Validate chunks', 'Stream upload') ? await readMapProgress(arn) : [],
    landedRows: state.upload && isOn('Stream upload') ? await readLanded(state.upload.id) : undefined,
  };
};

/** Looks at an execution until it has ended. */
async function* watchExecution(target: Target, arn: string): AsyncGenerator<View> {
  for (;;) {
    const view = await look(arn);
    yield view;
    if (view.execution.status !== 'RUNNING') return;
    await sleep(target.pollMs);
  }
}

export type { FlowState, View };
export { look, mailOf, watchExecution };
