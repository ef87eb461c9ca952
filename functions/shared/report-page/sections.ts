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
  report: RunReport;
  csv?: string;
  markup: Html;
  /** Operators that it tells of, where all of its rows were read. */
  operators?: number;
}

const sectionId = (index: number): string => `report-${index + 1}`;

const renderRows = (title: string, table: Table, id: string, hint: RunReport['chart'], budget: number): Html => {
  if (table.total === 0) return html`<p class="empty">No rows: nothing in these days answers the question.</p>`;
  const drawn = renderFigure(table, hint, id);
  const fits = drawn === undefined || drawn.markup.length <= 0.7 * budget;
  const figure = fits ? drawn : html`<p class="more">The chart is left out: it would make this page too large.</p>`;
  const { markup } = renderTable(table, title, budget - (figure?.markup.length ?? 0));
  return html`${figure}\n${markup}`;
};

const renderReport = ({ report, table, csv }: ReportRows, index: number, budget: number): Html => {
  const id = sectionId(index);
  const { title, question, reason, chart } = report;
  return html`<section class="report" id="${id}" aria-labelledby="${id}-title">
<header>
<h2 id="${id}-title">${title}</h2>
${csv && html`<a class="csv" href="${csv}">CSV<span class="unseen"> of ${title}</span>, ${plural(report.rows, 'row')}</a>`}
</header>
${question && html`<p class="question">${question}</p>`}
${
  table
    ? renderRows(title, table, id, chart, budget)
    : html`<div class="failed"><p><strong>This report failed.</strong> Its saved query is <code>${report.name}</code>.</p><p class="reason">${reason ?? 'No reason was given.'}</p></div>`
}
</section>
`;
};

const countOperators = (table: Table | undefined): number | undefined => {
  const index = table?.columns.findIndex(({ name }) => name === 'operator') ?? -1;
  if (table === undefined || index < 0 || table.rows.length < table.total) return undefined;
  return new Set(table.rows.map((row) => row[index]).filter((name) => name !== null)).size;
};

/**
 * Makes a report's part of the page: title, the question that it answers, chart and table.
 *
 * @param index - its place among the reports
 * @param budget - bytes that it may fill
 */
const makeSection = (rows: ReportRows, index: number, budget: number): Section => ({
  report: rows.report,
  csv: rows.csv,
  markup: renderReport(rows, index, budget),
  operators: countOperators(rows.table),
});

const remark = ({ status, rows }: RunReport): Content => {
  if (status === 'failed') return html` <span class="tag">failed</span>`;
  return rows === 0 && html` <span class="soft">no rows</span>`;
};

const renderContents = (sections: readonly Section[]): Html => html`<nav aria-labelledby="contents">
<h2 id="contents">Reports</h2>
<ol>${sections.map(
  ({ report }, index) => html`<li><a href="#${sectionId(index)}">${report.title}</a>${remark(report)}</li>`,
)}</ol>
</nav>`;

const renderFailures = (sections: readonly Section[]): Html | undefined => {
  const failed = [...sections.entries()].filter(([, { report }]) => report.status === 'failed');
  if (failed.length === 0) return undefined;
  const names = failed.map(
    ([index, { report }], place) => html`${place > 0 && ', '}<a href="#${sectionId(index)}">${report.title}</a>`,
  );
  return html`<p class="failed">${plural(failed.length, 'saved report')} failed, the others are complete: ${names}.</p>`;
};

export type { ReportRows, Section };
export { makeSection, renderContents, renderFailures };
