import { logger } from '../../platform/telemetry';
import type { RunReport } from '../saved-reports';
import { leftOutInWords, renderBasis } from './basis';
import { nothingToCompare } from './comparisons';
import { renderFigure } from './figures';
import { type Html, html } from './html';
import { plural } from './numbers';
import { renderPart } from './parts';
import type { Table } from './rows';
import { renderTable } from './tables';

/** A report and the beginning of its rows. */
interface ReportRows {
  report: RunReport;
  /** Missing where it failed. */
  table?: Table;
  /** Link to its CSV; missing where it failed. */
  csv?: string;
  /** Stands in place of the chart: a figure that was drawn of more than the first rows. */
  figure?: Html;
}

/** A report as it stands in the page; its rows are not kept, so that many reports need little memory. */
interface Section {
  report: RunReport;
  csv?: string;
  id: string;
  title: string;
  /** From all that there is to the least, for a page that would be too large. Empty where there is nothing to show. */
  markups: readonly Html[];
  /** Why there is nothing to show. */
  nothing?: string;
  /** Operators that it tells of, where all of its rows were read. */
  operators?: number;
}

/** Longest texts of a saved query's comments and of an engine's message, in characters. */
const longest = { title: 200, question: 600, reason: 2_000 };

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

const sectionId = (index: number): string => `report-${index + 1}`;

/** A chart that cannot be drawn must not keep the other reports from their readers. */
const drawFigure = ({ report, figure }: ReportRows, table: Table, id: string): Html | undefined => {
  if (figure !== undefined) return figure;
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

const renderFailed = ({ name, reason }: RunReport): Html =>
  html`<div class="failed"><p><strong>This report failed.</strong> Its saved query is <code>${cut(name, longest.title)}</code>.</p><p class="reason">${cut(reason ?? 'No reason was given.', longest.reason)}</p></div>`;

/** What a report shows below its question, from the most to the least: chart and table, with fewer rows, without the chart. */
const renderBodies = (rows: ReportRows, id: string, title: string, budget: number): Html[] => {
  const { report, table } = rows;
  if (table === undefined) return [renderFailed(report)];
  const incomparable = nothingToCompare(table);
  if (incomparable !== undefined) return [html`<p class="more">${incomparable}</p>`];
  const figure = drawFigure(rows, table, id);
  const { full, short } = renderTable(table, title, budget, report.rowsColumn);
  const basis = renderBasis(table.basis);
  const bodies = [full, short].map((shown) => html`${basis}\n${figure}\n${shown}`);
  if (figure === undefined) return bodies;
  return [
    ...bodies,
    html`${basis}\n<p class="more">The chart is left out: it would make this page too large.</p>\n${short}`,
  ];
};

const renderReport = ({ report, csv }: ReportRows, id: string, title: string, body: Html): Html =>
  renderPart({
    id,
    title,
    kind: 'report',
    aside:
      csv &&
      html`<a class="csv" href="${csv}">CSV<span class="unseen"> of ${title}</span>, ${plural(report.rows, 'row')}</a>`,
    body: html`${report.question && html`<p class="question">${cut(report.question, longest.question)}</p>`}\n${body}`,
  });

const countOperators = (table: Table | undefined): number | undefined => {
  const index = table?.columns.findIndex(({ name }) => name === 'operator') ?? -1;
  if (table === undefined || index < 0 || table.rows.length < table.total) return undefined;
  return new Set(table.rows.map((row) => row[index]).filter((name) => name !== null && name !== 'unknown')).size;
};

/** Why a report has nothing to show; nothing where it has. */
const nothingIn = ({ table, figure }: ReportRows): string | undefined => {
  if (table === undefined || table.rows.length > 0 || figure !== undefined) return undefined;
  return (table.basis && leftOutInWords(table.basis)) ?? nothingToCompare(table) ?? 'No rows.';
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
  const title = cut(report.title, longest.title);
  const section = { report, csv, id, title, operators: countOperators(table) };
  const nothing = nothingIn(rows);
  if (nothing !== undefined) return { ...section, nothing, markups: [] };
  const tooLarge = html`<p class="more">Left out: with it, this page would be too large.</p>`;
  return {
    ...section,
    markups: [
      ...renderBodies(rows, id, title, budget).map((body) => renderReport(rows, id, title, body)),
      renderReport({ ...rows, report: { ...report, question: undefined } }, id, title, tooLarge),
    ],
  };
};

/** Reports that have nothing to show, in one list. */
const renderNothing = (sections: readonly Section[]): Html | undefined => {
  const empty = sections.filter(({ nothing }) => nothing !== undefined);
  if (empty.length === 0) return undefined;
  return renderPart({
    id: 'nothing-found',
    title: empty.length === 1 ? 'A report without rows' : `${plural(empty.length, 'report')} without rows`,
    kind: 'nothing',
    body: html`<p class="question">Nothing in these days answers ${empty.length === 1 ? 'its question' : 'their questions'}.</p>
<ul>${empty.map(
      ({ id, title, nothing, csv }) =>
        html`<li id="${id}"><strong>${title}</strong>: <span class="soft">${nothing}</span>${csv && html` <a class="csv" href="${csv}">CSV<span class="unseen"> of ${title}</span></a>`}</li>\n`,
    )}</ul>`,
  });
};

export type { ReportRows, Section };
export { makeSection, renderNothing, sectionId };
