/**
 * The code of `core/` and `functions/` under an adversary: `npx tsx test/simulation/core/main.ts RUNS [FIRST]`, or one run again
 * with its readable schedule: `npx tsx test/simulation/core/main.ts --seed SEED`.
 */
import { main } from './playing';

await main({ simulation: 'core', again: 'SEED' });
