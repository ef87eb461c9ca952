import type { Counts } from './counts';

/** The names of the classes as `contract/coverage.json` has them, from the best to the worst. */
const coverageClasses = ['very good', 'good', 'weak', 'none'] as const;

type CoverageClass = (typeof coverageClasses)[number];

/** What is known of a tile. */
type Kind = 'with service' | 'without service' | 'too few' | 'not measured';

interface Verdict {
  kind: Kind;
  /** What most of the phones without service could do. */
  without?: 'no service' | 'emergency calls only';
  /** How good the signal is where there is service; missing where too few rows have a power. */
  coverage?: CoverageClass;
  /** The average ASU of the rows without dBm where there is service; missing where they are too few. */
  asu?: number;
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Rows whose status is known and whose radio was on: one that is off says nothing of the coverage. */
const knownOf = ({ inService, emergencyOnly, outOfService }: Counts): number =>
  inService + emergencyOnly + outOfService;

/**
 * The class of the middle row, the worse one where two are in the middle. Classes have an order and mean the same of every
 * technology, where dBm do not.
 */
const medianClass = (classes: Counts['classes']): CoverageClass | undefined => {
  const half = sumOf(classes) / 2;
  let worse = 0;
  for (const rank of [3, 2, 1, 0] as const) {
    worse += classes[rank];
    if (worse > 0 && worse >= half) return coverageClasses[rank];
  }
  return undefined;
};

/**
 * Judges the rows of a tile.
 *
 * - Fewer than `fewestRows` rows say nothing, of the service as of the class.
 * - Where the status is known it decides: without service is where no more than half of the rows are in service, since the worse
 *   counts in a draw, as it does of classes. Emergency calls only is without service, too: nobody can be called there. It is told
 *   apart.
 * - Where it is not known the class decides: without service is where the middle row has no signal that could be used.
 * - Where there is no class either, rows with ASU say that there is service: a phone without any has none to tell.
 * - A place in service whose middle row has the class none stays one with service, of that class: both are shown as they are.
 */
const judge = (counts: Counts, fewestRows: number): Verdict => {
  if (counts.rows === 0) return { kind: 'not measured' };
  const known = knownOf(counts);
  const coverage = sumOf(counts.classes) >= fewestRows ? medianClass(counts.classes) : undefined;
  const asu = counts.asu >= fewestRows ? { asu: counts.sumAsu / counts.asu } : {};
  if (known >= fewestRows) {
    if (2 * counts.inService > known) return { kind: 'with service', coverage, ...asu };
    const without = counts.emergencyOnly > counts.outOfService ? 'emergency calls only' : 'no service';
    return { kind: 'without service', without };
  }
  if (coverage === 'none') return { kind: 'without service', without: 'no service' };
  if (coverage === undefined && asu.asu === undefined) return { kind: 'too few' };
  return { kind: 'with service', coverage, ...asu };
};

/** Whether people there would say that they have no coverage. */
const isHole = ({ kind, coverage }: Verdict): boolean => kind === 'without service' || coverage === 'none';

export type { CoverageClass, Kind, Verdict };
export { coverageClasses, isHole, judge, knownOf, medianClass, sumOf };
