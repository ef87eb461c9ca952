import { createInterface } from 'node:readline';
import { mergeDays } from '../../core/lake/merging/merging';

/**
 * Merges days of a lake at each line of the standard input, which is how many uploads make a day a crowded one, and prints what it did: for
 * tests in Python.
 */
const bucket = process.argv[2] ?? '';

const run = async (): Promise<void> => {
  for await (const line of createInterface({ input: process.stdin })) {
    const merged = await mergeDays(bucket, { from: Number(line), notice: { delay: 250 }, goOn: () => true });
    process.stdout.write(`${JSON.stringify(merged)}\n`);
  }
};

run();
