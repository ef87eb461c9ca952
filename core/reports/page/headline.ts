import type { Totals } from '../../uploads/upload';
import { type Html, html } from './html';
import { formatDays, formatNumber, formatShare, plural } from './numbers';

interface Figure {
  label: string;
  value: string;
  detail?: string;
  tone?: 'good' | 'warn';
}

const rules: Record<string, string> = {
  choice: 'not one of the known values',
  columns: 'wrong number of columns',
  date: 'not a date',
  integer: 'not a whole number',
  number: 'not a number',
  range: 'out of range',
  required: 'empty',
  time: 'not a time of day',
};

/** A rule in words: `signal range` is "signal: out of range". */
const reasonInWords = (reason: string): string => {
  const [, column = reason, rule = ''] = /^(.*) (\S+)$/.exec(reason) ?? [];
  if (rule === 'columns' && column === 'row') return 'wrong number of columns';
  return rule === '' ? column : `${column}: ${Object.hasOwn(rules, rule) ? rules[rule] : rule}`;
};

const inOrder = (reasons: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(reasons).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));

const figures = (totals: Totals, operators: number | undefined): Figure[] => {
  const { rows, valid, rejected, days, firstDay, lastDay } = totals;
  return [
    { label: 'Rows in the file', value: formatNumber(rows) },
    { label: 'Accepted', value: formatNumber(valid), detail: formatShare(valid, rows), tone: 'good' },
    {
      label: 'Rejected',
      value: formatNumber(rejected),
      detail: formatShare(rejected, rows),
      tone: rejected > 0 ? 'warn' : undefined,
    },
    {
      label: days.length === 1 ? 'Day' : 'Days',
      value: formatNumber(days.length),
      detail: formatDays(firstDay, lastDay),
    },
    ...(operators === undefined
      ? []
      : [{ label: operators === 1 ? 'Operator' : 'Operators', value: formatNumber(operators) }]),
  ];
};

/** The figures that the page opens with. */
const renderHeadline = (totals: Totals, operators?: number): Html =>
  html`<dl class="figures">${figures(totals, operators).map(
    ({ label, value, detail, tone }) =>
      html`<div${tone && html` class="${tone}"`}><dt>${label}</dt><dd><strong>${value}</strong>${detail && html`<span>${detail}</span>`}</dd></div>`,
  )}</dl>`;

/** Most reasons that page and mail name; a file has few columns and rules. */
const mostReasons = 20;

/** Why rows were rejected, the most frequent reason first; nothing where none was. */
const renderRejections = ({ rejected, reasons }: Totals, link: string): Html | undefined => {
  if (rejected === 0) return undefined;
  const ordered = inOrder(reasons);
  const most = Math.max(...ordered.slice(0, 1).map(([, rows]) => rows), 1);
  return html`<section class="rejections" aria-labelledby="rejected-rows">
<h2 id="rejected-rows">Why ${plural(rejected, 'row')} ${rejected === 1 ? 'was' : 'were'} rejected</h2>
<table class="reasons">
<thead class="unseen"><tr><th scope="col">Reason</th><th scope="col">Share</th><th scope="col">Rows</th></tr></thead>
<tbody>${ordered
    .slice(0, mostReasons)
    .map(
      ([reason, rows]) =>
        html`<tr><th scope="row">${reasonInWords(reason)}</th><td class="share"><svg width="160" height="8" viewBox="0 0 160 8" aria-hidden="true"><rect width="${Math.max(2, Math.round((160 * rows) / most))}" height="8" rx="2" fill="var(--series-2)"/></svg></td><td class="n">${formatNumber(rows)}</td></tr>\n`,
    )}</tbody>
</table>
${ordered.length > mostReasons && html`<p class="more">${plural(ordered.length - mostReasons, 'more reason')} in the CSV.</p>`}
<p><a href="${link}">All rejected rows with line, column and reason (CSV)</a></p>
</section>`;
};

export { inOrder, mostReasons, reasonInWords, renderHeadline, renderRejections };
