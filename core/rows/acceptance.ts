import type { Settings } from '../platform/settings';
import {
  EmptyUpload,
  NoValidRows,
  TooManyDays,
  TooManyImpossibleValues,
  TooManyInvalidRows,
} from '../uploads/upload-errors';
import type { Sums } from './judgement';

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.001 ? 3 : 1)} %`;

const mostReasons = 10;

/** By which rules most fell, as `column rule (times)`. */
const describeReasons = (reasons: Readonly<Record<string, number>>): string => {
  const ordered = Object.entries(reasons).sort(([, one], [, other]) => other - one);
  const told = ordered.slice(0, mostReasons).map(([reason, rows]) => `${reason} (${rows})`);
  const more = ordered.length > mostReasons ? ` and ${ordered.length - mostReasons} more` : '';
  return `By column and rule: ${told.join(', ')}${more}.`;
};

/** What an error says besides its counts: where all rows at fault are listed. Rows have no place in an error, which is logged. */
interface Lists {
  rejectedRows?: string;
  setAsideValues?: string;
}

const listedIn = (place: string | undefined): string =>
  place === undefined ? '' : `\nAll of them, with line and value: ${place}`;

/**
 * Lets a file pass or not, by what its rows are.
 *
 * @param file what to call the file in messages
 * @throws `EmptyUpload`, `NoValidRows`, `TooManyInvalidRows`, `TooManyImpossibleValues`, `TooManyDays`
 */
const assertAcceptable = (file: string, sums: Sums, settings: Settings, lists: Lists = {}): void => {
  const { maxRejectedShare, maxSetAsideShare, maxDays } = settings;
  const { rows, valid, rejected, days, rowsWithSetAside } = sums;
  if (rows === 0) throw new EmptyUpload(`${file} has a header and no rows.`);
  const rejectedFor = () => `${describeReasons(sums.reasons)}${listedIn(lists.rejectedRows)}`;
  if (valid === 0) throw new NoValidRows(`None of the ${rows} rows of ${file} is valid. ${rejectedFor()}`);
  const share = rejected / rows;
  if (share > maxRejectedShare) {
    throw new TooManyInvalidRows(
      `${rejected} of ${rows} rows of ${file} are rejected: ${percent(share)}, and ${percent(maxRejectedShare)} are allowed. ${rejectedFor()}`,
    );
  }
  if (rowsWithSetAside / valid > maxSetAsideShare) {
    throw new TooManyImpossibleValues(
      `${rowsWithSetAside} of ${valid} valid rows of ${file} have impossible values: ${percent(rowsWithSetAside / valid)}, and ${percent(maxSetAsideShare)} are allowed. ${describeReasons(sums.setAside)}${listedIn(lists.setAsideValues)}`,
    );
  }
  const touched = Object.keys(days).length;
  if (touched > maxDays) {
    throw new TooManyDays(
      `The rows of ${file} spread over ${touched} days, ${sums.firstDay} to ${sums.lastDay}; ${maxDays} are allowed. Split the file.`,
    );
  }
};

export { assertAcceptable };
