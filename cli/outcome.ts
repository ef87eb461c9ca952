import { type ExplainedFailure, explain, reasonLines } from './explaining';
import { count, paint, printable } from './format';
import type { View } from './watching';

/** An execution in figures: what `--json` prints. */
interface Summary {
  execution: string;
  status: string;
  /** Why an execution succeeded without reports: `duplicate of …`, `superseded by …`. */
  outcome?: string;
  upload?: string;
  key?: string;
  rows?: { total: number; valid: number; rejected: number };
  reasons?: Record<string, number>;
  days?: string[];
  crawls?: number;
  reports?: { name: string; status?: string; rows?: number }[];
  page?: string;
  /** Seconds by stage, of the stages that ran. */
  seconds: Record<string, number>;
  failure?: Pick<ExplainedFailure, 'stage' | 'error' | 'reason' | 'rejectedRows' | 'wayOut'>;
}

/** Puts what was seen of an execution into figures. */
const summarize = async ({ execution, stages, state }: View): Promise<Summary> => {
  const output = execution.output ? (JSON.parse(execution.output) as { outcome?: string }) : {};
  const failed = execution.status !== 'RUNNING' && execution.status !== 'SUCCEEDED';
  return {
    execution: execution.executionArn ?? '',
    status: execution.status ?? '',
    outcome: output.outcome,
    upload: state.upload?.id,
    key: state.upload?.key,
    rows: state.totals && {
      total: state.totals.rows,
      valid: state.totals.valid,
      rejected: state.totals.rejected,
    },
    reasons: state.totals?.reasons,
    days: state.totals?.days,
    crawls: state.partitions?.crawls,
    reports: state.reports,
    page: state.mail?.page,
    seconds: Object.fromEntries(
      stages.filter((s) => s.status !== 'pending').map((s) => [s.name, Number(s.seconds.toFixed(3))]),
    ),
    failure: failed ? await explain(execution.executionArn ?? '') : undefined,
  };
};

/** The end of an execution in words. */
const tellOutcome = (summary: Summary): void => {
  if (summary.failure) {
    const { stage, error, wayOut } = summary.failure;
    console.log(`\n${paint('red', `${summary.status} in ${stage}`)} (${printable(error)})`);
    console.log(reasonLines(summary.failure));
    console.log(`  ${paint('bold', 'What to do:')} ${printable(wayOut)}`);
  } else if (summary.outcome) {
    console.log(`\n${paint('yellow', `Nothing to report: ${summary.outcome}`)}`);
  } else if (summary.rows) {
    const total = Object.values(summary.seconds).reduce((a, b) => a + b, 0);
    console.log(
      `\n${paint('green', 'Done')} in ${total.toFixed(1)} s: ${count(summary.rows.valid)} of ${count(summary.rows.total)} rows in the lake, ${count(summary.rows.rejected)} rejected.`,
    );
    for (const [rule, rows] of Object.entries(summary.reasons ?? {})) {
      console.log(`  rejected by rule ${printable(rule)}: ${count(rows)}`);
    }
  }
};

export type { Summary };
export { summarize, tellOutcome };
