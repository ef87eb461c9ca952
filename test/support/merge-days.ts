import { createInterface } from 'node:readline';
import { mergeDays } from '../../core/lake/merging/merging';

/**
 * Merges days of a lake at each line of the standard input, which is how many uploads make a day a crowded one, and prints what it did: for
 * tests in Python. The arguments are the bucket, and how many milliseconds ahead a move is announced.
 */
const [bucket = '', notice] = process.argv.slice(2);

const run = async (): Promise<void> => {
  for await (const line of createInterface({ input: process.stdin })) {
    const merged = await mergeDays(bucket, { from: Number(line), notice: { delay: Number(notice) }, goOn: () => true });
    process.stdout.write(`${JSON.stringify(merged)}\n`);
  }
};

run();
