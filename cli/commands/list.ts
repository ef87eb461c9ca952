import { readReported } from '../../core/reports/rounds/reported';
import { uploadedFile } from '../../core/uploads/upload';
import { describe, listExecutions } from '../executions';
import { explain } from '../explaining';
import { paint, printable, seconds } from '../format';
import { nameOfExecution, reporterIn } from '../rounds';
import type { Target } from '../target';

interface ListOptions {
  limit: number;
  json?: boolean;
}

interface Row {
  execution: string;
  name: string;
  status: string;
  started: string;
  seconds: number;
  key?: string;
  upload?: string;
  outcome?: string;
  /** Upload under whose id the reports are, where it was reported with others. */
  reportedAs?: string;
  stage?: string;
  reason?: string;
  /** The first of them, where the file failed for them. */
  rejectedRows?: string[];
}

const colours = { SUCCEEDED: 'green', RUNNING: 'cyan' } as const;

const readRow = async (arn: string): Promise<Row> => {
  const { name, status, startDate, stopDate, input, output } = await describe(arn);
  const { key, upload } = uploadedFile(input);
  const failed = status !== 'RUNNING' && status !== 'SUCCEEDED';
  const failure = failed ? await explain(arn) : undefined;
  const outcome = output ? (JSON.parse(output) as { outcome?: string }).outcome : undefined;
  const reported = reporterIn(outcome) && upload ? await readReported(upload) : undefined;
  return {
    execution: arn,
    name: name ?? '',
    status: status ?? '',
    started: startDate?.toISOString() ?? '',
    seconds: (Number(stopDate ?? new Date()) - Number(startDate)) / 1_000,
    key,
    upload,
    outcome,
    reportedAs: reported?.upload,
    stage: failure?.stage,
    reason: failure?.reason,
    rejectedRows: failure?.rejectedRows,
  };
};

const outcomeInWords = ({ outcome, reportedAs }: Row): string | undefined => {
  const reporter = reporterIn(outcome);
  if (reporter === undefined) return outcome;
  const name = nameOfExecution(reporter);
  return reportedAs === undefined
    ? `waits to be reported by ${name}: cellflow watch ${name}`
    : `reported with others by ${name}: cellflow reports ${reportedAs}`;
};

/** `cellflow list` */
const list = async (target: Target, options: ListOptions): Promise<void> => {
  const rows: Row[] = [];
  for await (const { executionArn } of listExecutions(target)) {
    if (rows.length >= options.limit) break;
    rows.push(await readRow(executionArn ?? ''));
  }
  if (options.json) {
    console.log(JSON.stringify(rows));
    return;
  }
  if (rows.length === 0) console.log('No executions yet: upload a file with `cellflow upload FILE`.');
  for (const row of rows) {
    const status = paint(colours[row.status as keyof typeof colours] ?? 'red', row.status.padEnd(9));
    const when = row.started.slice(0, 19).replace('T', ' ');
    console.log(
      `${status} ${when} ${seconds(row.seconds).padStart(10)}  ${row.upload ?? ''.padEnd(16)}  ${row.name}  ${printable(row.key ?? '')}`,
    );
    const why = row.stage === undefined ? outcomeInWords(row) : `${row.stage}: ${row.reason?.split('\n')[0] ?? ''}`;
    if (why) console.log(`          ${printable(why)}`);
  }
};

export { list };
