import type { Readable } from 'node:stream';
import { unguardCell } from '../../platform/spreadsheets';
import { readRecordBatches } from '../csv-records';
import type { Counts } from './counts';
import { isQuadkey } from './quadkeys';

/** A line of the report `signal-map`: an operator and a technology in a tile. */
interface MapLine {
  /** Quadkey. */
  tile: string;
  operator: string;
  technology: string;
  counts: Counts;
}

type Cells = readonly (string | undefined)[];

const unknown = 'unknown';
const longestName = 120;

/** One line of text, not too long, without characters that turn or hide the text around them. */
const nameOf = (cell: string): string => {
  // Without what guards it from spreadsheet programs: a map runs nothing.
  const text = unguardCell(cell)
    .slice(0, 4 * longestName)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return [...text].slice(0, longestName).join('') || unknown;
};

/** Reads names, each once: many lines have the same. */
const nameReader = (): ((cell: string) => string) => {
  const names = new Map<string, string>();
  return (cell) => {
    let name = names.get(cell);
    if (name === undefined) {
      name = nameOf(cell);
      names.set(cell, name);
    }
    return name;
  };
};

const countOf = (cell: string | undefined): number => {
  const value = Number(cell || 0);
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
};

const sumOf = (count: number, average: string | undefined): number => {
  const sum = count * Number(average || 0);
  return Number.isFinite(sum) ? sum : 0;
};

/** Makes lines of records; columns are found by name. Nothing where there is no tile of the tables, or no row. */
const lineReader = (header: readonly string[]) => {
  const places = new Map(header.map((name, place) => [name, place]));
  const at = (column: string): number => places.get(column) ?? -1;
  const [tile, operator, technology, rows] = [at('tile'), at('operator'), at('technology'), at('count_rows')];
  const [inService, emergencyOnly] = [at('count_in_service'), at('count_emergency_only')];
  const [outOfService, radioOff] = [at('count_out_of_service'), at('count_radio_off')];
  const [veryGood, good, weak, none] = [at('count_very_good'), at('count_good'), at('count_weak'), at('count_none')];
  const [dbm, averageDbm] = [at('count_dbm'), at('average_signal_dbm')];
  const [asu, averageAsu] = [at('count_asu'), at('average_signal_asu')];
  return (record: Cells, readName: (cell: string) => string): MapLine | undefined => {
    const quadkey = record[tile] ?? '';
    const count = countOf(record[rows]);
    if (count === 0 || !isQuadkey(quadkey)) return undefined;
    const [dbms, asus] = [countOf(record[dbm]), countOf(record[asu])];
    return {
      tile: quadkey,
      operator: readName(record[operator] ?? ''),
      technology: readName(record[technology] ?? ''),
      counts: {
        rows: count,
        inService: countOf(record[inService]),
        emergencyOnly: countOf(record[emergencyOnly]),
        outOfService: countOf(record[outOfService]),
        radioOff: countOf(record[radioOff]),
        classes: [countOf(record[veryGood]), countOf(record[good]), countOf(record[weak]), countOf(record[none])],
        dbm: dbms,
        sumDbm: sumOf(dbms, record[averageDbm]),
        asu: asus,
        sumAsu: sumOf(asus, record[averageAsu]),
      },
    };
  };
};

/**
 * Reads the CSV of the report, however many lines there are, many at a time. Lines without a tile of the tables are passed over, as a
 * query that somebody changed by hand may have some.
 */
async function* readMapLines(csv: Readable): AsyncGenerator<MapLine[]> {
  let read: ReturnType<typeof lineReader> | undefined;
  for await (const { records } of readRecordBatches(csv)) {
    const lines: MapLine[] = [];
    // Anew for each batch: a cell is a part of its batch's text, and would keep it in memory.
    const readName = nameReader();
    for (const record of records) {
      if (read === undefined) {
        read = lineReader(record);
        continue;
      }
      const line = read(record, readName);
      if (line !== undefined) lines.push(line);
    }
    yield lines;
  }
}

export type { MapLine };
export { readMapLines, unknown };
