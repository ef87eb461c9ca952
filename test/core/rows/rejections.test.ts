import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { guardCell } from '../../../core/platform/spreadsheets';
import { moveLines, rejectionColumns, rejectionLine, shownValue } from '../../../core/rows/rejections';
import { piecesOf } from '../../support/rows';
import { formulas, harmless, indentedFormulas } from '../../support/spreadsheet-cells';

async function* streamOf(text: string, pieceBytes: number): AsyncGenerator<Buffer> {
  yield* piecesOf(Buffer.from(text), pieceBytes);
}

const rejection = { line: 7, column: 'signal', rule: 'range', reason: 'signal must be from 0 to 99', value: '100' };

describe('a value that a spreadsheet could take for a formula', () => {
  const written = (value: string) => parse(rejectionLine({ ...rejection, value }))[0]?.[4];

  test.each(formulas)('%j is made text', (value) => {
    expect(written(value)).toBe(`'${value}`);
  });

  test.each(harmless)('%j is none', (value) => {
    expect(written(value)).toBe(value);
  });

  test.each(indentedFormulas)('%j is none any more, where it is shown on one line', (value) => {
    expect(written(value)).toBe(value.replace('\t', '\\t').replace('\r', '\\r'));
  });
});

describe('a value', () => {
  test.each([
    ['line breaks and controls', 'a\r\nb\tc\0d\u2028', 'a\\r\\nb\\tc\\u0000d\\u2028'],
    ['what is too long', 'x'.repeat(500), `${'x'.repeat(120)}…`],
    ['a character of two halves', `${'x'.repeat(119)}😀y`, `${'x'.repeat(119)}…`],
  ])('is shown without %s', (_, value, shown) => {
    expect(shownValue(value)).toBe(shown);
  });
});

describe('a rejected row', () => {
  test('is one line of CSV, whatever its value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const line = rejectionLine({ ...rejection, value });

        expect(line.split('\n')).toHaveLength(2);
        const [cells] = parse(line, { relax_column_count: false });
        expect(cells).toEqual(['7', 'signal', 'range', rejection.reason, guardCell(shownValue(value))]);
        expect(cells).toHaveLength(rejectionColumns.split(',').length);
      }),
    );
  });

  test('moves with its chunk, its value as it was', async () => {
    const values = fc.array(fc.string(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 50 }),
        async (all, by, pieceBytes) => {
          const lines = (before: number) =>
            all
              .map((value, n) => rejectionLine({ ...rejection, value: `12,é${value}`, line: n + 1 + before }))
              .join('');

          const moved = await Readable.from(moveLines(streamOf(lines(0), pieceBytes), by)).toArray();

          expect(moved.join('')).toBe(lines(by));
        },
      ),
    );
  });
});
