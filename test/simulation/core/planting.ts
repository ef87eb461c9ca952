import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { eachAtOnce } from '../../../core/platform/concurrency';
import type { Patch } from './build';
import { play, prepare } from './runs';

/** A repair that is undone, and what must break then. */
interface Planted {
  name: string;
  /** One of these. */
  breaks: readonly string[];
  patches: readonly Patch[];
}

/** Seconds for a fault. */
const limit = 600;

/**
 * Undoes one repair after the other in the code under test, and shows that a simulation finds each: `[--runs MOST] [WORD]` among the
 * arguments of the process, where the word picks faults by their names.
 */
const findPlanted = async (simulation: string, planted: readonly Planted[]): Promise<void> => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string' } } });
  const most = Number(values.runs ?? 60_000);
  const [word = ''] = positionals;

  const find = async ({ name, breaks, patches }: Planted, number: number): Promise<boolean> => {
    const file = await prepare(simulation, `planted-${number}`, patches);
    // One process: so the same seed is the first that finds it, each time.
    const { broken } = await play(file, { first: 1, runs: most, processes: 1, limit });
    const invariant = broken?.violations[0]?.invariant;
    const found = invariant !== undefined && breaks.includes(invariant);
    const told = found ? invariant : `${invariant ?? 'nothing'}, NOT ${breaks.join(' or ')}`;
    console.log(
      `${name.padEnd(58)} ${told.padEnd(22)} ${broken ? `seed ${broken.seed}, of as many runs` : `${most} runs`}`,
    );
    return found;
  };

  const wanted = planted.filter(({ name }) => name.includes(word));
  let found = 0;
  await eachAtOnce(availableParallelism(), wanted.entries(), async ([number, fault]) => {
    if (await find(fault, number)) found += 1;
  });
  console.log(`${found} of ${wanted.length} planted faults of ${simulation} were found.`);
  process.exit(wanted.length > 0 && found === wanted.length ? 0 : 1);
};

export type { Planted };
export { findPlanted };
