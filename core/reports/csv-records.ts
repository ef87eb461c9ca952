import type { Readable } from 'node:stream';
import { type Options, parse } from 'csv-parse';

/**
 * The records of a report's CSV, one at a time, its header first. Who stops early leaves the rest unread.
 *
 * @param options - beside those that every reading has, as `from: 2` for one without the header
 */
async function* readRecords(csv: Readable, options: Options = {}): AsyncGenerator<string[]> {
  const parser = csv.pipe(parse({ bom: true, relax_column_count: true, ...options }));
  csv.once('error', (error) => parser.destroy(error));
  try {
    yield* parser as AsyncIterable<string[]>;
  } finally {
    csv.destroy();
  }
}

export { readRecords };
