/**
 * The code that reports uploads together, under an adversary: `npx tsx test/simulation/rounds/main.ts RUNS [FIRST]`, or one run again
 * with its readable schedule: `npx tsx test/simulation/rounds/main.ts --seed SEED`.
 */
import { main } from '../core/playing';

await main({ simulation: 'rounds', again: 'ROUNDS_SEED' });
