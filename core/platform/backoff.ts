import { clock } from './clock';

interface Backoff {
  /** Longest first pause, in milliseconds. */
  baseMs: number;
  /** Longest pause, in milliseconds. */
  capMs: number;
  /** Moment in epoch milliseconds after which nothing is tried again. */
  deadline: number;
}

/**
 * Waits before attempt `attempt` (1 is the first repetition): a random part of a pause that doubles, so that many who failed together do not come back together.
 *
 * @returns false, at once, where the pause could end after the deadline
 */
const pause = async (attempt: number, { baseMs, capMs, deadline }: Backoff): Promise<boolean> => {
  const milliseconds = Math.random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
  if (clock.now() + milliseconds >= deadline) return false;
  await clock.sleep(milliseconds);
  return true;
};

/** Waits after the first attempts (0 is the first) to write an object that others write at the same time. */
const standBack = (attempt: number): Promise<void> => clock.sleep(Math.random() * 50 * 2 ** Math.min(attempt, 5));

export type { Backoff };
export { pause, standBack };
