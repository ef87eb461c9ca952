import type { Totals } from '../../uploads/upload';
import type { OtherUploads } from '../other-uploads';
import { type Html, html } from './html';
import { formatDays, formatNumber, plural } from './numbers';

const countDays = ({ days, strayDays }: Totals): number => days.length - strayDays.length;

/** What the page is about: rows of this file, or of these, and their days. */
const rowsInWords = (totals: Totals, files: number): string => {
  const [count, days] = [countDays(totals), formatDays(totals.firstDay, totals.lastDay)];
  return `${plural(totals.valid, 'row')} of ${files === 1 ? 'this file' : `these ${plural(files, 'file')}`}, of ${count === 1 ? days : `${plural(count, 'day')}, ${days}`}.`;
};

/** That the reports are about other uploads too, or about none. */
const othersInWords = ({ rows, count }: OtherUploads, days: number): string => {
  const these = days === 1 ? 'This day' : 'These days';
  const hold = days === 1 ? 'holds' : 'hold';
  if (count === 0) return `${these} ${hold} no rows of other uploads.`;
  return `${these} also ${hold} ${plural(rows, 'row')} of ${plural(count, 'other upload')}, and the reports are about all of them.`;
};

const renderUploads = ({ uploads, count }: OtherUploads): Html => {
  const left = count - uploads.length;
  return html`<ul class="others">${uploads.map(
    ({ name, rows }) => html`<li>${name} <span>${formatNumber(rows)}</span></li>`,
  )}${left > 0 && html`<li>and ${formatNumber(left)} more</li>`}</ul>`;
};

/** What the page is about, said first: the rows and days of so many files, and what else those days hold. */
const renderAbout = (
  totals: Totals,
  files: number,
  others?: OtherUploads,
): Html => html`<p class="about">${rowsInWords(totals, files)}</p>
${
  others &&
  html`<p class="about">${othersInWords(others, countDays(totals))}</p>
${others.uploads.length > 0 && renderUploads(others)}`
}`;

export { renderAbout };
