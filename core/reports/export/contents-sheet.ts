import { formatNumber } from '../page/numbers';
import { daysInFigures, inReadingOrder, onlyFile, type ReportedFile } from '../reported-files';
import type { RunReport } from '../saved-reports';
import { addRow, type Book, type Content, type Sheet } from './book';
import { type Cell, readDay, sheetText } from './cells';
import { rowsInWords } from './report-sheet';
import { type CellStyle, cells, heading, label, link, title, wrapped } from './styles';

/** What the first sheet tells of a report. */
interface Entry {
  report: RunReport;
  /** Its sheet; none where it failed. */
  sheet?: string;
}

interface Contents {
  /** One file, or those that a round reports together. */
  files: readonly ReportedFile[];
  /** Of all of them. */
  totals: ReportedFile['totals'];
  entries: readonly Entry[];
  /** Rows that each sheet may have. */
  limit: number;
}

const contentsName = 'Contents';

const widths = [40, 62, 12, 62];
const headings = {
  reports: ['Report', 'What it answers', 'Rows', 'Remarks'],
  files: ['File', 'Days', 'Rows', 'Remarks'],
};

const whole = '#,##0';
const day = 'yyyy-mm-dd';
const text = '@';

const longest = { title: 200, question: 600, reason: 2_000 };

const whichFiles = (files: Contents['files']): [string, Cell, string][] => {
  const one = onlyFile(files);
  if (one === undefined) return [['Files', files.length, whole]];
  return [
    ['File', sheetText(one.upload.key), text],
    ['Upload', one.upload.id, text],
  ];
};

/** What the workbook is about: each with its value, and how that is shown. */
const aboutFiles = ({ files, totals }: Contents): [string, Cell, string][] => [
  ...whichFiles(files),
  ['First day', readDay(totals.firstDay), day],
  ['Last day', readDay(totals.lastDay), day],
  [files.length === 1 ? 'Rows in the file' : 'Rows in the files', totals.rows, whole],
  ['Accepted', totals.valid, whole],
  ['Rejected', totals.rejected, whole],
];

const remarkOn = ({ status, reason, rows }: RunReport, limit: number): string | undefined => {
  if (status === 'failed') return `Failed: ${sheetText(reason ?? 'No reason was given.', longest.reason)}`;
  return rows > limit ? rowsInWords(rows, limit) : undefined;
};

const tableStyle = (index: number): CellStyle =>
  index === 2 ? { ...cells(whole), alignment: { vertical: 'top' } } : wrapped;

const addHeadings = (sheet: Sheet, names: readonly string[]): void => {
  addRow(sheet, [], () => title);
  addRow(sheet, names, (index) => heading(index === 2 ? 'right' : 'left'));
};

/** A line a file of several, those with rejected rows first. */
const addFiles = (sheet: Sheet, files: Contents['files']): void => {
  if (files.length < 2) return;
  addHeadings(sheet, headings.files);
  for (const { upload, totals } of inReadingOrder(files)) {
    const { rows, rejected } = totals;
    const told = [rejected > 0 && `${formatNumber(rejected)} rejected`, `upload ${upload.id}`];
    addRow(sheet, [sheetText(upload.key), daysInFigures(totals), rows, told.filter(Boolean).join(', ')], tableStyle);
  }
};

/** Writes the first sheet: the file, its days and rows, a line a report that leads to its sheet; of several files, a line a file. */
const writeContents = ({ writer }: Book, contents: Contents): void => {
  const sheet = writer.addWorksheet(contentsName);
  sheet.columns = widths.map((width) => ({ width }));
  addRow(sheet, ['Cellflow: reports on mobile-network measurements'], () => title);
  for (const [name, value, format] of aboutFiles(contents)) {
    addRow(sheet, [name, value], (index) =>
      index === 0 ? label : { ...cells(format), alignment: { horizontal: 'left', wrapText: true } },
    );
  }
  addHeadings(sheet, headings.reports);
  for (const { report, sheet: name } of contents.entries) {
    const called = sheetText(report.title, longest.title);
    const row: Content[] = [
      name === undefined ? called : { text: called, sheet: name },
      report.question && sheetText(report.question, longest.question),
      report.status === 'failed' ? undefined : report.rows,
      remarkOn(report, contents.limit),
    ];
    addRow(sheet, row, (index) => {
      if (index === 0 && name !== undefined) return { ...link, alignment: { vertical: 'top', wrapText: true } };
      return tableStyle(index);
    });
  }
  addFiles(sheet, contents.files);
  sheet.commit();
};

export type { Contents, Entry };
export { contentsName, writeContents };
