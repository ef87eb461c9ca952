import type { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** The rows of a report's CSV, one at a time. Who stops early leaves the rest unread. */
async function* readRecords(csv: Readable): AsyncGenerator<string[]> {
  const parser = csv.pipe(parse({ bom: true, from: 2, relax_column_count: true }));
  csv.once('error', (error) => parser.destroy(error));
  try {
    yield* parser as AsyncIterable<string[]>;
  } finally {
    csv.destroy();
  }
}

export { readRecords };
