import { createWriteStream, writeFileSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { makeCity } from './city/city';
import { formatLines, generatedFormats } from './formats';
import { type SampleOptions, type SampleSummary, sampleLines } from './measurements';

const usage = `Generates a CSV of mobile-network measurements, distributed as a real capture is.

  npx tsx samples/generate.ts --rows 1200 --days 2 --bad 0.02 --seed 7 --out samples/two-days.csv
  npx tsx samples/generate.ts --format tower-collector --rows 1000 --dirty 0.02 --out export.csv
  npx tsx samples/generate.ts --city truth.json --rows 100000 --days 7 --out city.csv

  --format NAME   as the exporter of a format writes: ${generatedFormats.join(', ')} (cellflow)
  --city FILE     a city with planted coverage holes instead: the file gets the tiles that are holes, and of whom
  --rows N        rows, bad ones included (1000)
  --days N        days they spread over; more than one adds a date column (1)
  --bad SHARE     cellflow: share of rows that break a rule, each rule in turn (0)
  --quoted SHARE  cellflow: share of rows with a quoted field that holds a comma (0)
  --dirty SHARE   other formats: share of rows with a value that is not as it should be (0)
  --seed N        the same seed gives the same file (1)
  --start DAY     first day (2026-03-02)
  --out FILE      where to write; - is standard output (-)`;

const numberOf = (name: string, text: string, isValid: (value: number) => boolean): number => {
  const value = Number(text);
  if (text.trim() === '' || !isValid(value)) throw new RangeError(`--${name} ${text}: not a number that fits`);
  return value;
};
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
const isShare = (value: number) => value >= 0 && value <= 1;

interface Options extends SampleOptions {
  format: string;
  dirty: number;
  /** Where the truth of a city goes; undefined where none is wanted. */
  city?: string;
  out: string;
}

const readOptions = (args: string[]): Options => {
  const { values } = parseArgs({
    args,
    options: {
      format: { type: 'string', default: 'cellflow' },
      city: { type: 'string' },
      rows: { type: 'string', default: '1000' },
      days: { type: 'string', default: '1' },
      bad: { type: 'string', default: '0' },
      quoted: { type: 'string', default: '0' },
      dirty: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      start: { type: 'string', default: '2026-03-02' },
      out: { type: 'string', default: '-' },
    },
  });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(values.start) || Number.isNaN(Date.parse(`${values.start}T00:00:00Z`))) {
    throw new RangeError(`--start ${values.start}: not a day (YYYY-MM-DD)`);
  }
  return {
    format: values.format,
    city: values.city,
    rows: numberOf('rows', values.rows, isCount),
    days: numberOf('days', values.days, isCount),
    bad: numberOf('bad', values.bad, isShare),
    quoted: numberOf('quoted', values.quoted, isShare),
    dirty: numberOf('dirty', values.dirty, isShare),
    seed: numberOf('seed', values.seed, Number.isSafeInteger),
    firstDay: values.start,
    out: values.out,
  };
};

/** Lines in packs of about 256 KB: a write for each line would cost more than making it. */
function* packsOf<Summary>(lines: Generator<string, Summary>): Generator<string, Summary> {
  let pack = '';
  for (;;) {
    const next = lines.next();
    if (next.done) {
      yield pack;
      return next.value;
    }
    pack += next.value;
    if (pack.length >= 262_144) {
      yield pack;
      pack = '';
    }
  }
}

type Summary = SampleSummary | { rows: number };

const linesOf = (options: Options): Generator<string, Summary> => {
  if (options.city === undefined) {
    return options.format === 'cellflow' ? sampleLines(options) : formatLines(options.format, options);
  }
  const { truth, lines } = makeCity(options);
  writeFileSync(options.city, `${JSON.stringify(truth)}\n`);
  return lines;
};

const writeSample = async (options: Options, out: Writable): Promise<Summary | undefined> => {
  let summary: Summary | undefined;
  function* packs() {
    summary = yield* packsOf(linesOf(options));
  }
  await pipeline(Readable.from(packs()), out, { end: out !== process.stdout });
  return summary;
};

const main = async (): Promise<void> => {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  const options = readOptions(process.argv.slice(2));
  const { out } = options;
  const summary = await writeSample(options, out === '-' ? process.stdout : createWriteStream(out));
  console.error(JSON.stringify({ out, ...summary }));
};

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
