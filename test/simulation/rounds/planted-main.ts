/**
 * Undoes one repair after the other in the code that reports uploads together, and shows that the simulation finds each:
 * `npx tsx test/simulation/rounds/planted-main.ts [--runs MOST] [WORD]`, where the word picks faults by their names.
 */
import { findPlanted } from '../core/planting';
import { planted } from './planted';

await findPlanted('rounds', planted);
