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

/** A file, whose versions are uploaded one after the other. */
interface FilePlan {
  versions: VersionPlan[];
  withdrawal?: { version: number; after: number };
}

/** What happens in a run, and how much the adversary may do. */
interface Scenario extends Trouble {
  files: FilePlan[];
  /** Milliseconds between merges. */
  merges: number[];
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
/** Of files that are mostly seen together some day. */
const anyGap = fc.oneof(
  { weight: 3, arbitrary: span(0, 3 * second) },
  { weight: 1, arbitrary: span(0, 20 * minute) },
  { weight: 2, arbitrary: span(2 * hour, 8 * hour) },
);

const sweepGap = fc.oneof(span(second, 5 * minute), span(5 * minute, 30 * minute), span(minute, 200 * minute));

const mergeGap = fc.oneof(span(second, minute), span(minute, 20 * minute));

const version = (gap: fc.Arbitrary<number>, days: fc.Arbitrary<number>): fc.Arbitrary<VersionPlan> =>
  fc.record({
    after: gap,
    late: fc.oneof({ weight: 3, arbitrary: span(0, 500) }, { weight: 1, arbitrary: span(0, 10 * second) }),
    doubled: sometimes(15, span(0, 10 * second)),
    bad: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n === 0)),
    days,
  });

/** @param withdrawals - chance of one, in percent */
const file = (
  gap: fc.Arbitrary<number>,
  withdrawals: number,
  versions: number,
  days: fc.Arbitrary<number>,
): fc.Arbitrary<FilePlan> =>
  fc.record({
    versions: fc.array(version(gap, days), { minLength: 1, maxLength: versions, size: 'max' }),
    withdrawal: sometimes(withdrawals, fc.record({ version: span(0, 2), after: gap })),
  });

const oneFile = (gap: fc.Arbitrary<number>, withdrawals: number): fc.Arbitrary<FilePlan[]> =>
  fc.tuple(file(gap, withdrawals, 3, span(1, 2)));

/** Those that merges put together: of some days, mostly of one. */
const someFiles = (gap: fc.Arbitrary<number>, withdrawals: number): fc.Arbitrary<FilePlan[]> =>
  fc.array(file(gap, withdrawals, 2, fc.constantFrom(1, 1, 1, 2)), { minLength: 2, maxLength: 3, size: 'max' });

const scenarioOf = (
  gap: fc.Arbitrary<number>,
  files: fc.Arbitrary<FilePlan[]>,
  sweeps: fc.Arbitrary<number[]>,
  merges: fc.Arbitrary<number[]>,
): fc.Arbitrary<Scenario> =>
  fc.record({
    files,
    merges,
    sweeps,
    readers: fc.array(gap, { maxLength: 2, size: 'max' }),
    sequencers: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n > 0)),
    oldJob: fc.noBias(fc.integer({ min: 0, max: 9 }).map((n) => n === 0)),
    wire: fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 199 }).map((n) => n === 0))),
    ...trouble({ kills: 3, skew: [0, 50, 100] }),
  });

const shortSweeps = fc.array(sweepGap, { maxLength: 4, size: 'max' });
const longSweeps = fc.array(span(55 * minute, 70 * minute), { minLength: 14, maxLength: 16 });
const noMerges = fc.constant<number[]>([]);
const shortMerges = fc.array(mergeGap, { minLength: 1, maxLength: 4, size: 'max' });
const longMerges = fc.array(fc.oneof(span(minute, hour), span(hour, 6 * hour)), { minLength: 2, maxLength: 6 });

const scenario: fc.Arbitrary<Scenario> = fc.oneof(
  { weight: 27, arbitrary: scenarioOf(shortGap, oneFile(shortGap, 25), shortSweeps, noMerges) },
  { weight: 3, arbitrary: scenarioOf(longGap, oneFile(longGap, 60), longSweeps, noMerges) },
  { weight: 4, arbitrary: scenarioOf(shortGap, someFiles(shortGap, 25), shortSweeps, shortMerges) },
  { weight: 1, arbitrary: scenarioOf(longGap, someFiles(anyGap, 60), longSweeps, longMerges) },
);

export type { FilePlan, Scenario };
export { scenario };
