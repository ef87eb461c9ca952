import { explainFailure, type Failure } from '../core/failures/failures';
import { findRejectedRows, type RejectedRows } from '../core/failures/rejected-rows';
import { rejectionColumns } from '../core/rows/rejections';
import { printable } from './format';

/** Why an execution did not succeed, for the person at the terminal. */
interface ExplainedFailure extends Failure {
  /** The first rejected rows, or values that were set aside, as lines of their CSV, where the file failed for them. */
  rejectedRows?: string[];
  /** Which of the two they are. */
  rejected?: RejectedRows['what'];
}

/** Says why an execution did not succeed; with rejected rows, which the execution itself does not hold. */
const explain = async (execution: string): Promise<ExplainedFailure> => {
  const failure = await explainFailure(execution);
  const rejected = await findRejectedRows(failure);
  return { ...failure, ...(rejected && { rejectedRows: rejected.first, rejected: rejected.what }) };
};

/** The reason in lines of a terminal. */
const reasonLines = ({
  reason,
  rejectedRows = [],
  rejected = 'rejected rows',
}: Pick<ExplainedFailure, 'reason' | 'rejectedRows' | 'rejected'>): string => {
  const rows = rejectedRows.length > 0 ? [`First ${rejected} (${rejectionColumns}):`, ...rejectedRows] : [];
  return [...reason.split('\n'), ...rows].map((line) => `  ${printable(line)}`).join('\n');
};

export type { ExplainedFailure };
export { explain, reasonLines };
