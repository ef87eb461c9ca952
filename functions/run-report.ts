import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { environment } from '../core/platform/environment';
import { CellflowError } from '../core/platform/errors';
import { lakeKeys, reportKeys } from '../core/platform/keys';
import { lambda } from '../core/platform/lambda';
import { putJson } from '../core/platform/objects';
import { readSettings } from '../core/platform/settings';
import { QueryFailed, type QueryResult, runQuery } from '../core/reports/athena';
import { findPeriods } from '../core/reports/periods';
import { fillDays } from '../core/reports/query-days';
import { type Copied, copyReportCsv } from '../core/reports/report-csv';
import { readReportDays, readReportHeader } from '../core/reports/report-header';
import { roundReferenceSchema } from '../core/reports/rounds/round';
import { readReporting } from '../core/reports/rounds/stage';
import { findSavedQuery, type SavedQuery } from '../core/reports/saved-queries';
import { listedReportSchema, type RunReport, reportFile } from '../core/reports/saved-reports';
import { readQuery, UnusableQuery } from '../core/reports/sql';
import { type Totals, totalsSchema, uploadSchema } from '../core/uploads/upload';

const runReportEvent = z.strictObject({
  upload: uploadSchema,
  totals: totalsSchema,
  /** None in executions that began before there were rounds. */
  round: roundReferenceSchema.optional(),
  report: listedReportSchema,
});

type RunReportEvent = z.infer<typeof runReportEvent>;

/** A report of the deployment failed. */
class ReportFailed extends CellflowError {}

/** What the state machine keeps of a report. */
interface ReportResult {
  name: string;
  place?: number;
  /** Of its objects, without extension. */
  file: string;
  status: RunReport['status'];
  rows: number;
  seconds: number;
}

/** Time kept of an attempt for copying the result and for its end, in milliseconds. */
const reserve = { copy: 60_000, end: 10_000 };

/** Runs the query as it is saved, for the days that its header asks for. */
const query = async (
  saved: SavedQuery,
  totals: Totals,
  { awsRequestId, getRemainingTimeInMillis }: Attempt,
): Promise<QueryResult> => {
  const statement = readQuery(saved.sql);
  const names = statement.parameters > 0 ? readReportDays(saved.sql) : [];
  const periods = await findPeriods(names, totals, () => environment('FILES_DATABASE_NAME'));
  const { text, parameters } = fillDays(statement, periods);
  return runQuery({
    workgroup: environment('WORKGROUP_NAME'),
    database: environment('DATABASE_NAME'),
    text,
    parameters,
    // Not of upload and query alone: Athena would answer a retry with the failed run.
    token: `${awsRequestId}/${saved.name}`,
    deadline:
      Date.now() + Math.min(readSettings().reportTimeoutSeconds * 1_000, getRemainingTimeInMillis() - reserve.copy),
  });
};

const copyResult = async (
  { bucket, key }: QueryResult,
  csv: string,
  summed: string | undefined,
  { getRemainingTimeInMillis }: Attempt,
): Promise<Copied> => {
  const signal = AbortSignal.timeout(Math.max(1, getRemainingTimeInMillis() - reserve.end));
  try {
    return await copyReportCsv({ bucket, key }, { bucket: environment('REPORTS_BUCKET'), key: csv }, signal, summed);
  } catch (error) {
    if (signal.aborted)
      throw new QueryFailed('its result is too large to be copied in the time of a report', { cause: error });
    throw error;
  }
};

type Attempt = Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>;

/** Whether this deployment brings the report: an execution that was redriven may name one that an earlier version brought. */
const isDeployed = ({ name, deployed }: RunReportEvent['report']): boolean =>
  deployed && environment('DEPLOYED_REPORTS').split(',').includes(name);

/** Runs a saved query and keeps its rows. What people saved may fail without harm to the rest. */
const runReport = async ({ report, ...event }: RunReportEvent, attempt: Attempt): Promise<ReportResult> => {
  const { id, totals } = await readReporting(event);
  const { name, place } = report;
  const deployed = isDeployed(report);
  const file = reportFile(name);
  const csv = reportKeys.csv(id, file);
  const started = Date.now();
  const keep = (
    outcome: Pick<RunReport, 'status' | 'columns' | 'rows' | 'measurements' | 'reason'>,
    sql: string,
  ): Promise<void> =>
    putJson(environment('LAKE_BUCKET'), lakeKeys.report(id, file), {
      name,
      deployed,
      ...readReportHeader(name, sql),
      csv,
      ...outcome,
    } satisfies RunReport);
  const result = (status: RunReport['status'], rows: number): ReportResult => ({
    name,
    ...(place !== undefined && { place }),
    file,
    status,
    rows,
    seconds: (Date.now() - started) / 1_000,
  });

  let sql = '';
  try {
    const saved = await findSavedQuery(environment('WORKGROUP_NAME'), name, report.query);
    sql = saved.sql;
    const found = await query(saved, totals, attempt);
    const copied = await copyResult(found, csv, readReportHeader(name, sql).rowsColumn, attempt);
    await keep({ status: 'done', columns: found.columns, ...copied }, sql);
    return result('done', copied.rows);
  } catch (error) {
    if (!(error instanceof QueryFailed || error instanceof UnusableQuery)) throw error;
    await keep({ status: 'failed', columns: [], rows: 0, reason: error.message }, sql);
    if (!deployed) return result('failed', 0);
    throw new ReportFailed(
      `The report "${name}" failed: ${error.message}. Mend its saved query in the Athena workgroup, then retry: only the reports that have not succeeded are run.`,
      { cause: error },
    );
  }
};

const handler = lambda(runReport, { event: runReportEvent });

export { handler, ReportFailed, runReport, runReportEvent };
