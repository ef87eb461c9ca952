import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import { guardCell } from '../../core/platform/spreadsheets';
import { writeWorkbook } from '../../core/reports/export/workbook';
import type { RunReport } from '../../core/reports/saved-reports';

/** A report with the texts of its cells, as an engine gave them. */
interface Given extends RunReport {
  cells: string[][];
}

interface Totals {
  rows: number;
  valid: number;
  rejected: number;
  firstDay: string;
  lastDay: string;
}

interface Job {
  files: { upload: { id: string; key: string }; totals: Totals }[];
  totals: Totals;
  reports: Given[];
}

/** The CSV as *Run reports* leaves it. */
const csvOf = ({ columns, cells }: Given): Readable =>
  Readable.from([stringify([columns.map(({ name }) => name), ...cells].map((row) => row.map(guardCell)))]);

/** Writes a workbook of given reports, for a test in another language to read: `write-workbook.ts JOB.json BOOK.xlsx`. */
const main = async ([job = '', book = '']: string[]): Promise<void> => {
  const { reports, ...about } = JSON.parse(await readFile(job, 'utf8')) as Job;
  const file = await open(book, 'w');
  const given = new Map(reports.map((report) => [report.name, report]));
  await writeWorkbook(
    { ...about, reports, open: async ({ name }) => csvOf(given.get(name) as Given) },
    async (bytes) => {
      await file.write(bytes);
    },
  );
  await file.close();
};

await main(process.argv.slice(2));
