import { reportKeys } from '../platform/keys';
import { logger } from '../platform/telemetry';
import { readFirstRejectedRows } from '../rows/rejected-rows';
import type { Failure } from './failures';

/** The rows that a file failed for. */
interface RejectedRows {
  /** The first of them, as lines of their CSV; none where they cannot be read. */
  first: string[];
  /** Key of all of them in the reports bucket. */
  key: string;
}

/** Errors of files whose rejected rows are written down by then. */
const withRejectedRows = new Set(['TooManyInvalidRows', 'NoValidRows']);

/**
 * Finds the rejected rows that a file failed for; undefined where it failed for something else.
 *
 * They are for the people whose file it is: what is logged and what an execution remembers holds none of their values.
 */
const findRejectedRows = async ({ error, upload }: Failure): Promise<RejectedRows | undefined> => {
  if (!withRejectedRows.has(error) || upload === undefined) return undefined;
  const key = reportKeys.rejectedRows(upload);
  try {
    return { first: await readFirstRejectedRows(upload), key };
  } catch (cause) {
    logger.warn('The first rejected rows could not be read', { upload, error: cause as Error });
    return { first: [], key };
  }
};

export type { RejectedRows };
export { findRejectedRows };
