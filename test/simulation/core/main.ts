/**
 * The code of `core/` and `functions/` under an adversary: `npx tsx test/simulation/core/main.ts RUNS [FIRST]`, or one run again
 * with its readable schedule: `npx tsx test/simulation/core/main.ts --seed SEED`.
 */
import { availableParallelism } from 'node:os';
import { explain, play, prepare } from './runs';

/** Seconds for all runs of a call. */
const limit = 1_800;
const explainLimit = 120;

/** Shows a run; whether all held. */
const again = async (file: string, seed: number): Promise<boolean> => {
  const { scenario, violations, log } = await explain(file, seed, explainLimit);
  console.log(`${log.join('\n')}\n`);
  console.log(`Scenario: ${JSON.stringify(scenario)}`);
  for (const { invariant, what } of violations) console.log(`${invariant} is broken: ${what}`);
  console.log(
    `Seed ${seed}${violations.length > 0 ? '' : ': no invariant is broken'}. To see it again: make simulate SEED=${seed}`,
  );
  return violations.length === 0;
};

const [option = '1000', number = '1'] = process.argv.slice(2);
const file = await prepare('worker');
if (option === '--seed') process.exit((await again(file, Number(number))) ? 0 : 1);

const started = performance.now();
const runs = Number(option);
const { broken, ...sum } = await play(file, { first: Number(number), runs, processes: availableParallelism(), limit });
if (broken !== undefined) {
  await again(file, broken.seed);
  process.exit(1);
}
if (sum.runs !== runs) throw new Error(`${sum.runs} of ${runs} runs were played.`);
const seconds = (performance.now() - started) / 1_000;
console.log(`core: ${sum.runs} runs, ${sum.calls} calls, no invariant broken (${seconds.toFixed(0)} s)`);
