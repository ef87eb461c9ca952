import { reportKeys } from '../core/platform/keys';
import { readReported } from '../core/reports/rounds/reported';
import { byPlace } from '../core/reports/run-results';
import { type ExplainedFailure, explain, reasonLines } from './explaining';
import { count, paint, plural, printable } from './format';
import { nameOfExecution, reporterIn } from './rounds';
import { secondsInAll } from './stages';
import { mailOf, type View } from './watching';

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
  /** Values that were set aside, by column and rule. */
  setAside?: Record<string, number>;
  days?: string[];
  /** Days that a few rows carry, far from all others. */
  strayDays?: string[];
  crawls?: number;
  reports?: { name: string; place?: number; status?: string; rows?: number }[];
  page?: string;
  /** Where the upload was reported with others: by which execution, in which round, under which upload's id. */
  reported?: { by: string; round: number; upload: string };
  /** Why an upload that another execution was to report is not reported. */
  unreported?: string;
  /** Seconds by stage, of the stages that ran. */
  seconds: Record<string, number>;
  failure?: Pick<ExplainedFailure, 'stage' | 'error' | 'reason' | 'rejectedRows' | 'rejected' | 'wayOut'>;
}

/** Where the upload's reports are, once it is reported, and by whom, where that is another than its own execution. */
const findReported = async (upload: string, execution?: string): Promise<FoundReported | undefined> => {
  const found = await readReported(upload);
  if (found === undefined) return undefined;
  const { by, round, upload: id } = found;
  const told = by === execution && id === upload ? undefined : { by, round, upload: id };
  return { page: reportKeys.page(id), told };
};

/** Puts what was seen of an execution into figures. */
const summarize = async ({ execution, stages, state }: View): Promise<Summary> => {
  const output = execution.output ? (JSON.parse(execution.output) as { outcome?: string }) : {};
  const upload = state.upload?.id;
  const reported =
    execution.status === 'SUCCEEDED' && upload ? await findReported(upload, execution.executionArn) : undefined;
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
    setAside: state.totals?.setAside,
    days: state.totals?.days,
    strayDays: state.totals?.strayDays,
    crawls: state.partitions?.crawls,
    reports: state.reports && byPlace(state.reports),
    page: reported?.page ?? mailOf(state)?.page,
    reported: reported?.told,
    seconds: Object.fromEntries(
      stages.filter((s) => s.status !== 'pending').map((s) => [s.name, Number(s.seconds.toFixed(3))]),
    ),
    failure: failed ? await explain(execution.executionArn ?? '') : undefined,
  };
};

interface FoundReported {
  page: string;
  told: Summary['reported'];
}

const mostDays = 5;

/** What is odd about rows that are in the lake, a line each. */
const tellValues = ({ setAside = {}, strayDays = [] }: Summary): void => {
  const values = Object.values(setAside).reduce((sum, one) => sum + one, 0);
  if (values > 0) {
    const rules = Object.entries(setAside).map(([rule, times]) => `${printable(rule)} ${count(times)}`);
    console.log(`  ${plural(values, 'value')} set aside as impossible, their rows kept: ${rules.join(', ')}`);
  }
  if (strayDays.length > 0) {
    const days = strayDays.slice(0, mostDays).join(', ');
    const more = strayDays.length > mostDays ? ` and ${count(strayDays.length - mostDays)} more` : '';
    console.log(`  far from all other days, so left out of the reports' days: ${days}${more}`);
  }
};

/** The end of an execution in words. */
const tellOutcome = (summary: Summary): void => {
  if (summary.failure) {
    const { stage, error, wayOut } = summary.failure;
    console.log(`\n${paint('red', `${summary.status} in ${stage}`)} (${printable(error)})`);
    console.log(reasonLines(summary.failure));
    console.log(`  ${paint('bold', 'What to do:')} ${printable(wayOut)}`);
  } else if (summary.outcome && reporterIn(summary.outcome) === undefined) {
    console.log(`\n${paint('yellow', `Nothing to report: ${summary.outcome}`)}`);
  } else if (summary.rows) {
    console.log(
      `\n${paint('green', 'Done')} in ${secondsInAll(summary.seconds).toFixed(1)} s: ${count(summary.rows.valid)} of ${count(summary.rows.total)} rows in the lake, ${count(summary.rows.rejected)} rejected.`,
    );
    for (const [rule, rows] of Object.entries(summary.reasons ?? {})) {
      console.log(`  rejected by rule ${printable(rule)}: ${count(rows)}`);
    }
    tellValues(summary);
    const { reported, unreported } = summary;
    if (reported) {
      console.log(
        `  Reported with others, in round ${reported.round} by ${nameOfExecution(reported.by)}: cellflow reports ${reported.upload}`,
      );
    }
    if (unreported) console.log(`  ${paint('red', 'Not reported yet:')} ${printable(unreported)}`);
  }
};

export type { Summary };
export { summarize, tellOutcome };
