import { availableParallelism } from 'node:os';
import { explain, play, prepare } from './runs';

/** Seconds for all runs of a call. */
const limit = 1_800;
const explainLimit = 120;

/** A simulation's folder in `test/simulation`, and how one of its runs is shown again by `make`. */
interface Named {
  simulation: string;
  again: string;
}

/** Shows a run; whether all held. */
const showAgain = async ({ again }: Named, file: string, seed: number): Promise<boolean> => {
  const { scenario, violations, log } = await explain(file, seed, explainLimit);
  console.log(`${log.join('\n')}\n`);
  console.log(`Scenario: ${JSON.stringify(scenario)}`);
  for (const { invariant, what } of violations) console.log(`${invariant} is broken: ${what}`);
  console.log(
    `Seed ${seed}${violations.length > 0 ? '' : ': no invariant is broken'}. To see it again: make simulate ${again}=${seed}`,
  );
  return violations.length === 0;
};

/** `RUNS [FIRST]` among the arguments of the process, or `--seed SEED` for one run again with its readable schedule. */
const main = async (named: Named): Promise<void> => {
  const [option = '1000', number = '1'] = process.argv.slice(2);
  const file = await prepare(named.simulation, 'worker');
  if (option === '--seed') process.exit((await showAgain(named, file, Number(number))) ? 0 : 1);

  const started = performance.now();
  const runs = Number(option);
  const { broken, ...sum } = await play(file, {
    first: Number(number),
    runs,
    processes: availableParallelism(),
    limit,
  });
  if (broken !== undefined) {
    await showAgain(named, file, broken.seed);
    process.exit(1);
  }
  if (sum.runs !== runs) throw new Error(`${sum.runs} of ${runs} runs were played.`);
  const seconds = (performance.now() - started) / 1_000;
  console.log(
    `${named.simulation}: ${sum.runs} runs, ${sum.calls} calls, no invariant broken (${seconds.toFixed(0)} s)`,
  );
};

export { main };
