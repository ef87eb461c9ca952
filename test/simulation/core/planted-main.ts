/**
 * Undoes one repair after the other in the code under test, and shows that the simulation finds each:
 * `npx tsx test/simulation/core/planted-main.ts [--runs MOST] [WORD]`, where the word picks faults by their names.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { eachAtOnce } from '../../../core/platform/concurrency';
import { type Planted, planted } from './planted';
import { play, prepare } from './runs';

/** Seconds for a fault. */
const limit = 600;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string' } } });
const most = Number(values.runs ?? 60_000);
const [word = ''] = positionals;

const find = async ({ name, breaks, patches }: Planted, number: number): Promise<boolean> => {
  const file = await prepare(`planted-${number}`, patches);
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
console.log(`${found} of ${wanted.length} planted faults of core/ were found.`);
process.exit(wanted.length > 0 && found === wanted.length ? 0 : 1);
