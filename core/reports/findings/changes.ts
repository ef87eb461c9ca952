import type { Readable } from 'node:stream';
import { unguardCell } from '../../platform/spreadsheets';
import { readRecords } from '../csv-records';
import { countFindings } from './step-up';
import { upperTail } from './student-t';

/**
 * Which lines of the report *signal-changes* tell of a change, and which of chance.
 *
 * The report brings a rank-sum test for each operator, technology and place: the difference of the mean ranks of two periods over
 * its standard error, `t`, and its degrees of freedom. Rows of one hour of a day are most often one phone on its way, so they
 * are a cluster, and the variance comes from the sums of their ranks: a test for independent rows calls one drive by a mast a
 * change. `bench/findings.ts` shows both.
 *
 * - Rank sums of clusters: Rosner, Glynn and Lee, Biometrics 59 (2003) 1089-1098; Datta and Satten, JASA 100 (2005) 908-915.
 *   Theirs weigh clusters or permute them; ours keeps the plain difference of mean ranks and takes its error from
 *   Liang and Zeger's sandwich, Biometrika 73 (1986) 13-22.
 * - Few clusters: CR2 of Bell and McCaffrey, Survey Methodology 28 (2002) 169-181, and as many degrees of freedom as the hours
 *   of unequal size are worth: Carter, Schnepel and Steigerwald, Review of Economics and Statistics 99 (2017) 698-709.
 *   The variances of the two periods may differ: Welch's t on ranks, as Brunner and Munzel, Biometrical Journal 42 (2000) 17-25.
 * - All places of an operator: ranks within each place, weighed as van Elteren's stratified test weighs them (1960), so that
 *   driving elsewhere is no change.
 * - Many places: Benjamini and Hochberg, JRSS B 57 (1995) 289-300, for weaker and for stronger ones apart.
 *
 * What it does not see: that a whole day differs from another (rain, an event) where a period is one day; that two hours in a row
 * are the same phone at the same spot; that another model of phone was sent out.
 */

/** Share of what is told that may be chance. */
const level = 0.05;

/**
 * Least change worth telling, in dB or ASU. Phones report LTE and NR in steps of 1 dB and GSM in steps of 2 dB, and 3GPP lets a
 * phone's RSRP be off by more than that (TS 36.133, 9.1.2): with many rows a smaller change is certain, but is nothing to act on.
 */
const leastChange = 1.5;

/** Candidates that are held at once in each direction: memory is the same for whatever number of places. */
const mostCandidates = 10_000;
const longestName = 80;

/** A line that changed. */
interface Change {
  operator: string;
  technology: string;
  /** Missing in the line of all places. */
  place?: string;
  scale: 'dBm' | 'ASU';
  countBefore: number;
  countAfter: number;
  medianBefore: number;
  medianAfter: number;
  /** Difference of the means, after less before, in dB or ASU. */
  change: number;
  /** One-sided. */
  p: number;
}

interface Changes {
  /** Lines of a place that could be tested. */
  tested: number;
  /** Lines of a place with rows that were too few to tell. */
  untested: number;
  /** Whether there are days before at all. */
  hasBefore: boolean;
  /** The largest change first. */
  worse: Change[];
  better: Change[];
}

const columns = [
  'operator',
  'technology',
  'place',
  'scale',
  'count_before',
  'count_after',
  'median_before',
  'median_after',
  'change',
  't',
  'degrees_of_freedom',
] as const;

type Line = Record<(typeof columns)[number], string>;

const placesOf = (header: readonly string[]): Map<string, number> | undefined => {
  const places = new Map(columns.map((name) => [name, header.indexOf(name)]));
  return [...places.values()].includes(-1) ? undefined : places;
};

const nameOf = (cell: string): string =>
  [...unguardCell(cell.slice(0, 4 * longestName))].slice(0, longestName).join('');

const changeOf = (line: Line, p: number): Change => ({
  operator: nameOf(line.operator),
  technology: nameOf(line.technology),
  place: line.place === '' ? undefined : nameOf(line.place),
  scale: line.scale === 'ASU' ? 'ASU' : 'dBm',
  countBefore: Number(line.count_before),
  countAfter: Number(line.count_after),
  medianBefore: Number(line.median_before),
  medianAfter: Number(line.median_after),
  change: Number(line.change),
  p,
});

/** The lines that changed most surely in one direction. */
class Candidates {
  readonly #sign: number;
  #held: Change[] = [];

  constructor(sign: number) {
    this.#sign = sign;
  }

  add(change: Change): void {
    this.#held.push(change);
    if (this.#held.length >= 2 * mostCandidates) this.#held = this.#ordered().slice(0, mostCandidates);
  }

  #ordered(): Change[] {
    return this.#held.sort((one, other) => one.p - other.p);
  }

  /** Those that stand out among so many tests, the largest change first; means and ranks have to tell the same direction. */
  found(tests: number): Change[] {
    const ordered = this.#ordered();
    const count = countFindings(
      ordered.map(({ p }) => p),
      tests,
      level,
    );
    return ordered
      .slice(0, count)
      .filter(({ change }) => this.#sign * change >= leastChange)
      .sort((one, other) => Math.abs(other.change) - Math.abs(one.change) || one.p - other.p);
  }
}

/** What the lines of the report tell, however many there are; nothing where it is not that report. */
const judgeChanges = async (records: AsyncIterable<readonly string[]>): Promise<Changes | undefined> => {
  let places: Map<string, number> | undefined;
  let isHeader = true;
  let hasBefore = false;
  let [tests, tested, untested] = [0, 0, 0];
  const [weaker, stronger] = [new Candidates(-1), new Candidates(1)];
  for await (const record of records) {
    if (isHeader) {
      places = placesOf(record);
      isHeader = false;
      if (places === undefined) return undefined;
      continue;
    }
    const line = Object.fromEntries(columns.map((name) => [name, record[places?.get(name) ?? -1] ?? ''])) as Line;
    hasBefore ||= Number(line.count_before) > 0;
    const isOfPlace = line.place !== '';
    const [t, freedom] = [Number(line.t || Number.NaN), Number(line.degrees_of_freedom || Number.NaN)];
    if (!Number.isFinite(t) || !(freedom > 0)) {
      untested += Number(isOfPlace);
      continue;
    }
    tests += 1;
    tested += Number(isOfPlace);
    const p = upperTail(Math.abs(t), freedom);
    if (p <= level) (t < 0 ? weaker : stronger).add(changeOf(line, p));
  }
  return { tested, untested, hasBefore, worse: weaker.found(tests), better: stronger.found(tests) };
};

/** Reads the report's CSV as a stream and judges its lines. */
const readChanges = (csv: Readable): Promise<Changes | undefined> => judgeChanges(readRecords(csv));

export type { Change, Changes };
export { leastChange, level, readChanges };
