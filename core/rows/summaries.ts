import type { Chunk } from '../uploads/upload';

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
}

const addTo = (counts: Record<string, number>, name: string, count = 1): void => {
  counts[name] = (counts[name] ?? 0) + count;
};

export type { ColumnCounts, Summary };
export { addTo };
