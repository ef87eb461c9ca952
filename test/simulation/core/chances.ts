/** Chances that the scenarios of simulations share. */
import fc from 'fast-check';

/** How much the adversary may do. */
interface Trouble {
  /** Chance of a fault, in thousandths of a call. */
  faults: number;
  kills: number;
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

/** What the adversary may do; how many functions are killed, and how far clocks differ, is the scenario's. */
const trouble = ({ kills, skew }: { kills: number; skew: readonly number[] }) => ({
  faults: fc.constantFrom(0, 0, 10, 30, 80),
  kills: span(0, kills),
  doubles: fc.constantFrom(0, 0, 10, 40),
  failures: fc.constantFrom(0, 0, 5, 30),
  pauses: fc.constantFrom(0, 0, 5, 20, 60),
  skew: fc.constantFrom(...skew),
  pace: fc.constantFrom(5, 50, 300),
  pageSize: fc.constantFrom(1, 2, 3, 10),
  adversary: fc.noShrink(fc.noBias(fc.integer({ min: 0, max: 0x7fffffff }))),
});

export type { Trouble };
export { hour, minute, second, sometimes, span, trouble };
