import { type Html, html } from './html';
import { formatNumber, plural, type Value } from './numbers';
import type { Basis } from './rows';

/** Tells the rows of a report that speak of too few measurements, and counts what all speak of. */
interface Weighing {
  isWanted: (row: readonly Value[]) => boolean;
  /** What came of the rows that were weighed, of so many that the whole report has. */
  basis: (rows: number) => Basis;
}

/**
 * Weighs the rows of a report by the column that says of how many measurements each speaks.
 *
 * @param column - its place among the columns
 * @param fewest - measurements with which a row is shown
 * @param known - measurements of the whole report, where somebody has counted them
 */
const weigh = (column: number, fewest: number, known?: number): Weighing => {
  const count = { seen: 0, few: 0, sum: 0 };
  return {
    isWanted: (row) => {
      const value = row[column];
      count.seen += 1;
      // What nobody counted is no reason to leave a row out.
      if (typeof value !== 'number') return true;
      count.sum += value;
      if (value >= fewest) return true;
      count.few += 1;
      return false;
    },
    basis: (rows) => ({
      measurements: known ?? (count.seen >= rows ? count.sum : undefined),
      leftOut: count.few,
      orMore: count.seen < rows,
      fewest,
    }),
  };
};

/** What is left out, and where it is; nothing where nothing is. */
const leftOutInWords = ({ leftOut, orMore, fewest }: Basis): string | undefined => {
  if (leftOut === 0) return undefined;
  const lines = orMore ? `At least ${plural(leftOut, 'line')}` : plural(leftOut, 'line');
  return `${lines} of fewer than ${formatNumber(fewest)} measurements left out; the CSV has ${leftOut === 1 ? 'it' : 'them'}.`;
};

/** Of how much a report speaks: measurements, and lines that are left out. */
const renderBasis = (basis: Basis | undefined): Html | undefined => {
  if (basis === undefined) return undefined;
  const { measurements } = basis;
  const told = [
    measurements !== undefined && `Speaks of ${plural(measurements, 'measurement')}.`,
    leftOutInWords(basis),
  ].filter(Boolean);
  return told.length === 0 ? undefined : html`<p class="basis">${told.join(' ')}</p>`;
};

export { leftOutInWords, renderBasis, weigh };
