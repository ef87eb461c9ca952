import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors';

/** Asks a person; where nobody can answer, says how to agree beforehand. */
const confirm = async (question: string): Promise<boolean> => {
  if (!process.stdin.isTTY) throw new UsageError(`${question} Nobody can answer here: say --yes to agree.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};

export { confirm };
