/** How a report wants to be drawn. */
interface Chart {
  kind: string;
  x?: string;
  y?: string;
  series?: string;
  value?: string;
  /** Columns of a stacked bar, with commas between. */
  stack?: string;
}

/** Days that a pair of `?` may stand for. */
const periodNames = ['upload', 'before', 'weeks'] as const;

type PeriodName = (typeof periodNames)[number];

/** What a saved query's comment header says of its report. */
interface ReportHeader {
  title: string;
  question?: string;
  /** Of a key, several columns with commas between them are alternatives: the first that has values is meant. */
  chart?: Chart;
  /** Units by column. */
  units: Record<string, string>;
  /** The column that says of how many measurements a line speaks. */
  rowsColumn?: string;
}

const field = /^--[ \t]*(title|question|chart|units|order|days|rows)[ \t]*:[ \t]*(.*?)[ \t\r]*$/gm;

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
  const keys = Object.fromEntries(
    pairs(rest.join(' ')).filter(([key]) => ['x', 'y', 'series', 'value', 'stack'].includes(key)),
  );
  return { kind, ...keys };
};

const fieldsOf = (sql: string): Record<string, string | undefined> =>
  Object.fromEntries([...leadingComment(sql).matchAll(field)].map(([, name, value]) => [name, value]));

/**
 * Reads the comment header of a saved query. All of it may be missing, as in a query that somebody saved by hand: then its
 * name is its title.
 */
const readReportHeader = (name: string, sql: string): ReportHeader => {
  const fields = fieldsOf(sql);
  return {
    title: fields.title || name,
    question: fields.question || undefined,
    chart: readChart(fields.chart),
    units: Object.fromEntries(pairs(fields.units ?? '')),
    rowsColumn: /^\w+$/.exec(fields.rows ?? '')?.[0],
  };
};

const isPeriodName = (word: string): word is PeriodName => (periodNames as readonly string[]).includes(word);

/**
 * The days that each pair of `?` of a saved query stands for, in their order; those of the upload where the header does not say, or
 * says something else: a comment of somebody's own may begin as the field does.
 */
const readReportDays = (sql: string): PeriodName[] => {
  const words =
    fieldsOf(sql)
      .days?.toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean) ?? [];
  return words.length > 0 && words.every(isPeriodName) ? words : ['upload'];
};

/** The place on the page that a saved query asks for; undefined where it asks for none. */
const readReportOrder = (sql: string): number | undefined => {
  const { order } = fieldsOf(sql);
  return order && Number.isFinite(Number(order)) ? Number(order) : undefined;
};

export type { Chart, PeriodName, ReportHeader };
export { readReportDays, readReportHeader, readReportOrder };
