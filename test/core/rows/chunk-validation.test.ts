import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Settings, settingsSchema } from '../../../core/platform/settings';
import { validateBytes } from '../../../core/rows/chunk-validation';
import { cutByReading } from '../../../core/rows/cuts';
import { requiredColumns } from '../../../core/rows/measurement';
import { type Fields, indexOf, rowOf } from '../../support/measurements';
import { plannedUpload } from '../../support/planned-upload';
import { piecesOf } from '../../support/rows';

async function* streamOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, 10_000);
}

/** Payloads as a consumer sees them. */
const open = (payload: Buffer) => {
  const headerEnd = payload.indexOf('\n');
  const header = JSON.parse(payload.subarray(0, headerEnd).toString());
  return { header, text: gunzipSync(payload.subarray(headerEnd + 1)).toString() };
};

const validate = async (bytes: Buffer, options: { chunk?: number; settings?: Partial<Settings> } = {}) => {
  const payloads: Buffer[] = [];
  let rejected = '';
  const sink = {
    stage: async (payload: Buffer) => void payloads.push(payload),
    reject: async (lines: string) => {
      rejected += lines;
    },
  };
  const columns = [...requiredColumns, 'date'];
  const upload = plannedUpload({ columns: indexOf(columns), width: columns.length, shards: 3 });
  const chunk = { index: options.chunk ?? 0, start: 0, end: bytes.length };
  const settings = settingsSchema.parse(options.settings ?? {});
  const summary = await validateBytes(streamOf(bytes), sink, { upload, chunk, settings });
  return { summary, payloads, records: payloads.map(open), rejected, upload };
};

const dated = (fields: Fields = {}): string => rowOf(fields, [...requiredColumns, 'date']);

const textOf = (records: { text: string }[]): string => records.map(({ text }) => text).join('');

describe('a chunk', () => {
  test('becomes records that say what they hold', async () => {
    const rows = Array.from({ length: 250 }, (_, n) => dated({ date: n < 100 ? '2026-01-01' : '', speed: `${n}.5` }));

    const { summary, records, upload } = await validate(Buffer.from(`${rows.join('\n')}\n`), {
      chunk: 4,
      settings: { recordRows: 100 },
    });

    expect(records.map(({ header }) => header)).toEqual(
      [100, 100, 50].map((count, n) => ({
        v: 1,
        id: `${upload.id}/4/${n}`,
        upload: upload.id,
        rows: count,
        shards: 3,
      })),
    );
    expect(textOf(records).split('\n')).toHaveLength(251);
    expect(summary).toEqual({
      index: 4,
      start: 0,
      end: summary.end,
      rows: 250,
      valid: 250,
      rejected: 0,
      lines: 250,
      open: false,
      records: [100, 100, 50],
      days: { '2026-01-01': 100, '2026-01-31': 150 },
      reasons: {},
    });
  });

  test('tells each rejected row, its line and its rule', async () => {
    const rows = [
      dated(),
      dated({ signal: '100' }),
      '',
      dated({ description: '"two\nlines"' }),
      dated({ lat: '=1+1' }),
      'only,three,fields',
      dated({ activity: 'a\0b' }),
      dated({ operator: '5" screen' }),
      dated({ signal: '100' }),
    ];

    const { summary, rejected } = await validate(Buffer.from(rows.join('\r\n')));

    expect(rejected.split('\n')).toEqual([
      '2,signal,range,signal must be from 0 to 99 ASU (99: unknown),100',
      '6,lat,number,"lat must be a number, with a point for decimals",\'=1+1',
      '7,row,columns,"the row has 3 columns, the header 15","only,three,fields"',
      expect.stringMatching(/^8,row,control,the row holds a control character,"00:01:16.*\\u0000b/),
      expect.stringMatching(/^9,row,quotes,"?a quote stands where none may/),
      '10,signal,range,signal must be from 0 to 99 ASU (99: unknown),100',
      '',
    ]);
    expect(summary).toMatchObject({ rows: 8, valid: 2, rejected: 6, lines: 10 });
    expect(summary.reasons).toEqual({
      'signal range': 2,
      'lat number': 1,
      'row columns': 1,
      'row control': 1,
      'row quotes': 1,
    });
  });

  test('of blank lines is one of no rows', async () => {
    const { summary, payloads } = await validate(Buffer.from('\n\r\n\n'));

    expect(payloads).toEqual([]);
    expect(summary).toMatchObject({ rows: 0, valid: 0, rejected: 0, lines: 3, records: [] });
  });

  test('gives the same bytes each time', async () => {
    const bytes = Buffer.from(Array.from({ length: 500 }, (_, n) => `${dated({ long: `1.${n}` })}\n`).join(''));

    const [one, other] = [await validate(bytes), await validate(bytes)];

    expect(Buffer.concat(one.payloads).equals(Buffer.concat(other.payloads))).toBe(true);
    // Bytes 4 to 7 of a gzip are its time.
    const { payloads } = one;
    const gzipStart = (payloads[0] as Buffer).indexOf('\n') + 1;
    expect((payloads[0] as Buffer).readUInt32LE(gzipStart + 4)).toBe(0);
  });

  test('fits its records into Kinesis even where nothing packs well', async () => {
    // Text that gzip makes no smaller, in rows as long as may be.
    const noise = (bytes: number) => {
      let state = 7;
      return Array.from({ length: bytes }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return String.fromCharCode(0x21 + ((state >> 16) % 94)).replace(/[",]/, 'x');
      }).join('');
    };
    const rows = [500_000, 500_000, 100, 600_000].map((bytes) => dated({ description: noise(bytes) }));

    const { payloads, summary, rejected } = await validate(Buffer.from(rows.join('\n')), {
      settings: { recordBytes: 900_000 },
    });

    expect(Math.max(...payloads.map(({ length }) => length))).toBeLessThan(1024 * 1024 - 256);
    expect(summary).toMatchObject({ valid: 3, rejected: 1, reasons: { 'row length': 1 } });
    expect(rejected.length).toBeLessThan(500);
  });

  test('gives the same rows in whatever chunks the file is cut', async () => {
    const text = fc.constantFrom('plain', '"a, b"', '"two\nlines"', '"say ""so"""', '', '5" stray', 'é');
    const row = fc.record({
      description: text,
      network: text,
      signal: fc.constantFrom('12', '99.0', '100', 'x'),
      date: fc.constantFrom('', '2026-01-01', '2026-01-02', '1999-01-01'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 25 }),
        fc.integer({ min: 100, max: 3_000 }),
        async (rows, chunkBytes) => {
          const bytes = Buffer.from(rows.map((fields) => dated(fields)).join('\n'));
          const whole = await validate(bytes);
          const span = { start: 0, end: bytes.length };
          const plan = { name: 'logs.csv', span, width: 15, chunkBytes, maxChunks: 100 };

          const chunks = await cutByReading(streamOf(bytes), plan);
          const parts = [];
          for (const { index: chunk, start, end } of chunks)
            parts.push(await validate(bytes.subarray(start, end), { chunk }));

          expect(textOf(parts.flatMap(({ records }) => records))).toBe(textOf(whole.records));
          expect(parts.reduce((sum, { summary }) => sum + summary.rejected, 0)).toBe(whole.summary.rejected);
          expect(parts.reduce((sum, { summary }) => sum + summary.lines, 0)).toBe(whole.summary.lines);
        },
      ),
      { numRuns: 100 },
    );
  });
});
