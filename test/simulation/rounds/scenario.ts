import fc from 'fast-check';

interface UploadPlan {
  /** Milliseconds after the upload before. */
  after: number;
  /** Somebody stops its execution, so long after it began. */
  stopped?: number;
  /** It is withdrawn, so long after its execution began. */
  withdrawn?: number;
  /** How long after it failed or was stopped its execution is redriven, each time. */
  redrives: number[];
}

/** What happens in a run, and how much the adversary may do. */
interface Scenario {
  uploads: UploadPlan[];
  /** How long the reports of a round take at most. */
  reports: number;
  /** Mails that SNS refuses, the first ones. */
  refusals: number;
  /** By how much what Step Functions tells of an execution may be old. */
  stale: number;
  /** Chance of a fault, in thousandths of a call. */
  faults: number;
  kills: number;
  /** Chance that a call is the last of its function, in thousandths, while some may be killed. */
  killRate: number;
  /** Chance that the state machine gives up waiting for a function that runs on, in percent. */
  doubles: number;
  /** Chance that a stage's retries are used up, in percent of its faults. */
  failures: number;
  /** Chance that a function stands still before a call, in thousandths. */
  pauses: number;
  /** Largest difference of a clock, in milliseconds. */
  skew: number;
  /** Longest time between two calls that are picked. */
  pace: number;
  pageSize: number;
  /** Everything else that is left to chance. */
  adversary: number;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const span = (min: number, max: number) => fc.noBias(fc.integer({ min, max }));
const sometimes = <Value>(share: number, value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 100 - share, arbitrary: fc.constant(undefined) }, { weight: share, arbitrary: value });

/** Uploads come in bursts, mostly. */
const gap = fc.oneof(
  { weight: 6, arbitrary: span(0, second) },
  { weight: 3, arbitrary: span(0, 20 * second) },
  { weight: 1, arbitrary: span(0, 10 * minute) },
);
/** Within the reporting, mostly. */
const moment = fc.oneof({ weight: 5, arbitrary: span(0, 10 * second) }, { weight: 2, arbitrary: span(0, 3 * minute) });
const redrive = fc.oneof(
  { weight: 3, arbitrary: span(0, 10 * second) },
  { weight: 3, arbitrary: span(0, 5 * minute) },
  { weight: 1, arbitrary: span(0, 2 * hour) },
);

const scenario: fc.Arbitrary<Scenario> = fc.record({
  uploads: fc.array(
    fc.record({
      after: gap,
      stopped: sometimes(25, moment),
      withdrawn: sometimes(10, moment),
      redrives: fc.array(redrive, { maxLength: 2, size: 'max' }),
    }),
    { minLength: 1, maxLength: 6, size: 'max' },
  ),
  reports: fc.constantFrom(0, second, 10 * second, minute),
  refusals: fc.constantFrom(0, 0, 0, 1, 3),
  stale: fc.constantFrom(0, 0, second, 3 * second),
  faults: fc.constantFrom(0, 0, 10, 30, 80),
  kills: span(0, 4),
  killRate: fc.constantFrom(10, 30, 100),
  doubles: fc.constantFrom(0, 0, 10, 40),
  failures: fc.constantFrom(0, 0, 5, 30),
  pauses: fc.constantFrom(0, 0, 5, 20, 60),
  skew: fc.constantFrom(0, 50, 500),
  pace: fc.constantFrom(5, 50, 300),
  pageSize: fc.constantFrom(1, 2, 3, 10),
  adversary: fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 0x7fffffff }))),
});

export type { Scenario, UploadPlan };
export { hour, minute, scenario, second };
