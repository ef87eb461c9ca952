import { reportKeys } from '../platform/keys';
import { logger } from '../platform/telemetry';
import { readFirstRejectedRows, readFirstSetAsideValues } from '../rows/rejected-rows';
import type { Failure } from './failures';

/** The rows, or values, that a file failed for. */
interface RejectedRows {
  what: 'rejected rows' | 'values that were set aside';
  /** The first of them, as lines of their CSV; none where they cannot be read. */
  first: string[];
  /** Key of all of them in the reports bucket. */
  key: string;
}

interface ListOfFaults {
  what: RejectedRows['what'];
  key: (upload: string) => string;
  readFirst: (upload: string) => Promise<string[]>;
}

const rejected: ListOfFaults = {
  what: 'rejected rows',
  key: reportKeys.rejectedRows,
  readFirst: readFirstRejectedRows,
};

const setAside: ListOfFaults = {
  what: 'values that were set aside',
  key: reportKeys.setAsideValues,
  readFirst: readFirstSetAsideValues,
};

/** Lists that are written down by the time that a file fails so, by error. */
const lists: ReadonlyMap<string, ListOfFaults> = new Map([
  ['TooManyInvalidRows', rejected],
  ['NoValidRows', rejected],
  ['TooManyImpossibleValues', setAside],
]);

/**
 * Finds the rows or values that a file failed for; undefined where it failed for something else.
 *
 * They are for the people whose file it is: what is logged and what an execution remembers holds none of their values.
 */
const findRejectedRows = async ({ error, upload }: Failure): Promise<RejectedRows | undefined> => {
  const list = lists.get(error);
  if (list === undefined || upload === undefined) return undefined;
  const { what, readFirst } = list;
  const key = list.key(upload);
  try {
    return { what, first: await readFirst(upload), key };
  } catch (cause) {
    logger.warn(`The first ${what} could not be read`, { upload, error: cause as Error });
    return { what, first: [], key };
  }
};

export type { RejectedRows };
export { findRejectedRows };
