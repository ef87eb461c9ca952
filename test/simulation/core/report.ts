/** An invariant that does not hold. */
interface Violation {
  invariant: string;
  what: string;
}

/** What a worker says of a run that broke an invariant. */
interface Report {
  seed: number;
  scenario: unknown;
  violations: Violation[];
  /** The readable schedule: each call in its order. */
  log: string[];
}

/** What a worker says last. */
interface Sum {
  runs: number;
  calls: number;
}

type Line = Report | Sum;

export type { Line, Report, Sum, Violation };
