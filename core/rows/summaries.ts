import type { Chunk } from '../uploads/upload';

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
}

const addTo = (counts: Record<string, number>, name: string, count = 1): void => {
  counts[name] = (counts[name] ?? 0) + count;
};

export type { Summary };
export { addTo };
