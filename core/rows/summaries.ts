import type { Chunk } from '../uploads/upload';
import type { DateCounts } from './date-order';

/** Rows in which a column's value is there, is unknown, and was set aside. */
type ColumnCounts = [present: number, unknown: number, setAside: number];

/** What *Validate chunks* found in one chunk; its object says that the chunk is staged. */
interface Summary extends Chunk {
  /** Rows, without blank lines. */
  rows: number;
  valid: number;
  rejected: number;
  /** Physical lines. */
  lines: number;
  /** The chunk ends inside a quoted field. */
  open: boolean;
  /** Rows of each staged record. */
  records: number[];
  /** Valid rows by day. */
  days: Record<string, number>;
  /** Rejected rows by column and rule. */
  reasons: Record<string, number>;
  /** Of the valid rows, by column of the contract; a summary of version 0.1 has none. */
  columns?: Record<string, ColumnCounts>;
  /** Values that were set aside, by column and rule. */
  setAside?: Record<string, number>;
  /** Valid rows with values that were set aside. */
  rowsWithSetAside?: number;
  /** Headers that came again among the rows. */
  headers?: number;
  /** Rows that the format leaves out. */
  leftOut?: number;
  /** Where the order of dates was presumed: of all rows, also of those that were rejected. */
  dates?: DateCounts;
}

const addTo = (counts: Record<string, number>, name: string, count = 1): void => {
  counts[name] = (counts[name] ?? 0) + count;
};

/** Adds up what is counted under the same names. */
const sumCounts = (all: Iterable<Readonly<Record<string, number>> | undefined>): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts ?? {})) addTo(sums, name, count);
  return sums;
};

const sumColumns = (
  all: Iterable<Readonly<Record<string, ColumnCounts>> | undefined>,
): Record<string, ColumnCounts> => {
  const sums: Record<string, ColumnCounts> = {};
  for (const columns of all) {
    for (const [name, [present, unknown, setAside]] of Object.entries(columns ?? {})) {
      const [before, unknownBefore, asideBefore] = sums[name] ?? [0, 0, 0];
      sums[name] = [before + present, unknownBefore + unknown, asideBefore + setAside];
    }
  }
  return sums;
};

export type { ColumnCounts, Summary };
export { addTo, sumColumns, sumCounts };
