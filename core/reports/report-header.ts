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

const field = /^--[ \t]*(title|question|chart|units|order)[ \t]*:[ \t]*(.*?)[ \t\r]*$/gm;

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
  };
};

/** The place on the page that a saved query asks for; undefined where it asks for none. */
const readReportOrder = (sql: string): number | undefined => {
  const { order } = fieldsOf(sql);
  return order && Number.isFinite(Number(order)) ? Number(order) : undefined;
};

export type { Chart, ReportHeader };
export { readReportHeader, readReportOrder };
