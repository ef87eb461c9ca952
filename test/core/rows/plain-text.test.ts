import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { asText, findUtf16, isGzip, isPlain } from '../../../core/rows/plain-text';
import { piecesOf } from '../../support/rows';

const text =
  'hour,lat,long,signal,operator\r\n00:00:01,41.5,2.1,12,Telefónica Móviles\r\n00:00:02,41.6,2.2,13,日本 😀\r\n';
const mark = '\ufeff';

const utf16le = (written: string) => Buffer.from(written, 'utf16le');
const utf16be = (written: string) => utf16le(written).swap16();

async function* streamOf(bytes: Buffer, pieceBytes = 64 * 1024): AsyncGenerator<Buffer> {
  yield* piecesOf(bytes, pieceBytes);
}

const collect = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
};

const textOf = (bytes: Buffer, pieceBytes?: number) => collect(asText('logs.csv', streamOf(bytes, pieceBytes)));

/** The same text in the ways that it is rewritten from. */
const written: [string, Buffer][] = [
  ['UTF-16, little end first, with its mark', utf16le(mark + text)],
  ['UTF-16, little end first, without', utf16le(text)],
  ['UTF-16, big end first, with its mark', utf16be(mark + text)],
  ['UTF-16, big end first, without', utf16be(text)],
  ['gzip', gzipSync(text)],
  ['gzip of several members', Buffer.concat([gzipSync(text.slice(0, 40)), gzipSync(text.slice(40))])],
  ['gzip of a member of nothing and another', Buffer.concat([gzipSync(''), gzipSync(text)])],
  ['gzip of UTF-16', gzipSync(utf16le(mark + text))],
  ['gzip of UTF-16, big end first, without a mark', gzipSync(utf16be(text))],
];

describe('a file', () => {
  test.each(written)('in %s becomes UTF-8', async (_, bytes) => {
    expect(await textOf(bytes)).toBe(text);
    expect(isPlain(bytes.subarray(0, 64))).toBe(false);
  });

  test.each(written)('in %s becomes the same wherever its bytes are parted', async (_, bytes) => {
    for (let at = 1; at < bytes.length; at += 1) {
      async function* parted(): AsyncGenerator<Buffer> {
        yield bytes.subarray(0, at);
        yield bytes.subarray(at);
      }
      expect(await collect(asText('logs.csv', parted()))).toBe(text);
    }
    expect(await textOf(bytes, 1)).toBe(text);
  });

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(mark + text)],
    ['Windows-1252', Buffer.from('a,b\n1,M\u00f3viles\n', 'latin1')],
    ['nothing', Buffer.alloc(0)],
    ['two bytes', Buffer.from('a\n')],
    ['NUL bytes here and there', Buffer.from('ab\0cdefg\0hijklmnop,\n')],
  ])('in %s is left as it is', async (_, bytes) => {
    expect(isPlain(bytes)).toBe(true);
    const pieces: Buffer[] = [];
    for await (const piece of asText('logs.csv', streamOf(bytes, 3))) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  test('tells the order of its bytes, where it is UTF-16', async () => {
    const told: unknown[] = [];
    for (const bytes of [utf16le(text), utf16be(text), gzipSync(utf16be(mark + text)), Buffer.from(text)]) {
      await collect(asText('logs.csv', streamOf(bytes), (order) => told.push(order)));
    }
    expect(told).toEqual(['le', 'be', 'be', undefined]);
  });

  test('is never held as a whole', async () => {
    const line = `${'x'.repeat(99)}\n`;
    async function* much(): AsyncGenerator<Buffer> {
      for (let n = 0; n < 200; n += 1) yield utf16le(line.repeat(100));
    }
    let largest = 0;
    let all = 0;
    for await (const { length } of asText('logs.csv', much())) {
      largest = Math.max(largest, length);
      all += length;
    }
    expect(all).toBe(200 * 100 * 100);
    expect(largest).toBeLessThan(20_000);
  });
});

describe('a gzip that is damaged', () => {
  const packed = gzipSync(text.repeat(2_000), { level: 1 });
  const spoilt = (at: number) => {
    const bytes = Buffer.from(packed);
    bytes.writeUInt8((bytes[at] as number) ^ 0xff, at);
    return bytes;
  };

  test.each<[string, Buffer]>([
    ['cut short', packed.subarray(0, packed.length - 20)],
    ['cut in its head', packed.subarray(0, 5)],
    ['of a spoilt byte', spoilt(packed.length >> 1)],
    ['of a spoilt sum', spoilt(packed.length - 6)],
    ['of a head that is none', Buffer.concat([Buffer.from([0x1f, 0x8b]), deflateRawSync(text)])],
    ['of a second member cut short', Buffer.concat([packed, packed.subarray(0, 30)])],
  ])('is told so: %s', async (_, bytes) => {
    await expect(textOf(bytes, 1_000)).rejects.toMatchObject({
      name: 'UnreadableUpload',
      message: expect.stringMatching(/^logs.csv is a gzip that is cut short or damaged \(Z_\w+\)\. Pack it again\.$/),
    });
  });

  test('is told from a fault of the store', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield packed.subarray(0, 100);
      throw new Error('connection reset');
    }
    await expect(collect(asText('logs.csv', broken()))).rejects.toThrow('connection reset');
  });
});

/** Without a mark the first 32 characters tell: those of a header. */
test('any text comes through each of the ways, in pieces of any size', async () => {
  const anyText = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .map((rest) => `hour,lat,long,signal,network,operator\n${rest}`);
  await fc.assert(
    fc.asyncProperty(anyText, fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 1, 2, 3), async (any, size, way) => {
      const bytes = [gzipSync(any), utf16le(mark + any), utf16be(any), gzipSync(utf16le(any))][way] as Buffer;

      expect(await textOf(bytes, size)).toBe(any);
    }),
    { numRuns: 300 },
  );
});

test.each([
  [Buffer.from([0x1f, 0x8b, 8]), true],
  [Buffer.from([0x1f]), false],
  [Buffer.from('a,b'), false],
])('%j is gzip: %p', (bytes, expected) => {
  expect(isGzip(bytes)).toBe(expected);
});

test('a few bytes without a mark are taken for what they are', () => {
  expect(findUtf16(utf16le('a,b'))).toBeUndefined();
  expect(findUtf16(utf16le('a,b\n'))).toBe('le');
  expect(findUtf16(Buffer.alloc(64))).toBeUndefined();
});
