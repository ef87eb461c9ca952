import type { Totals } from '../../uploads/upload';
import { daysInFigures, inReadingOrder, type ReportedFile } from '../reported-files';
import { type Content, type Html, html } from './html';
import { formatNumber, plural } from './numbers';
import { classOf, printedRows } from './tables';

/** A file of a round as the page lists it. */
interface ListedFile extends ReportedFile {
  totals: ReportedFile['totals'] & Pick<Totals, 'rowsWithSetAside'>;
  links: {
    rejectedRows: string;
    /** Where there are any. */
    setAsideValues?: string;
  };
}

const fileListPart = { id: 'files', title: 'Files' };

/** Bytes of the list: the files of the most that is likely, and room for the reports. */
const mostBytes = 1_200_000;
/** More files than this are folded away until somebody wants to see them. */
const mostOpen = 12;
const longestName = 200;
/** Of a name that is cut: names of a series differ at their ends. */
const keptOfStart = 60;

const shownName = (key: string): string => {
  const characters = [...key];
  if (characters.length <= longestName) return key;
  return `${characters.slice(0, keptOfStart).join('')}…${characters.slice(keptOfStart + 1 - longestName).join('')}`;
};

/** A count that leads to what it counts. */
const linked = (count: number, link: string | undefined, what: string): Content =>
  count > 0 && link !== undefined
    ? html`<a href="${link}" aria-label="${`${what}: ${formatNumber(count)} (CSV)`}">${formatNumber(count)}</a>`
    : formatNumber(count);

const renderLine = ({ upload, totals, links }: ListedFile, hasSetAside: boolean): Html => {
  const { rows, valid, rejected, rowsWithSetAside } = totals;
  const name = shownName(upload.key);
  const counts = [
    formatNumber(rows),
    formatNumber(valid),
    linked(rejected, links.rejectedRows, `Rejected rows of ${name}`),
    ...(hasSetAside ? [linked(rowsWithSetAside, links.setAsideValues, `Values set aside of ${name}`)] : []),
  ];
  return html`<tr><th scope="row">${name}</th>${counts.map((count) => html`<td class="n">${count}</td>`)}<td>${daysInFigures(totals)}</td><td><code>${upload.id}</code></td></tr>\n`;
};

const linesWithin = (files: readonly ListedFile[], hasSetAside: boolean): Html[] => {
  const lines: Html[] = [];
  let bytes = 0;
  for (const file of files) {
    const line = renderLine(file, hasSetAside);
    bytes += Buffer.byteLength(line.markup);
    if (bytes > mostBytes) break;
    lines.push(line);
  }
  return lines;
};

/** What the list holds, for who has not opened it. */
const summaryOf = (files: readonly ListedFile[]): string => {
  const faulty = files.filter(({ totals }) => totals.rejected > 0).length;
  return `Each file with its rows${faulty > 0 ? `: ${formatNumber(faulty)} of ${formatNumber(files.length)} with rejected rows` : ''}`;
};

/** The files that were reported together, those with rejected rows first, folded away where they are many. */
const renderFileList = (files: readonly ListedFile[]): Html => {
  const hasSetAside = files.some(({ totals }) => totals.rowsWithSetAside > 0);
  const lines = linesWithin(inReadingOrder(files), hasSetAside);
  const left = files.length - lines.length;
  const headings = ['Rows', 'Accepted', 'Rejected', ...(hasSetAside ? ['Rows with values set aside'] : [])];
  return html`<details class="file-list"${files.length <= mostOpen && html` open`}>
<summary>${summaryOf(files)}</summary>
<div class="${classOf(lines.length)}" id="${fileListPart.id}" role="region" tabindex="0" aria-label="Table: files">
<table>
<thead><tr><th scope="col">File</th>${headings.map((heading) => html`<th scope="col" class="n">${heading}</th>`)}<th scope="col">Days</th><th scope="col">Upload</th></tr></thead>
<tbody>
${lines}</tbody>
</table>
</div>
${left > 0 && html`<p class="more">${plural(left, 'more file')} in the workbook.</p>`}
${lines.length > printedRows && html`<p class="more print-only">Printed: the first ${formatNumber(printedRows)} files.</p>`}
</details>`;
};

export type { ListedFile };
export { fileListPart, renderFileList };
