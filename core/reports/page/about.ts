import type { Totals } from '../../uploads/upload';
import { type Html, html } from './html';
import { formatDays, formatNumber, plural } from './numbers';

/** What else the days of an upload hold. */
interface Others {
  /** Rows of other uploads. */
  rows: number;
  /** Those uploads, the largest first: each by its file's name. */
  uploads: readonly { name: string; rows: number }[];
}

/** Uploads that are named; what more there are is counted. */
const mostNamed = 5;
const longestName = 80;

const cutName = (name: string): string => (name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name);

/** What the page is about: rows of this file, and its days. */
const rowsInWords = ({ valid, days, strayDays, firstDay, lastDay }: Totals): string => {
  const count = days.length - strayDays.length;
  const span =
    count === 1 ? formatDays(firstDay, lastDay) : `${plural(count, 'day')}, ${formatDays(firstDay, lastDay)}`;
  return `${plural(valid, 'row')} of this file, of ${span}.`;
};

/** That the reports are about other uploads too, or about none. */
const othersInWords = ({ rows, uploads }: Others, days: number): string => {
  const these = days === 1 ? 'This day' : 'These days';
  const hold = days === 1 ? 'holds' : 'hold';
  if (uploads.length === 0 || rows === 0) return `${these} ${hold} no rows of other uploads.`;
  return `${these} also ${hold} ${plural(rows, 'row')} of ${plural(uploads.length, 'other upload')}, and the reports are about all of them.`;
};

const renderUploads = ({ uploads }: Others): Html => {
  const named = uploads.slice(0, mostNamed);
  const left = uploads.length - named.length;
  return html`<ul class="others">${named.map(
    ({ name, rows }) => html`<li>${cutName(name)} <span>${formatNumber(rows)}</span></li>`,
  )}${left > 0 && html`<li>and ${formatNumber(left)} more</li>`}</ul>`;
};

/** What the page is about, said first: this file's rows and days, and what else those days hold. */
const renderAbout = (totals: Totals, others?: Others): Html => html`<p class="about">${rowsInWords(totals)}</p>
${
  others &&
  html`<p class="about">${othersInWords(others, totals.days.length - totals.strayDays.length)}</p>
${others.uploads.length > 0 && renderUploads(others)}`
}`;

export type { Others };
export { renderAbout };
