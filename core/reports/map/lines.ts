import type { Readable } from 'node:stream';
import { unguardCell } from '../../platform/spreadsheets';
import { readRecords } from '../csv-records';
import { type Counts, noCounts } from './counts';
import { isQuadkey } from './quadkeys';

/** A line of the report `signal-map`: an operator and a technology in a tile. */
interface MapLine {
  /** Quadkey. */
  tile: string;
  operator: string;
  technology: string;
  counts: Counts;
}

const unknown = 'unknown';
const longestName = 120;

/** One line of text, not too long, without characters that turn or hide the text around them. */
const nameOf = (cell: string | undefined): string => {
  // Without what guards it from spreadsheet programs: a map runs nothing.
  const text = unguardCell(cell ?? '')
    .slice(0, 4 * longestName)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return [...text].slice(0, longestName).join('') || unknown;
};

const countOf = (cell: string | undefined): number => {
  const value = Number(cell || 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
};

const sumOf = (count: number, average: string | undefined): number => {
  const sum = count * Number(average || 0);
  return Number.isFinite(sum) ? sum : 0;
};

const lineOf = (cell: (column: string) => string | undefined): MapLine | undefined => {
  const tile = cell('tile') ?? '';
  if (!isQuadkey(tile)) return undefined;
  const [dbm, asu] = [countOf(cell('count_dbm')), countOf(cell('count_asu'))];
  const counts: Counts = {
    ...noCounts(),
    rows: countOf(cell('count_rows')),
    inService: countOf(cell('count_in_service')),
    emergencyOnly: countOf(cell('count_emergency_only')),
    outOfService: countOf(cell('count_out_of_service')),
    radioOff: countOf(cell('count_radio_off')),
    classes: [
      countOf(cell('count_very_good')),
      countOf(cell('count_good')),
      countOf(cell('count_weak')),
      countOf(cell('count_none')),
    ],
    dbm,
    sumDbm: sumOf(dbm, cell('average_signal_dbm')),
    asu,
    sumAsu: sumOf(asu, cell('average_signal_asu')),
  };
  if (counts.rows === 0) return undefined;
  return { tile, operator: nameOf(cell('operator')), technology: nameOf(cell('technology')), counts };
};

/**
 * Reads the CSV of the report line by line, however many there are; columns are found by name. Lines without a tile of the
 * tables are passed over, as a query that somebody changed by hand may have some.
 */
async function* readMapLines(csv: Readable): AsyncGenerator<MapLine> {
  let places: Map<string, number> | undefined;
  for await (const record of readRecords(csv, { relax_quotes: true })) {
    if (places === undefined) {
      places = new Map(record.map((name, place) => [name, place]));
      continue;
    }
    const found = places;
    const line = lineOf((column) => record[found.get(column) ?? -1]);
    if (line !== undefined) yield line;
  }
}

export type { MapLine };
export { readMapLines, unknown };
