import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Column } from './athena';

/** How a report wants to be drawn. */
interface Chart {
  kind: string;
  x?: string;
  y?: string;
  series?: string;
  value?: string;
}

/** What a saved query's comment header says of its report. */
interface ReportHeader {
  title: string;
  question?: string;
  chart?: Chart;
  /** Units by column. */
  units: Record<string, string>;
}

/** A report to run. */
const listedReportSchema = z.strictObject({
  name: z.string().min(1),
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
  /** Key in the reports bucket; of no object where the report failed. */
  csv: string;
  /** Why it failed. */
  reason?: string;
}

const header = /^--[ \t]*(title|question|chart|units)[ \t]*:[ \t]*(.*?)[ \t\r]*$/gm;

/** Leading comment lines of a query. */
const leadingComment = (sql: string): string => /^(?:\s*--[^\n]*(?:\n|$))*/.exec(sql)?.[0].replace(/^\s+/gm, '') ?? '';

const pairs = (text: string): [string, string][] =>
  text
    .split(/\s+/)
    .map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] as [string, string])
    .filter(([name, value]) => name !== '' && value !== '');

const readChart = (text: string | undefined): Chart | undefined => {
  const [kind, ...rest] = text?.split(/\s+/) ?? [];
  if (!kind) return undefined;
  const keys = Object.fromEntries(pairs(rest.join(' ')).filter(([key]) => ['x', 'y', 'series', 'value'].includes(key)));
  return { kind, ...keys };
};

/**
 * Reads the comment header of a saved query. All of it may be missing, as in a query that somebody saved by hand: then its
 * name is its title.
 */
const readReportHeader = (name: string, sql: string): ReportHeader => {
  const fields = Object.fromEntries([...leadingComment(sql).matchAll(header)].map(([, key, value]) => [key, value]));
  return {
    title: fields.title || name,
    question: fields.question || undefined,
    chart: readChart(fields.chart),
    units: Object.fromEntries(pairs(fields.units ?? '')),
  };
};

/** Another object of an upload has this name. */
const taken = 'rejected-rows';

/** The name that a report's objects have: its own where that is a safe one, else a readable part of it and a hash. */
const reportFile = (name: string): string => {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/.test(name) && name !== taken) return name;
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48);
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return slug === '' ? hash : `${slug}-${hash}`;
};

export type { Chart, ListedReport, ReportHeader, RunReport };
export { listedReportSchema, readReportHeader, reportFile };
