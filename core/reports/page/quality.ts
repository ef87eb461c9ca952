import { rowColumns } from '../../../contract';
import type { Totals } from '../../uploads/upload';
import { type Html, html } from './html';
import { formatNumber, formatShare, plural } from './numbers';
import { renderPart } from './parts';
import { type Reading, readingInWords } from './reading';
import { renderReasons, renderWay, type Way } from './reasons';
import { strayDaysInWords } from './stray-days';

/** A column of the contract, and in how many of the accepted rows its value is there, is unknown, was set aside. */
interface ColumnQuality {
  name: string;
  present: number;
  unknown: number;
  setAside: number;
}

/** Made from others, and of no interest by itself. */
const madeColumns = new Set(['utc_offset']);
/** Known in each row that is one, wherever its time stands in the file. */
const timeColumns = new Set(['date', 'hour']);

const qualityOf = ({ columns }: Totals): ColumnQuality[] =>
  rowColumns
    .filter(({ name }) => !madeColumns.has(name) && Object.hasOwn(columns, name))
    .map(({ name }) => {
      const [present, unknown, setAside] = columns[name] as [number, number, number];
      return { name, present, unknown, setAside };
    });

/** Whether one of the files has a column, or has what its values follow from. */
const isInFiles = ({ name, present, setAside }: ColumnQuality, files: Reading['files']): boolean =>
  timeColumns.has(name) || present + setAside > 0 || files.some(({ upload }) => name in upload.columns);

const barWidth = 160;

/** Known, unknown and set aside as parts of one bar; what is there at all can be seen. */
const renderBar = ({ present, setAside }: ColumnQuality, valid: number): Html => {
  const widthOf = (count: number) => (count === 0 ? 0 : Math.max(2, Math.round((barWidth * count) / valid)));
  const aside = widthOf(setAside);
  const known = Math.min(widthOf(present), barWidth - aside);
  return html`<svg width="${barWidth}" height="8" viewBox="0 0 ${barWidth} 8" aria-hidden="true"><rect width="${barWidth}" height="8" rx="2" fill="var(--rule)"/><rect width="${known}" height="8" rx="2" fill="var(--series-1)"/>${aside > 0 && html`<rect x="${barWidth - aside}" width="${aside}" height="8" rx="2" fill="var(--series-2)"/>`}</svg>`;
};

const renderCount = (count: number, valid: number): Html =>
  count === 0
    ? html`<td class="n none">0<span class="amount"></span></td>`
    : html`<td class="n">${formatNumber(count)}<span class="amount">${formatShare(count, valid)}</span></td>`;

const renderColumns = (columns: readonly ColumnQuality[], valid: number): Html => html`<table class="known">
<caption>Values in the ${plural(valid, 'accepted row')}, by column</caption>
<thead><tr><th scope="col">Column</th><td class="share"></td><th scope="col" class="n"><span class="key key-known"></span>Present</th><th scope="col" class="n"><span class="key key-unknown"></span>Unknown</th><th scope="col" class="n"><span class="key key-aside"></span>Set aside</th></tr></thead>
<tbody>${columns.map(
  (column) =>
    html`<tr><th scope="row">${column.name}</th><td class="share">${renderBar(column, valid)}</td>${[column.present, column.unknown, column.setAside].map((count) => renderCount(count, valid))}</tr>\n`,
)}</tbody>
</table>`;

/** How many values were impossible, and what became of them. */
const setAsideInWords = ({ setAside, rowsWithSetAside }: Totals): string | undefined => {
  const values = Object.values(setAside).reduce((sum, one) => sum + one, 0);
  if (values === 0) return undefined;
  return `${plural(values, 'impossible value')} in ${plural(rowsWithSetAside, 'row')} ${values === 1 ? 'was' : 'were'} set aside`;
};

const renderSetAside = (totals: Totals, all: Way | undefined): Html | undefined => {
  const told = setAsideInWords(totals);
  if (told === undefined) return undefined;
  return html`<h3>${told}</h3>
<p class="question">The rows are kept; in the tables these values are unknown.</p>
${renderReasons(totals.setAside, 'Values')}
${all && renderWay(all)}`;
};

const qualityPart = { id: 'data-quality', title: 'Data quality' };

/**
 * What became of each column's values, and how the files were read; nothing of uploads from before this was counted.
 *
 * @param allSetAside - the way to all values that were set aside
 */
const renderQuality = (reading: Reading, allSetAside?: Way): Html | undefined => {
  const { totals, files } = reading;
  const columns = qualityOf(totals);
  if (columns.length === 0) return undefined;
  const inFiles = columns.filter((column) => isInFiles(column, files));
  const others = columns.filter((column) => !isInFiles(column, files)).map(({ name }) => name);
  const stray = strayDaysInWords(totals);
  return renderPart({
    ...qualityPart,
    kind: 'quality',
    body: html`<dl class="reading">${readingInWords(reading).map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>
${stray && html`<p class="failed">${stray}</p>`}
${renderColumns(inFiles, totals.valid)}
${others.length > 0 && html`<p class="more">${files.length === 1 ? 'Not in this file' : 'In none of the files'}: ${others.join(', ')}.</p>`}
${renderSetAside(totals, allSetAside)}`,
  });
};

export { qualityOf, qualityPart, renderQuality, setAsideInWords };
