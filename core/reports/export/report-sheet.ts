import type { Readable } from 'node:stream';
import { readRecords } from '../csv-records';
import { formatNumber, plural } from '../page/numbers';
import type { RunReport } from '../saved-reports';
import { addRow, type Book, type Sheet, type Value } from './book';
import { readCell, type SheetColumn, sheetColumns, sheetText } from './cells';
import { type Allowance, most } from './limits';
import { type CellStyle, cells, heading, remark, title } from './styles';
import { columnName, columnWidths } from './widths';

interface ReportSheet {
  name: string;
  report: RunReport;
  csv: Readable;
  /** Rows that it may have. */
  limit: number;
  characters: Allowance;
}

/** Row of the headings: above it stand the title and what the report answers. */
const headingRow = 3;
/** Rows that the widths of the columns are taken from. */
const sampledRows = 100;
const rowsAtOnce = 250;
const twoLines = 32;

const longest = { title: 200, question: 600 };

const allAreThere = 'the CSV has all';

/** How many of a report's rows its sheet has. */
const rowsInWords = (rows: number, limit: number): string =>
  rows > limit
    ? `The first ${formatNumber(limit)} of ${plural(rows, 'row')}; ${allAreThere}.`
    : `${plural(rows, 'row')}.`;

const tooMuchText = `The rest is left out: its texts are too long for a workbook, ${allAreThere}.`;

const lengthOf = (row: readonly Value[]): number =>
  row.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);

const startSheet = ({ writer }: Book, name: string, columns: readonly SheetColumn[], sample: Value[][]): Sheet => {
  const sheet = writer.addWorksheet(name, {
    views: [{ state: 'frozen', xSplit: 0, ySplit: headingRow }],
    // As wide as a page, as many pages as it takes.
    pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = columnWidths(columns, sample).map((width) => ({ width }));
  return sheet;
};

const addHead = (sheet: Sheet, columns: readonly SheetColumn[], { report, limit }: ReportSheet): void => {
  const told = [report.question && sheetText(report.question, longest.question), rowsInWords(report.rows, limit)];
  addRow(sheet, [sheetText(report.title, longest.title)], () => title);
  addRow(sheet, [told.filter(Boolean).join(' ')], () => remark);
  const styles = columns.map(({ format }) => heading(format === '@' ? 'left' : 'right'));
  addRow(
    sheet,
    columns.map((column) => column.heading),
    (index) => styles[index] as CellStyle,
    twoLines,
  );
};

/**
 * Writes a report's sheet: title, question, a row of headings with units that stays in sight and filters, and the rows as they come
 * out of the CSV, so that no more than some of them are ever in memory.
 */
const writeReportSheet = async (book: Book, page: ReportSheet): Promise<void> => {
  const columns = sheetColumns(page.report.columns.slice(0, most.columns), page.report.units);
  const styles = columns.map(({ format }) => cells(format));
  const put = (sheet: Sheet, row: Value[]) => addRow(sheet, row, (index) => styles[index] as CellStyle);

  let sheet: Sheet | undefined;
  let waiting: Value[][] = [];
  const start = (): Sheet => {
    const started = startSheet(book, page.name, columns, waiting);
    addHead(started, columns, page);
    for (const row of waiting) put(started, row);
    waiting = [];
    sheet = started;
    return started;
  };

  let count = 0;
  let cutShort = false;
  for await (const record of readRecords(page.csv, { from: 2 })) {
    if (count === page.limit) break;
    const row = columns.map((column, index) => readCell(column, record[index]));
    cutShort = !page.characters.take(lengthOf(row));
    if (cutShort) break;
    count += 1;
    if (sheet) put(sheet, row);
    else if (waiting.push(row) === sampledRows) start();
    if (count % rowsAtOnce === 0) await book.settle();
  }
  const written = sheet ?? start();
  if (columns.length > 0) {
    const table = `A${headingRow}:${columnName(columns.length)}${headingRow + count}`;
    written.autoFilter = table;
    // A postal code or a tile is not a number that was mistyped.
    written.ignoredErrors = [{ ref: table, numberStoredAsText: true }];
  }
  if (cutShort) {
    addRow(written, [], () => remark);
    addRow(written, [tooMuchText], () => remark);
  }
  written.commit();
  await book.settle();
};

export type { ReportSheet };
export { rowsInWords, writeReportSheet };
