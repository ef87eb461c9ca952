import { isNumeric } from './columns';
import { type Html, html } from './html';
import { columnDigits, formatNumber, formatValue, plural } from './numbers';
import type { Table } from './rows';

/** Rows of a table that a page shows, and rows of it that are printed. */
const mostRows = 200;
const printedRows = 25;

/** A report's rows with headings, units and numbers that stand under each other, as many as `budget` bytes hold. */
const renderTable = ({ columns, rows, total }: Table, label: string, budget: number): Html => {
  const digits = columns.map((column, index) =>
    columnDigits(
      column,
      rows.map((row) => row[index] ?? null),
    ),
  );
  const numeric = columns.map(isNumeric);
  const lines: Html[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, mostRows)) {
    const cells = columns.map((column, index) => {
      const value = row[index] ?? null;
      const text = formatValue(value, column, digits[index] ?? 0);
      const kind = [numeric[index] && 'n', value === null && 'none'].filter(Boolean).join(' ');
      const attribute = kind === '' ? '' : html` class="${kind}"`;
      return index === 0 ? html`<th scope="row"${attribute}>${text}</th>` : html`<td${attribute}>${text}</td>`;
    });
    const line = html`<tr>${cells}</tr>\n`;
    bytes += Buffer.byteLength(line.markup);
    if (bytes > budget && lines.length > 0) break;
    lines.push(line);
  }
  const headings = columns.map(
    ({ heading, unit }, index) =>
      html`<th scope="col"${numeric[index] && html` class="n"`}>${heading}${unit && html`<span class="unit">${unit}</span>`}</th>`,
  );
  const shown = lines.length;
  return html`<div class="table" role="region" tabindex="0" aria-label="${`Table: ${label}`}">
<table>
<thead><tr>${headings}</tr></thead>
<tbody>
${lines}</tbody>
</table>
</div>
${total > shown && html`<p class="more">${plural(total - shown, 'more row')} in the CSV.</p>`}
${shown > printedRows && html`<p class="more print-only">Printed: the first ${formatNumber(printedRows)} rows.</p>`}`;
};

export { mostRows, printedRows, renderTable };
