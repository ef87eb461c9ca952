import type { Readable } from 'node:stream';
import { unguardCell } from '../../platform/spreadsheets';
import { ownText, readRecords } from '../csv-records';
import { isNumeric, type ReportColumn } from './columns';
import type { Value } from './numbers';

/** The first rows of a report. */
interface Table {
  columns: ReportColumn[];
  rows: Value[][];
  /** Rows of the whole report, without those that are left out. */
  total: number;
  /** What it speaks of, where the report says that. */
  basis?: Basis;
}

/** Of how many measurements a report speaks, and what is left out because it speaks of too few. */
interface Basis {
  /** Over all of its rows; missing where that is not known. */
  measurements?: number;
  /** Rows that are left out. */
  leftOut: number;
  /** Whether there may be more of them, further on than was read. */
  orMore: boolean;
  /** Fewest measurements of a row that is shown. */
  fewest: number;
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

/** Reads the first wanted rows of a report's CSV and leaves the rest where it is, however much there may be. */
const readRows = async (
  csv: Readable,
  columns: readonly ReportColumn[],
  limit: number,
  isWanted: (row: readonly Value[]) => boolean = () => true,
): Promise<Value[][]> => {
  const rows: Value[][] = [];
  for await (const record of readRecords(csv, { from: 2 })) {
    if (rows.length >= limit) break;
    const row = columns.map((column, index) => readValue(record[index], column));
    if (isWanted(row)) rows.push(row.map((value) => (typeof value === 'string' ? ownText(value) : value)));
  }
  return rows;
};

export type { Basis, Table };
export { readRows };
