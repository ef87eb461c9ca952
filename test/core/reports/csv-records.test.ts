import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { ownText, readRecordBatches, readRecords } from '../../../core/reports/csv-records';

const collect = async <One>(all: AsyncIterable<One>): Promise<One[]> => {
  const found: One[] = [];
  for await (const one of all) found.push(one);
  return found;
};

const pieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  );

describe("the records of a report's CSV", () => {
  it('are those that were written, wherever the pieces of the stream end', async () => {
    // With quotes, delimiters and line ends, or without any; letters of one to four bytes.
    const cell = fc.oneof(
      fc.constantFrom('', '0', '12.5', 'è', '😀', 'a,b', '"', 'two\nlines', 'two\r\nlines', ' '),
      fc.string(),
    );
    const record = fc.array(cell, { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 40 }),
        // As Athena does it, and all others.
        fc.constantFrom({ quoted: true }, { quoted: true, quoted_empty: false }, {}),
        async (records, size, quotes) => {
          const bytes = Buffer.from(stringify(records, quotes));
          expect(await collect(readRecords(pieces(bytes, size)))).toEqual(records);
          expect(await collect(readRecords(pieces(bytes, size), { from: 2 }))).toEqual(records.slice(1));
        },
      ),
    );
  });

  it.each([
    ['a mark of its encoding', '\ufeffa,b\n1,2\n'],
    ['no line end at its end', 'a,b\n1,2'],
    ['line ends of Windows', 'a,b\r\n1,2\r\n'],
  ])('are the same with %s', async (_, text) => {
    for (const size of [1, 3, 100]) {
      expect(await collect(readRecords(pieces(Buffer.from(text), size)))).toEqual([
        ['a', 'b'],
        ['1', '2'],
      ]);
    }
  });

  it('come as many as there are in a piece, and no further than they are wanted', async () => {
    let made = 0;
    const csv = Readable.from(
      (function* () {
        for (; made < 100; made += 1) yield Buffer.from('1,2\n3,4\n5,');
      })(),
      { highWaterMark: 1 },
    );
    for await (const { records } of readRecordBatches(csv)) {
      expect(records).toEqual([
        ['1', '2'],
        ['3', '4'],
      ]);
      break;
    }
    expect(made).toBeLessThan(5);
    expect(csv.destroyed).toBe(true);
  });

  it('end with the failure of what is read', async () => {
    const csv = Readable.from(
      (async function* () {
        yield 'a,b\n1,2\n';
        throw new Error('reset');
      })(),
    );
    await expect(collect(readRecords(csv))).rejects.toThrow('reset');
  });
});

describe('a copy of a text', () => {
  it('is the same, whatever it holds', () => {
    for (const text of ['', 'é😀', '\ud800 half']) expect(ownText(text)).toBe(text);
  });
});
