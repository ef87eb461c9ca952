import fc from 'fast-check';
import { hour, minute, second, sometimes, span, type Trouble, trouble } from './chances';

/** A version of the file, as it is uploaded. */
interface VersionPlan {
  /** Milliseconds after the version before. */
  after: number;
  /** How late its event comes. */
  late: number;
  /** How late a second event comes, where one does. */
  doubled?: number;
  /** Too many of its rows are invalid: its execution ends after the claim. */
  bad: boolean;
  /** Days that it touches. */
  days: number;
}

/** What happens in a run, and how much the adversary may do. */
interface Scenario extends Trouble {
  versions: VersionPlan[];
  withdrawal?: { version: number; after: number };
  /** Milliseconds between sweeps. */
  sweeps: number[];
  /** Moments at which queries begin, besides those that the simulation puts at the moments that matter. */
  readers: number[];
  /** Whether events carry S3's sequencers. */
  sequencers: boolean;
  /** Whether the job of version 0.1 has landed the versions. */
  oldJob: boolean;
  /** Whether calls go through all of the SDK, which costs ten times as much. */
  wire: boolean;
}

/** Times from one thing to the next: where hours matter, few things are close together. */
const shortGap = fc.oneof(
  { weight: 6, arbitrary: span(0, 3 * second) },
  { weight: 3, arbitrary: span(0, minute) },
  { weight: 1, arbitrary: span(0, 20 * minute) },
);
const longGap = fc.oneof(
  { weight: 1, arbitrary: span(0, 3 * second) },
  { weight: 1, arbitrary: span(0, 20 * minute) },
  { weight: 2, arbitrary: span(0, 14 * hour) },
);

const sweepGap = fc.oneof(span(second, 5 * minute), span(5 * minute, 30 * minute), span(minute, 200 * minute));

const version = (gap: fc.Arbitrary<number>): fc.Arbitrary<VersionPlan> =>
  fc.record({
    after: gap,
    late: fc.oneof({ weight: 3, arbitrary: span(0, 500) }, { weight: 1, arbitrary: span(0, 10 * second) }),
    doubled: sometimes(15, span(0, 10 * second)),
    bad: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n === 0)),
    days: span(1, 2),
  });

const scenarioOf = (
  gap: fc.Arbitrary<number>,
  withdrawals: number,
  sweeps: fc.Arbitrary<number[]>,
): fc.Arbitrary<Scenario> =>
  fc.record({
    versions: fc.array(version(gap), { minLength: 1, maxLength: 3, size: 'max' }),
    withdrawal: sometimes(withdrawals, fc.record({ version: span(0, 2), after: gap })),
    sweeps,
    readers: fc.array(gap, { maxLength: 2, size: 'max' }),
    sequencers: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n > 0)),
    oldJob: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n === 0)),
    wire: fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 199 }).map((n) => n === 0))),
    ...trouble({ kills: 3, skew: [0, 50, 100] }),
  });

const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  {
    weight: 9,
    arbitrary: scenarioOf(shortGap, 25, fc.array(sweepGap, { maxLength: 4, size: 'max' })),
  },
  {
    weight: 1,
    arbitrary: scenarioOf(longGap, 60, fc.array(span(55 * minute, 70 * minute), { minLength: 14, maxLength: 16 })),
  },
);

export type { Scenario, VersionPlan };
export { scenario };
