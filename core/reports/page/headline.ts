import type { Totals } from '../../uploads/upload';
import { type Html, html } from './html';
import { formatDays, formatNumber, formatShare, plural } from './numbers';
import { renderPart } from './parts';
import { renderReasons, renderWay, type Way } from './reasons';

interface Figure {
  label: string;
  value: string;
  detail?: string;
  tone?: 'good' | 'warn';
}

const figures = (totals: Totals, files: number, operators: number | undefined): Figure[] => {
  const { rows, valid, rejected, firstDay, lastDay } = totals;
  const days = totals.days.length - totals.strayDays.length;
  return [
    { label: files === 1 ? 'Rows in the file' : 'Rows in the files', value: formatNumber(rows) },
    { label: 'Accepted', value: formatNumber(valid), detail: formatShare(valid, rows), tone: 'good' },
    {
      label: 'Rejected',
      value: formatNumber(rejected),
      detail: formatShare(rejected, rows),
      tone: rejected > 0 ? 'warn' : undefined,
    },
    {
      label: days === 1 ? 'Day' : 'Days',
      value: formatNumber(days),
      detail: formatDays(firstDay, lastDay),
    },
    ...(operators === undefined
      ? []
      : [{ label: operators === 1 ? 'Operator' : 'Operators', value: formatNumber(operators) }]),
  ];
};

/** The figures that the page opens with. */
const renderHeadline = (totals: Totals, files: number, operators?: number): Html =>
  html`<dl class="figures">${figures(totals, files, operators).map(
    ({ label, value, detail, tone }) =>
      html`<div${tone && html` class="${tone}"`}><dt>${label}</dt><dd><strong>${value}</strong>${detail && html`<span>${detail}</span>`}</dd></div>`,
  )}</dl>`;

const rejectionsPart = { id: 'rejected-rows', title: 'Rejected rows' };

/** Why rows were rejected, the most frequent reason first, and the way to all of them; nothing where none was. */
const renderRejections = ({ rejected, reasons }: Totals, all: Way): Html | undefined => {
  if (rejected === 0) return undefined;
  return renderPart({
    id: rejectionsPart.id,
    title: `Why ${plural(rejected, 'row')} ${rejected === 1 ? 'was' : 'were'} rejected`,
    kind: 'rejections',
    body: html`${renderReasons(reasons, 'Rows')}
${renderWay(all)}`,
  });
};

export { rejectionsPart, renderHeadline, renderRejections };
