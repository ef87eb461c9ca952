import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { unguardCell } from '../../platform/spreadsheets';
import { isNumeric, type ReportColumn } from './columns';
import type { Value } from './numbers';

/** The first rows of a report. */
interface Table {
  columns: ReportColumn[];
  rows: Value[][];
  /** Rows of the whole report. */
  total: number;
}

const longestCell = 200;

/** One line, not too long, never half a character. */
const shown = (cell: string): string => {
  // Without what guards it from spreadsheet programs: a page runs nothing.
  const line = unguardCell(cell.slice(0, 4 * longestCell))
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= longestCell) return line;
  const characters = [...line];
  return characters.length > longestCell ? `${characters.slice(0, longestCell - 1).join('')}…` : line;
};

const readValue = (cell: string | undefined, column: ReportColumn): Value => {
  if (cell === undefined || cell === '') return null;
  if (!isNumeric(column)) return shown(cell);
  const number = Number(cell);
  return Number.isFinite(number) ? number : null;
};

/** Reads the first rows of a report's CSV and leaves the rest where it is, however much there may be. */
const readRows = async (csv: Readable, columns: readonly ReportColumn[], limit: number): Promise<Value[][]> => {
  const rows: Value[][] = [];
  const parser = csv.pipe(parse({ bom: true, from: 2, relax_column_count: true }));
  csv.once('error', (error) => parser.destroy(error));
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (rows.length >= limit) break;
      rows.push(columns.map((column, index) => readValue(record[index], column)));
    }
  } finally {
    csv.destroy();
  }
  return rows;
};

export type { Table };
export { readRows };
