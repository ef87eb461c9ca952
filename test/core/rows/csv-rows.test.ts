import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { isFault, type Row, type RowFault } from '../../../core/rows/csv-fields';
import { maxRowBytes } from '../../../core/rows/csv-row-ends';
import { quoteSoup, writtenCsv } from '../../support/csv';
import { readRows } from '../../support/rows';

const rowsOf = (text: string | Buffer, options?: Parameters<typeof readRows>[1]): Row[] =>
  readRows(Buffer.from(text), options).rows.map(({ row }) => row);

const faultOf = (row: Row): RowFault => {
  if (!isFault(row)) throw new Error(`${JSON.stringify(row)} is no fault`);
  return row;
};

describe('rows of a CSV', () => {
  test('are those that the CSV parser finds, however the bytes come', () => {
    fc.assert(
      fc.property(writtenCsv, fc.integer({ min: 1, max: 50 }), ({ text, rows }, pieceBytes) => {
        const whole: string[][] = parse(text, { record_delimiter: ['\n', '\r\n'], skip_empty_lines: true });

        expect(whole).toEqual(rows);
        expect(rowsOf(text, { pieceBytes, blockBytes: pieceBytes })).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  test('without quotes are the same by lines as by the CSV parser', () => {
    const unquoted = fc.array(fc.array(fc.stringMatching(/^[a-z0-9. é]{0,8}$/), { minLength: 2, maxLength: 5 }));
    fc.assert(
      fc.property(unquoted, fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
        const text = rows.map((row) => row.join(',')).join(lineEnd);

        // A quoted row at the end sends the block through the parser.
        const parsed = rowsOf(`${text}${lineEnd}"end","end"${lineEnd}`).slice(0, -1);

        expect(rowsOf(text)).toEqual(parsed);
        expect(parsed).toEqual(rows);
      }),
    );
  });

  test('cover every physical line once, whatever the quotes are', () => {
    fc.assert(
      fc.property(quoteSoup, fc.integer({ min: 1, max: 30 }), (text, pieceBytes) => {
        const { lines } = readRows(Buffer.from(text), { pieceBytes, blockBytes: pieceBytes });

        expect(lines).toBe(text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0));
      }),
      { numRuns: 500 },
    );
  });

  test('do not depend on the pieces in which the bytes come', () => {
    fc.assert(
      fc.property(
        quoteSoup,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 4, max: 60 }),
        (text, block, rowBytes) => {
          const bytes = Buffer.from(text);
          const shape = ({ rows, ...rest }: ReturnType<typeof readRows>) => ({
            ...rest,
            rows: rows.map(({ row, lines }) => ({ lines, row: isFault(row) ? row.rule : row })),
          });

          const inPieces = readRows(bytes, { pieceBytes: block, blockBytes: block, rowBytes });

          expect(shape(inPieces)).toEqual(shape(readRows(bytes, { rowBytes })));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('keep their lines when fields hold line breaks and line ends are CRLF', () => {
    const { rows } = readRows(Buffer.from('a,"1\r\n2\r\n3"\r\nb,x\r\n\r\n"c\n",y'));

    expect(rows).toEqual([
      { row: ['a', '1\r\n2\r\n3'], lines: 3 },
      { row: ['b', 'x'], lines: 1 },
      { row: ['c\n', 'y'], lines: 2 },
    ]);
  });
});

describe('a row at fault', () => {
  test.each([
    ['a quote inside a field', 'a,5" screen\n', 'quotes', /double the quotes/],
    ['text after a closing quote', 'a,"b"c\n', 'quotes', /double the quotes/],
    ['a space before a quote', 'a, "b"\n', 'quotes', /double the quotes/],
    ['a quote never closed', 'a,"b\n', 'quotes', /not closed/],
    ['a NUL byte', 'a,\0b\n', 'control', /control/],
    ['an escape character in quotes', 'a,"\x1bb"\n', 'control', /control/],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0x2c, 0xe9, 0x0a]), 'encoding', /UTF-8/],
  ])('%s is told from its neighbours', (_, bytes, rule, reason) => {
    const neighbours = [Buffer.from('one,row\n'), Buffer.from(bytes), Buffer.from('another,row\n')];

    const rows = rowsOf(Buffer.concat(neighbours));

    expect(rows[0]).toEqual(['one', 'row']);
    expect(faultOf(rows[1])).toMatchObject({ rule, reason: expect.stringMatching(reason) });
    expect(rows.slice(2)).toEqual([['another', 'row']]);
  });

  test('is named by its rule also among quoted rows', () => {
    const rows = rowsOf('"a","b"\nc,d"e\n"f","g\nh"\n');

    expect(rows.map((row) => (isFault(row) ? row.rule : row))).toEqual([['a', 'b'], 'quotes', ['f', 'g\nh']]);
  });

  test.each([
    ['without quotes', (bytes: number) => `x,${'y'.repeat(bytes)}`],
    ['in quotes', (bytes: number) => `x,"${'y\n'.repeat(bytes / 2)}"`],
    ['of many quoted fields', (bytes: number) => `x${',"y\nz"'.repeat(Math.ceil(bytes / 6))}`],
  ])('longer than a row may be, %s, costs that row alone', (_, long) => {
    const text = `a,b\n${long(3 * maxRowBytes)}\nc,d\n`;

    const { rows, lines } = readRows(Buffer.from(text));

    const good = rows.map(({ row }) => row).filter((row) => !isFault(row) && row?.length === 2 && row[0] !== 'y');
    expect(good).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(lines).toBe(text.split('\n').length - 1);
  });

  test('longer than a row may be is cut short in its report', () => {
    const { rows } = readRows(Buffer.from(`x${',"y\nz"'.repeat(maxRowBytes / 4)}\n`));

    expect(rows).toHaveLength(1);
    const fault = faultOf(rows[0]?.row);
    expect(fault.rule).toBe('length');
    expect(fault.text.length).toBeLessThan(1_000);
  });

  test('with a forgotten quote far from the next one costs that row alone', () => {
    const row = `${'a,b,c,'.repeat(20)}\n`;
    const text = `a,"b\n${row.repeat(8_000)}"quoted","row"\n`;

    const { rows, open } = readRows(Buffer.from(text));

    expect(faultOf(rows[0]?.row).reason).toMatch(/not closed/);
    expect(rows).toHaveLength(8_002);
    expect(rows.at(-1)?.row).toEqual(['quoted', 'row']);
    expect(open).toBe(false);
  });

  test('with a forgotten quote near the end leaves the bytes open', () => {
    expect(readRows(Buffer.from('a,b\nc,"d\ne,f\n')).open).toBe(true);
    expect(readRows(Buffer.from('a,b\nc,"d"\ne,f\n')).open).toBe(false);
  });
});
