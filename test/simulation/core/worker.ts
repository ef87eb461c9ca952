/**
 * Plays runs, each with the seed that is its number, until one breaks an invariant: `worker FIRST LAST STEP`. With `worker SEED`,
 * that run alone, made simpler where it breaks as well then, with its readable schedule.
 */
import fc, { type Scheduler } from 'fast-check';
import { prepareProcess } from './protocol';
import type { Line, Report } from './report';
import { type Scenario, scenario } from './scenario';
import { simulate } from './simulate';

/** Simpler scenarios that are tried for a run that broke an invariant. */
const mostShrinks = 400;

const say = (line: Line): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** The property of a run: the same for the same seed, however often. */
const property = (seed: number, tracing: boolean, keep: (report: Report, calls: number) => boolean) =>
  fc.asyncProperty(scenario, fc.scheduler(), async (drawn: Scenario, scheduler: Scheduler) => {
    const { violations, log, steps } = await simulate(drawn, scheduler, tracing);
    return keep({ seed, scenario: drawn, violations, log }, steps);
  });

/** One run as it is. */
const play = async (seed: number): Promise<{ report: Report; calls: number }> => {
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
const explain = async (seed: number): Promise<Report> => {
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

const playAll = async (first: number, last: number, step: number): Promise<void> => {
  let runs = 0;
  let calls = 0;
  for (let seed = first; seed <= last; seed += step) {
    const played = await play(seed);
    runs += 1;
    calls += played.calls;
    if (played.report.violations.length === 0) continue;
    say(played.report);
    break;
  }
  say({ runs, calls });
};

const [first = 0, last, step = 1] = process.argv.slice(2).map(Number);
prepareProcess();
if (last === undefined) say(await explain(first));
else await playAll(first, last, step);
