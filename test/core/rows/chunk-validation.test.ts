import fc from 'fast-check';
import { rowColumns } from '../../../contract';
import { normaliseName } from '../../../core/formats/names';
import { type Settings, settingsSchema } from '../../../core/platform/settings';
import { validateBytes } from '../../../core/rows/chunk-validation';
import { countDates } from '../../../core/rows/date-order';
import type { Upload } from '../../../core/uploads/upload';
import { cellflow, type Fields, indexOf, rowOf, sampleColumns, valuesOf } from '../../support/measurements';
import { openRecord } from '../../support/opened-record';
import { plannedUpload } from '../../support/planned-upload';
import { piecesOf } from '../../support/rows';

async function* streamOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, 10_000);
}

const columns = [...sampleColumns, 'date'];

interface Options {
  chunk?: number;
  settings?: Partial<Settings>;
  upload?: Partial<Upload>;
}

const validate = async (bytes: Buffer, options: Options = {}) => {
  const payloads: Buffer[] = [];
  const lists = { rejected: '', setAside: '' };
  const sink = {
    stage: async (payload: Buffer) => void payloads.push(payload),
    reject: async (lines: string) => {
      lists.rejected += lines;
    },
    setAside: async (lines: string) => {
      lists.setAside += lines;
    },
  };
  const upload = plannedUpload({
    columns: indexOf(columns),
    names: columns.map(normaliseName),
    width: columns.length,
    ...options.upload,
  });
  const chunk = { index: options.chunk ?? 0, start: 0, end: bytes.length };
  const settings = settingsSchema.parse(options.settings ?? {});
  const summary = await validateBytes(streamOf(bytes), sink, { upload, format: cellflow, chunk, settings });
  return { summary, payloads, records: payloads.map(openRecord), ...lists, upload };
};

const dated = (fields: Fields = {}): string => rowOf(fields, columns);

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
        v: 2,
        id: `${upload.id}/4/${n}`,
        upload: upload.id,
        rows: count,
        codec: expect.stringMatching(/^(zstd|gzip)$/),
        days: n === 0 ? ['2026-01-01', '2026-01-01'] : ['2026-01-31', '2026-01-31'],
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
      columns: Object.fromEntries(
        rowColumns.flatMap(({ name }) => {
          const isKnown = sampleColumns.some((column) => column === name) || name === 'date';
          // The offset is made of the time zone, and known or not to nobody.
          return name === 'utc_offset' ? [] : [[name, isKnown ? [250, 0, 0] : [0, 250, 0]]];
        }),
      ),
      setAside: {},
      rowsWithSetAside: 0,
      headers: 0,
      leftOut: 0,
    });
  });

  test('tells each value that is set aside, its line and its rule, and keeps the row', async () => {
    const rows = [
      dated({ speed: 'fast', provider: 'local_database' }),
      dated(),
      dated({ description: '"two\nlines"', signal: '100' }),
      dated({ signal: '99', satellites: '1.15e13' }),
      dated({ lat: 'x', signal: '100' }),
    ];

    const { summary, records, setAside, rejected } = await validate(Buffer.from(rows.join('\n')));

    expect(setAside.split('\n')).toEqual([
      '1,speed,number,"speed must be a number, with a point for decimals",fast',
      '1,provider,choice,"provider must be one of gps, network, fused",local_database',
      '3,signal,range,signal must be from -5 to 97 ASU,100',
      '5,satellites,range,satellites must be from 0 to 1000 satellites,1.15e13',
      '',
    ]);
    expect(rejected).toMatch(/^6,lat,number,[^\n]*\n$/);
    expect(summary).toMatchObject({
      rows: 5,
      valid: 4,
      rejected: 1,
      reasons: { 'lat number': 1 },
      setAside: { 'speed number': 1, 'provider choice': 1, 'signal range': 1, 'satellites range': 1 },
      rowsWithSetAside: 3,
    });
    // Of valid rows alone: present, unknown, set aside.
    expect(summary.columns).toMatchObject({
      speed: [3, 0, 1],
      provider: [3, 0, 1],
      signal: [2, 1, 1],
      satellites: [3, 0, 1],
      lat: [4, 0, 0],
      town: [0, 4, 0],
    });
    expect(valuesOf(textOf(records)).map(({ speed, provider, signal }) => [speed, provider, signal])).toEqual([
      [undefined, undefined, '12'],
      ['0.0', 'gps', '12'],
      ['0.0', 'gps', undefined],
      ['0.0', 'gps', undefined],
    ]);
  });

  test('passes over a header that comes again, and counts it', async () => {
    const again = columns.join(',');
    const rows = [
      dated(),
      again,
      dated({ lat: 'x' }),
      `"${columns.join('","')}"`,
      `\ufeff${again.toUpperCase()} (x)`,
      dated(),
    ];

    const { summary, rejected } = await validate(Buffer.from(rows.join('\n')));

    expect(summary).toMatchObject({ rows: 3, valid: 2, rejected: 1, lines: 6, headers: 3 });
    expect(rejected).toMatch(/^3,lat,number/);
  });

  test('takes a row that has the name of a column somewhere for a row', async () => {
    const { summary } = await validate(Buffer.from(dated({ hour: 'hour' })));

    expect(summary).toMatchObject({ rows: 1, rejected: 1, headers: 0 });
  });

  test('of an upload that version 0.1 planned, without names, has no headers', async () => {
    const { summary } = await validate(Buffer.from(columns.join(',')), { upload: { names: [] } });

    expect(summary).toMatchObject({ rows: 1, rejected: 1, headers: 0 });
  });

  test('is of the day, the hour and the offset of the deployment', async () => {
    const rows = [dated({ date: '2026-01-15' }), dated({ date: '2025-07-15' })];

    const { records } = await validate(Buffer.from(rows.join('\n')), { settings: { timeZone: 'Europe/Madrid' } });

    expect(valuesOf(textOf(records)).map(({ date, hour, utc_offset }) => [date, hour, utc_offset])).toEqual([
      ['2025-07-15', '00:01:16', '120'],
      ['2026-01-15', '00:01:16', '60'],
    ]);
  });

  test.each<[Upload['dialect']['delimiter'], Upload['dialect']['decimal']]>([
    [';', ','],
    [';', '.'],
    ['\t', ','],
    ['|', '.'],
  ])('is read by its dialect: %j between columns, %j for decimals', async (delimiter, decimal) => {
    const rows = [dated({ description: '"a, b"' }), dated({ network: '"x"' })];
    const written = rows.map((row) => row.replace(/,(?! )/g, delimiter).replaceAll('.', decimal)).join('\r\n');

    const { records, summary } = await validate(Buffer.from(written), { upload: { dialect: { delimiter, decimal } } });

    expect(summary).toMatchObject({ valid: 2, rejected: 0, rowsWithSetAside: 0 });
    expect(textOf(records)).toBe(textOf((await validate(Buffer.from(rows.join('\n')))).records));
  });

  test('tells each rejected row, its line and its rule', async () => {
    const rows = [
      dated(),
      dated({ lat: '100' }),
      '',
      dated({ description: '"two\nlines"' }),
      dated({ lat: '=1+1' }),
      'only,three,fields',
      dated({ activity: 'a\0b' }),
      dated({ operator: '5" screen' }),
      dated({ lat: '100' }),
    ];

    const { summary, rejected } = await validate(Buffer.from(rows.join('\r\n')));

    expect(rejected.split('\n')).toEqual([
      '2,lat,range,lat must be from -90 to 90 degrees,100',
      '6,lat,number,"lat must be a number, with a point for decimals",\'=1+1',
      '7,row,columns,"the row has 3 columns, the header 15","only,three,fields"',
      expect.stringMatching(/^8,row,control,the row holds a control character,"00:01:16.*\\u0000b/),
      expect.stringMatching(/^9,row,quotes,"?a quote stands where none may/),
      '10,lat,range,lat must be from -90 to 90 degrees,100',
      '',
    ]);
    expect(summary).toMatchObject({ rows: 8, valid: 2, rejected: 6, lines: 10 });
    expect(summary.reasons).toEqual({
      'lat range': 2,
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
});

describe('dates whose order was presumed', () => {
  const rows = fc.array(
    fc.record({
      date: fc.constantFrom('2026-01-01', '1/2/2026', '31/1/2026', '1/31/2026', '', '13/13/2026', 'x'),
      // Some rows are read in the general way, and some are rejected.
      description: fc.constantFrom('plain', '"in, quotes"', '"open'),
      lat: fc.constantFrom('41.5', 'far'),
    }),
    { minLength: 1, maxLength: 40 },
  );

  test.each(['day first', undefined] as const)(
    'are counted as in the whole file, where it is %s',
    async (dateOrder) => {
      await fc.assert(
        fc.asyncProperty(rows, async (fields) => {
          const text = Buffer.from(fields.map((one) => `${dated(one)}\n`).join(''));
          const dialect = { delimiter: ',' as const, decimal: '.' as const, ...(dateOrder && { dateOrder }) };

          const { summary } = await validate(text, { upload: { dialect, datesPresumed: true } });

          expect(summary.dates).toEqual(countDates(text, { columns: indexOf(columns), delimiter: ',' }));
          expect((await validate(text, { upload: { dialect } })).summary).not.toHaveProperty('dates');
        }),
        { numRuns: 200 },
      );
    },
  );
});
