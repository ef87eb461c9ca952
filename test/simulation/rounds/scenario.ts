import fc from 'fast-check';
import { hour, minute, second, sometimes, span, type Trouble, trouble } from '../core/chances';

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
interface Scenario extends Trouble {
  uploads: UploadPlan[];
  /** How long the reports of a round take at most. */
  reports: number;
  /** Mails that SNS refuses, the first ones. */
  refusals: number;
  /** By how much what Step Functions tells of an execution may be old. */
  stale: number;
  /** Chance that a call is the last of its function, in thousandths, while some may be killed. */
  killRate: number;
}

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
  killRate: fc.constantFrom(10, 30, 100),
  ...trouble({ kills: 4, skew: [0, 50, 500] }),
});

export type { Scenario, UploadPlan };
export { scenario };
