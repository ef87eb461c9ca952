import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors';
import type { Ask } from './plan';

/** Asks the person at the terminal; where there is none, says how to agree beforehand. */
const ask: Ask = async (question) => {
  if (!process.stdin.isTTY) throw new UsageError(`${question}\nNobody can answer here: say --yes to agree.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

/** Runs a command; a mistake in how it was called is told without a stack trace. */
const run = async (name: string, command: () => Promise<void>): Promise<void> => {
  try {
    await command();
  } catch (error) {
    const foreseen = error instanceof UsageError;
    console.error(`${name}: ${foreseen ? error.message : ((error as Error).stack ?? String(error))}`);
    process.exitCode = foreseen ? 2 : 1;
  }
};

export { ask, run };
