import type { Totals, Upload } from '../../uploads/upload';
import type { RunReport } from '../saved-reports';
import { addRow, type Book, type Content } from './book';
import { type Cell, readDay, sheetText } from './cells';
import { rowsInWords } from './report-sheet';
import { cells, heading, label, link, title, wrapped } from './styles';

/** What the first sheet tells of a report. */
interface Entry {
  report: RunReport;
  /** Its sheet; none where it failed. */
  sheet?: string;
}

interface Contents {
  upload: Pick<Upload, 'id' | 'key'>;
  totals: Pick<Totals, 'rows' | 'valid' | 'rejected' | 'firstDay' | 'lastDay'>;
  entries: readonly Entry[];
  /** Rows that each sheet may have. */
  limit: number;
}

const contentsName = 'Contents';

const widths = [40, 62, 12, 62];
const headings = ['Report', 'What it answers', 'Rows', 'Remarks'];

const whole = '#,##0';
const day = 'yyyy-mm-dd';
const text = '@';

const longest = { title: 200, question: 600, reason: 2_000 };

/** What the workbook is about: each with its value, and how that is shown. */
const aboutFile = ({ upload, totals }: Contents): [string, Cell, string][] => [
  ['File', sheetText(upload.key), text],
  ['Upload', upload.id, text],
  ['First day', readDay(totals.firstDay), day],
  ['Last day', readDay(totals.lastDay), day],
  ['Rows in the file', totals.rows, whole],
  ['Accepted', totals.valid, whole],
  ['Rejected', totals.rejected, whole],
];

const remarkOn = ({ status, reason, rows }: RunReport, limit: number): string | undefined => {
  if (status === 'failed') return `Failed: ${sheetText(reason ?? 'No reason was given.', longest.reason)}`;
  return rows > limit ? rowsInWords(rows, limit) : undefined;
};

/** Writes the first sheet: the file, its days and rows, and a line a report that leads to its sheet. */
const writeContents = ({ writer }: Book, contents: Contents): void => {
  const sheet = writer.addWorksheet(contentsName);
  sheet.columns = widths.map((width) => ({ width }));
  addRow(sheet, ['Cellflow: reports on mobile-network measurements'], () => title);
  for (const [name, value, format] of aboutFile(contents)) {
    addRow(sheet, [name, value], (index) =>
      index === 0 ? label : { ...cells(format), alignment: { horizontal: 'left', wrapText: true } },
    );
  }
  addRow(sheet, [], () => title);
  addRow(sheet, headings, (index) => heading(index === 2 ? 'right' : 'left'));
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
      return index === 2 ? { ...cells(whole), alignment: { vertical: 'top' } } : wrapped;
    });
  }
  sheet.commit();
};

export type { Contents, Entry };
export { contentsName, writeContents };
