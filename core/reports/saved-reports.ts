import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ReportHeader } from './report-header';
import type { Column } from './result-columns';

/** A report to run. */
const listedReportSchema = z.strictObject({
  name: z.string().min(1),
  /** Among the reports, counted from 0. None in executions that listed them in the order of their places. */
  place: z.number().int().optional(),
  /** Whether this deployment brought it: then its failure fails the stage. */
  deployed: z.boolean(),
  /** Id of its saved query, where just one has the name. */
  query: z.string().optional(),
});

type ListedReport = z.infer<typeof listedReportSchema>;

/** What is kept of a report that was run (`runs/<upload>/reports/<file>.json`). */
interface RunReport extends ReportHeader {
  name: string;
  status: 'done' | 'failed';
  deployed: boolean;
  columns: Column[];
  rows: number;
  /** Measurements that all of its rows speak of together, where its header names the column that says so. */
  measurements?: number;
  /** Key in the reports bucket; of no object where the report failed. */
  csv: string;
  /** Why it failed. */
  reason?: string;
}

/** Other objects of an upload have these names. */
const taken: ReadonlySet<string> = new Set(['rejected-rows', 'set-aside-values']);

/** The name that a report's objects have: its own where that is a safe one, else a readable part of it and a hash. */
const reportFile = (name: string): string => {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && !taken.has(name)) return name;
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return slug === '' ? hash : `${slug}-${hash}`;
};

export type { ListedReport, RunReport };
export { listedReportSchema, reportFile };
