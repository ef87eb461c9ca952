/**
 * How fast rows are validated and packed, on one core: `npx tsx bench/packing.ts SUBJECT FILE RUNS`, which `packing.py` calls.
 *
 * One subject a process, so that its memory is its own. A first pass warms up; of the others, CPU time and time of the clock are
 * printed as a line of JSON.
 */
import { readFileSync } from 'node:fs';
import { parse as csvParse } from 'csv-parse';
import Papa from 'papaparse';
import { inferSchema, initParser } from 'udsv';
import { pieces, validate } from './validated';

/** What came of a pass. */
interface Passed {
  rows: number;
  /** Bytes of what was packed; none where nothing was. */
  packed?: number;
}

/** Cellflow's own: every rule, canonical rows, records ready to be published. Rows that break a rule are written down. */
const cellflow = async (bytes: Buffer, names: string[]): Promise<Passed> => {
  let packed = 0;
  const { summary } = await validate(bytes, names, (payload) => {
    packed += payload.length;
  });
  if (summary.valid === 0) throw new Error('No row of the file is valid.');
  return { rows: summary.rows, packed };
};

/** Rows to arrays of texts, as a stream, nothing more. */
const withCsvParse = async (bytes: Buffer): Promise<Passed> => {
  const parser = csvParse({ relax_column_count: true });
  let rows = 0;
  parser.on('data', () => {
    rows += 1;
  });
  const ended = new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  for await (const piece of pieces(bytes))
    if (!parser.write(piece)) await new Promise((go) => parser.once('drain', go));
  parser.end();
  await ended;
  return { rows };
};

/** Rows to arrays of texts, row by row. */
const withPapaparse = async (bytes: Buffer): Promise<Passed> => {
  let rows = 0;
  Papa.parse<string[]>(bytes.toString(), {
    skipEmptyLines: true,
    step: () => {
      rows += 1;
    },
  });
  return { rows };
};

/** Rows to arrays of texts, row by row; all rows of the file have to have as many columns. */
const withUdsv = async (bytes: Buffer, names: string[]): Promise<Passed> => {
  const text = `${names.join(',')}\n${bytes.toString()}`;
  const schema = inferSchema(text.slice(0, 10_000));
  let rows = 0;
  initParser(schema).stringArrs(text, () => {
    rows += 1;
  });
  return { rows };
};

const subjects: Record<string, (bytes: Buffer, names: string[]) => Promise<Passed>> = {
  cellflow,
  'csv-parse': withCsvParse,
  papaparse: withPapaparse,
  udsv: withUdsv,
};

const [, , subject = '', file = '', runs = '3'] = process.argv;
const work = subjects[subject];
if (work === undefined) throw new Error(`"${subject}" is none of ${Object.keys(subjects).join(', ')}.`);
const whole = readFileSync(file);
const headerEnd = whole.indexOf('\n') + 1;
const names = whole.toString('utf8', 0, headerEnd).trim().split(',');
const bytes = whole.subarray(headerEnd);

let passed = await work(bytes, names);
for (let run = 0; run < Number(runs); run += 1) {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  passed = await work(bytes, names);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1_000;
  console.log(JSON.stringify({ ...passed, bytes: bytes.length, seconds, cpuSeconds: (user + system) / 1e6 }));
}
console.log(JSON.stringify({ peakMB: (process.resourceUsage().maxRSS * 1024) / 1e6 }));
