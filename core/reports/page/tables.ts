import { isNumeric, type ReportColumn } from './columns';
import { renderLeft, withoutEmpty } from './empty-columns';
import { type Html, html } from './html';
import { columnDigits, formatNumber, formatValue, plural, type Value } from './numbers';
import type { Table } from './rows';

/** Rows of a table that a page shows where it has room, and where it has little; rows of it that are printed. */
const mostRows = 1_000;
const fewRows = 200;
const printedRows = 25;
/** Rows above which a table scrolls in a frame of its own; and is drawn when it comes near the window, lest the page opens late. */
const longTable = { framed: 14, drawnLate: 200 };

/** Classes of a table's frame, by its rows. */
const classOf = (rows: number): string =>
  ['table', rows > longTable.framed && 'long', rows > longTable.drawnLate && 'late'].filter(Boolean).join(' ');

/** Makes the row of a table out of values. */
const rowWriter = ({ columns, rows }: Table): ((row: readonly Value[]) => Html) => {
  const digits = columns.map((column, index) =>
    columnDigits(
      column,
      rows.map((row) => row[index] ?? null),
    ),
  );
  const numeric = columns.map(isNumeric);
  const writeCell = (value: Value, column: ReportColumn, index: number): Html => {
    const text = formatValue(value, column, digits[index] ?? 0);
    const kind = [numeric[index] && 'n', value === null && 'none'].filter(Boolean).join(' ');
    const attribute = kind === '' ? '' : html` class="${kind}"`;
    return index === 0 ? html`<th scope="row"${attribute}>${text}</th>` : html`<td${attribute}>${text}</td>`;
  };
  return (row) => html`<tr>${columns.map((column, index) => writeCell(row[index] ?? null, column, index))}</tr>\n`;
};

/** The first rows, as many as `budget` bytes hold; one at least. */
const linesWithin = (table: Table, budget: number): Html[] => {
  const write = rowWriter(table);
  const lines: Html[] = [];
  let bytes = 0;
  for (const row of table.rows.slice(0, mostRows)) {
    const line = write(row);
    bytes += Buffer.byteLength(line.markup);
    if (bytes > budget && lines.length > 0) break;
    lines.push(line);
  }
  return lines;
};

const renderHeading = (column: ReportColumn): Html => {
  const { heading, unit } = column;
  return html`<th scope="col"${isNumeric(column) && html` class="n"`}>${heading}${unit && html`<span class="unit">${unit}</span>`}</th>`;
};

const renderLines = (
  { columns, total }: Table,
  lines: readonly Html[],
  label: string,
  left: readonly string[],
): Html => {
  const shown = lines.length;
  return html`<div class="${classOf(shown)}" role="region" tabindex="0" aria-label="${`Table: ${label}`}">
<table>
<thead><tr>${columns.map(renderHeading)}</tr></thead>
<tbody>
${lines}</tbody>
</table>
</div>
${total > shown && html`<p class="more">${plural(total - shown, 'more row')} in the CSV.</p>`}
${renderLeft(left)}
${shown > printedRows && html`<p class="more print-only">Printed: the first ${formatNumber(printedRows)} rows.</p>`}`;
};

/**
 * A report's rows with headings, units and numbers that stand under each other, as many as `budget` bytes hold; and the same with
 * the first rows alone.
 *
 * @param rowsColumn - the column that says of how many measurements a row speaks
 */
const renderTable = (whole: Table, label: string, budget: number, rowsColumn?: string): { full: Html; short: Html } => {
  const { table, left } = withoutEmpty(whole, rowsColumn);
  const lines = linesWithin(table, budget);
  return {
    full: renderLines(table, lines, label, left),
    short: renderLines(table, lines.slice(0, fewRows), label, left),
  };
};

export { classOf, mostRows, printedRows, renderTable };
