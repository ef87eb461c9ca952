/**
 * Undoes one repair after the other in the code under test, and shows that the simulation finds each:
 * `npx tsx test/simulation/core/planted-main.ts [--runs MOST] [WORD]`, where the word picks faults by their names.
 */
import { planted } from './planted';
import { findPlanted } from './planting';

await findPlanted('core', planted);
