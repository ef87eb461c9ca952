import fc, { type Scheduler } from 'fast-check';
import type { Line, Report, Violation } from './report';

/** Simpler scenarios that are tried for a run that broke an invariant. */
const mostShrinks = 400;

const say = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** What a simulation draws, and how it plays that. */
interface Simulated<Scenario> {
  scenario: fc.Arbitrary<Scenario>;
  simulate: (
    scenario: Scenario,
    scheduler: Scheduler,
    tracing: boolean,
  ) => Promise<{
    violations: Violation[];
    /** The readable schedule. */
    log: string[];
    steps: number;
  }>;
}

/** The property of a run: the same for the same seed, however often. */
const propertyOf =
  <Scenario>({ scenario, simulate }: Simulated<Scenario>) =>
  (seed: number, tracing: boolean, keep: (report: Report, calls: number) => boolean) =>
    fc.asyncProperty(scenario, fc.scheduler(), async (drawn: Scenario, scheduler: Scheduler) => {
      const { violations, log, steps } = await simulate(drawn, scheduler, tracing);
      return keep({ seed, scenario: drawn, violations, log }, steps);
    });

type Property = ReturnType<typeof propertyOf>;

/** One run as it is. */
const play = async (property: Property, seed: number): Promise<{ report: Report; calls: number }> => {
  let played: { report: Report; calls: number } | undefined;
  const once = property(seed, false, (report, calls) => {
    played = { report, calls };
    return true;
  });
  const { failed, errorInstance } = await fc.check(once, { seed, numRuns: 1 });
  if (failed || played === undefined) throw errorInstance;
  return played;
};

/** A run; where it breaks an invariant, the simplest of those like it that break the same one. */
const explain = async (property: Property, seed: number): Promise<Report> => {
  let simplest: Report | undefined;
  let tries = 0;
  const shrunk = property(seed, true, (report) => {
    tries += 1;
    const [first] = report.violations;
    simplest ??= report;
    if (first === undefined || tries > mostShrinks || first.invariant !== simplest.violations[0]?.invariant)
      return true;
    simplest = report;
    return false;
  });
  const { errorInstance } = await fc.check(shrunk, { seed, numRuns: 1 });
  if (simplest === undefined) throw errorInstance;
  return simplest;
};

const playAll = async (property: Property, first: number, last: number, step: number): Promise<void> => {
  let runs = 0;
  let calls = 0;
  for (let seed = first; seed <= last; seed += step) {
    const played = await play(property, seed);
    runs += 1;
    calls += played.calls;
    if (played.report.violations.length === 0) continue;
    say(played.report);
    break;
  }
  say({ runs, calls });
};

/**
 * Plays runs, each with the seed that is its number, until one breaks an invariant: `FIRST LAST STEP` among the arguments of the
 * process. With `SEED` alone that run, made simpler where it breaks as well then, with its readable schedule.
 */
const work = async <Scenario>(simulated: Simulated<Scenario>): Promise<void> => {
  const [first = 0, last, step = 1] = process.argv.slice(2).map(Number);
  const property = propertyOf(simulated);
  if (last === undefined) say(await explain(property, first));
  else await playAll(property, first, last, step);
};

export { work };
