import { logger } from '../../platform/telemetry';
import type { RunReport } from '../saved-reports';
import { renderFigure } from './figures';
import { type Content, type Html, html } from './html';
import { plural } from './numbers';
import type { Table } from './rows';
import { renderTable } from './tables';

/** A report and the beginning of its rows. */
interface ReportRows {
  report: RunReport;
  /** Missing where it failed. */
  table?: Table;
  /** Link to its CSV; missing where it failed. */
  csv?: string;
}

/** A report as it stands in the page; its rows are not kept, so that many reports need little memory. */
interface Section {
  /** Of its part of the page. */
  id: string;
  report: RunReport;
  csv?: string;
  /** With chart and table; without the chart; with neither, for a page that would be too large. */
  full: Html;
  plain: Html;
  brief: Html;
  /** Operators that it tells of, where all of its rows were read. */
  operators?: number;
}

/** Longest texts of a saved query's comments and of an engine's message, in characters. */
const longest = { title: 200, question: 600, reason: 2_000 };

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const sectionId = (index: number): string => `report-${index + 1}`;

/** What a report shows below its title: chart and table, or why there is none. */
interface Body {
  full: Html;
  plain: Html;
}

/** A chart that cannot be drawn must not keep the other reports from their readers. */
const drawFigure = ({ report }: ReportRows, table: Table, id: string): Html | undefined => {
  try {
    return renderFigure(table, report.chart, id);
  } catch (error) {
    // Where it failed, not its message, which may quote a cell.
    const { name, stack = '' } = error as Error;
    const at = stack.split('\n').filter((line) => /^\s+at /.test(line));
    logger.error('A chart could not be drawn', { report: report.name, fault: name, at });
    return html`<p class="more">The chart could not be drawn; the table is complete.</p>`;
  }
};

const renderBody = (rows: ReportRows, id: string, budget: number): Body => {
  const { report, table } = rows;
  const same = (body: Html): Body => ({ full: body, plain: body });
  if (table === undefined) {
    return same(
      html`<div class="failed"><p><strong>This report failed.</strong> Its saved query is <code>${cut(report.name, longest.title)}</code>.</p><p class="reason">${cut(report.reason ?? 'No reason was given.', longest.reason)}</p></div>`,
    );
  }
  if (table.total === 0) return same(html`<p class="empty">No rows: nothing in these days answers the question.</p>`);
  const figure = drawFigure(rows, table, id);
  const shown = renderTable(table, cut(report.title, longest.title), budget);
  if (figure === undefined) return same(shown);
  return {
    full: html`${figure}\n${shown}`,
    plain: html`<p class="more">The chart is left out: it would make this page too large.</p>\n${shown}`,
  };
};

const renderReport = ({ report, csv }: ReportRows, id: string, body: Html): Html => {
  const title = cut(report.title, longest.title);
  return html`<section class="report" id="${id}" aria-labelledby="${id}-title">
<header>
<h2 id="${id}-title">${title}</h2>
${csv && html`<a class="csv" href="${csv}">CSV<span class="unseen"> of ${title}</span>, ${plural(report.rows, 'row')}</a>`}
</header>
${report.question && html`<p class="question">${cut(report.question, longest.question)}</p>`}
${body}
</section>
`;
};

const countOperators = (table: Table | undefined): number | undefined => {
  const index = table?.columns.findIndex(({ name }) => name === 'operator') ?? -1;
  if (table === undefined || index < 0 || table.rows.length < table.total) return undefined;
  return new Set(table.rows.map((row) => row[index]).filter((name) => name !== null && name !== 'unknown')).size;
};

/**
 * Makes a report's part of the page: title, the question that it answers, chart and table.
 *
 * @param index - its place among the reports
 * @param budget - bytes that its table may fill
 */
const makeSection = (rows: ReportRows, index: number, budget: number): Section => {
  const { report, csv, table } = rows;
  const id = sectionId(index);
  const { full, plain } = renderBody(rows, id, budget);
  return {
    id,
    report,
    csv,
    full: renderReport(rows, id, full),
    plain: renderReport(rows, id, plain),
    brief: renderReport(
      { ...rows, report: { ...report, question: undefined } },
      id,
      html`<p class="more">Left out: with it, this page would be too large.</p>`,
    ),
    operators: countOperators(table),
  };
};

const remark = ({ status, rows }: RunReport): Content => {
  if (status === 'failed') return html` <span class="tag">failed</span>`;
  return rows === 0 && html` <span class="soft">no rows</span>`;
};

const renderContents = (sections: readonly Section[], quality: boolean): Html => html`<nav aria-labelledby="contents">
${quality && html`<p><a href="#data-quality">Data quality</a></p>`}
<h2 id="contents">Reports</h2>
<ol>${sections.map(
  ({ report }, index) =>
    html`<li><a href="#${sectionId(index)}">${cut(report.title, longest.title)}</a>${remark(report)}</li>`,
)}</ol>
</nav>`;

const renderFailures = (sections: readonly Section[]): Html | undefined => {
  const failed = [...sections.entries()].filter(([, { report }]) => report.status === 'failed');
  if (failed.length === 0) return undefined;
  const names = failed.map(
    ([index, { report }], place) =>
      html`${place > 0 && ', '}<a href="#${sectionId(index)}">${cut(report.title, longest.title)}</a>`,
  );
  return html`<p class="failed">${plural(failed.length, 'saved report')} failed, the others are complete: ${names}.</p>`;
};

export type { ReportRows, Section };
export { makeSection, renderContents, renderFailures };
