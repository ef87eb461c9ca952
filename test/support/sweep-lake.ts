import { createInterface } from 'node:readline';
import { sweepLake } from '../../core/lake/sweeping';

/**
 * Sweeps a lake at each line of the standard input, which is the grace in milliseconds, and prints what it did: for tests in
 * Python, which cannot wait for hours.
 */
const bucket = process.argv[2] ?? '';

const run = async (): Promise<void> => {
  for await (const line of createInterface({ input: process.stdin })) {
    const swept = await sweepLake(bucket, { grace: Number(line), goOn: () => true });
    process.stdout.write(`${JSON.stringify(swept)}\n`);
  }
};

run();
