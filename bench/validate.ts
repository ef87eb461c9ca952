/**
 * How fast a chunk is validated, and what the CSV parser costs: `npx tsx bench/validate.ts [ROWS]`.
 *
 * Times are CPU time, so that a busy machine tells the same; the best of five runs counts.
 * The same rows go through the path for chunks without quotes, the path for chunks that hold some, and a bare `csv-parse`.
 */
import { parse } from 'csv-parse/sync';
import { findFormat } from '../core/formats/formats';
import { bindColumns } from '../core/formats/recognition';
import { settingsSchema } from '../core/platform/settings';
import { validateBytes } from '../core/rows/chunk-validation';
import { readBlock } from '../core/rows/csv-fields';
import { RowFramer } from '../core/rows/csv-framing';
import type { Upload } from '../core/uploads/upload';
import { columns } from '../samples/measurements';

const rows = Number(process.argv[2] ?? 85_000);
const networks = ['movistar', 'orange', 'vodafone', 'yoigo'];

const fieldsOf = (n: number): string[] => {
  const two = (value: number) => String(value).padStart(2, '0');
  return [
    `${two(n % 24)}:${two(n % 60)}:${two((n * 7) % 60)}`,
    (41 + (n % 99_991) / 100_000).toFixed(5),
    (1 + (n % 99_989) / 100_000).toFixed(5),
    String(n % 32),
    networks[n % 4] as string,
    `${networks[n % 4]} ES`,
    '0',
    'STATE_IN_SERVICE',
    ((n % 900) / 10).toFixed(1),
    `${n % 18}.0`,
    `${n % 150}.0`,
    n % 8 ? 'gps' : 'fused',
    'IN_VEHICLE',
    `${80_000 + (n % 133)}.0`,
  ];
};

const csv = (write: (fields: string[], n: number) => string): Buffer =>
  Buffer.from(Array.from({ length: rows }, (_, n) => `${write(fieldsOf(n), n)}\n`).join(''));

const plain = csv((fields) => fields.join(','));
/** The fields that a writer takes for text are in quotes. */
const quotedText = csv((fields) => fields.map((field) => (/^[a-z]/i.test(field) ? `"${field}"` : field)).join(','));
const quotedAll = csv((fields) => fields.map((field) => `"${field}"`).join(','));

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 64 * 1024) yield bytes.subarray(start, start + 64 * 1024);
}

const format = findFormat('cellflow');
const bound = bindColumns('logs.csv', format, columns);

const upload: Upload = {
  outcome: 'planned',
  id: '0123456789abcdef',
  bucket: 'uploads',
  key: 'logs.csv',
  version: 'v',
  claim: 'claims/x.json',
  format: format.name,
  dialect: { delimiter: ',', decimal: '.' },
  columns: Object.fromEntries(Object.entries(bound).map(([column, indexes]) => [column, [...indexes]])),
  names: [...columns],
  width: columns.length,
  headerEnd: 0,
  headerLines: 1,
  size: plain.length,
  day: '2026-01-01',
  received: '2026-01-01',
  shards: 1,
  chunks: 1,
  exact: false,
  chunkList: { bucket: 'lake', key: 'chunks.json' },
};

const validate = async (bytes: Buffer): Promise<number> => {
  const sink = { stage: async () => undefined, reject: async () => undefined, setAside: async () => undefined };
  const chunk = { index: 0, start: 0, end: bytes.length };
  const summary = await validateBytes(pieces(bytes), sink, {
    upload,
    format,
    chunk,
    settings: settingsSchema.parse({}),
  });
  return summary.valid;
};

/** Rows to fields, nothing more. */
const readFields = async (bytes: Buffer): Promise<number> => {
  const framer = new RowFramer();
  let count = 0;
  const take = (blocks: ReturnType<RowFramer['push']>) => {
    for (const block of blocks) readBlock(block, ',', () => (count += 1));
  };
  for await (const piece of pieces(bytes)) take(framer.push(piece));
  take(framer.finish());
  return count;
};

const parseAlone = async (bytes: Buffer): Promise<number> => parse(bytes).length;

const measure = async (name: string, bytes: Buffer, work: (bytes: Buffer) => Promise<number>): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run += 1) {
    const start = process.cpuUsage();
    const count = await work(bytes);
    if (count !== rows) throw new Error(`${name}: ${count} rows, not ${rows}`);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1_000);
  }
  const perSecond = rows / (best / 1_000);
  const megabytes = bytes.length / best / 1_000;
  console.log(
    `${name.padEnd(48)} ${Math.round(perSecond).toLocaleString('en').padStart(12)} rows/s ${megabytes.toFixed(1).padStart(7)} MB/s`,
  );
  return perSecond;
};

const ratio = (one: number, other: number): string => (one / other).toFixed(2);

const fast = await measure('to fields, no quotes: by lines', plain, readFields);
const bare = await measure('to fields, no quotes: csv-parse alone', plain, parseAlone);
const parsed = await measure('to fields, text in quotes: csv-parse by blocks', quotedText, readFields);
await measure('to fields, all in quotes: csv-parse by blocks', quotedAll, readFields);
const validated = await measure('validated and packed, no quotes', plain, validate);
const validatedQuoted = await measure('validated and packed, text in quotes', quotedText, validate);
console.log(`\nfields: fast path / csv-parse alone  ${ratio(fast, bare)}`);
console.log(`fields: fast path / parser's path     ${ratio(fast, parsed)}`);
console.log(`whole:  fast path / parser's path     ${ratio(validated, validatedQuoted)}`);
console.log(`whole:  fast path / csv-parse alone   ${ratio(validated, bare)}`);
console.log(`whole:  parser's path / csv-parse     ${ratio(validatedQuoted, bare)}`);
