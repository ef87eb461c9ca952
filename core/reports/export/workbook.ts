import type { Readable } from 'node:stream';
import type { RunReport } from '../saved-reports';
import { beginBook } from './book';
import { type Contents, contentsName, type Entry, writeContents } from './contents-sheet';
import { Allowance, most, rowLimit } from './limits';
import { writeReportSheet } from './report-sheet';
import { sheetNames } from './sheet-names';

interface Workbook extends Pick<Contents, 'files' | 'totals'> {
  reports: readonly RunReport[];
  /** Opens the CSV of a report that is done. */
  open: (report: RunReport) => Promise<Readable>;
}

/** Reports with the names of their sheets. */
const nameSheets = (reports: readonly RunReport[]): Entry[] => {
  const done = reports.filter(({ status }) => status === 'done');
  const names = sheetNames(
    done.map(({ title }) => title),
    contentsName,
  );
  return reports.map((report) => ({ report, sheet: names[done.indexOf(report)] }));
};

/**
 * Writes all reports of an upload, or of a round of several, as one Excel workbook: the contents, then a sheet a report. Numbers, days and texts are what they
 * are; nothing of a report is a formula or a link. Takes the same memory whatever the size: CSV files are read as streams, up to
 * what a sheet takes.
 *
 * @param write - takes the bytes in order; the next wait for it
 */
const writeWorkbook = async (workbook: Workbook, write: (bytes: Buffer) => Promise<void>): Promise<void> => {
  const { reports, open } = workbook;
  const entries = nameSheets(reports);
  const limit = rowLimit(
    reports.map(({ rows, columns }) => ({ rows, columns: Math.min(columns.length, most.columns) })),
  );
  const characters = new Allowance();
  const book = beginBook(write);
  writeContents(book, { ...workbook, entries, limit });
  for (const { report, sheet: name } of entries) {
    if (name === undefined) continue;
    await writeReportSheet(book, { name, report, csv: await open(report), limit, characters });
  }
  await book.close();
};

export type { Workbook };
export { writeWorkbook };
