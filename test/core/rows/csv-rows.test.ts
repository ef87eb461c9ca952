import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { isFault, type Row, type RowFault } from '../../../core/rows/csv-fields';
import { maxRowBytes } from '../../../core/rows/csv-row-ends';
import { delimiters } from '../../../core/rows/dialect';
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

describe('rows with another sign between columns', () => {
  test.each(delimiters)('are parted by %j, and by no other', (delimiter) => {
    const others = delimiters.filter((other) => other !== delimiter).join('');
    const text = [`a${delimiter}b${others}${delimiter}`, `"c${delimiter}""d"""${delimiter}e${delimiter}"f\ng"`].join(
      '\n',
    );

    expect(rowsOf(text, { delimiter })).toEqual([
      ['a', `b${others}`, ''],
      [`c${delimiter}"d"`, 'e', 'f\ng'],
    ]);
  });

  test.each(delimiters)('open a quoted field behind %j, and behind no other', (delimiter) => {
    const other = delimiter === ',' ? ';' : ',';

    const rows = rowsOf(`a${other}"b\nc${delimiter}"d\ne"\n`, { delimiter });

    expect(rows.map((row) => (isFault(row) ? row.rule : row))).toEqual(['quotes', ['c', 'd\ne']]);
  });

  test('are those that the CSV parser finds, however the bytes come', () => {
    fc.assert(
      fc.property(
        writtenCsv,
        fc.constantFrom(...delimiters),
        fc.integer({ min: 1, max: 50 }),
        (csv, delimiter, size) => {
          const text = stringify(csv.rows, { delimiter, quoted_match: /[\r\n]/ });

          expect(rowsOf(text, { delimiter, pieceBytes: size, blockBytes: size })).toEqual(
            csv.rows.filter((row) => row.length > 1 || row[0] !== ''),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a quote behind spaces', () => {
  test.each<[string, string[]]>([
    ['a, "b"', ['a', 'b']],
    [' "a","b"', ['a', 'b']],
    ['a,\u00a0 "b, c",d', ['a', 'b, c', 'd']],
    ['"a, ""b""", "c"', ['a, "b"', 'c']],
    [' "say, ""x"", ""y""","z, ""w"""', ['say, "x", "y"', 'z, "w"']],
    ['a, "",b', ['a', '', 'b']],
    ['a,  b, "c"', ['a', '  b', 'c']],
  ])('opens a field: %j', (row, fields) => {
    expect(rowsOf(`one,row\n${row}\n"another","row"\n`)).toEqual([['one', 'row'], fields, ['another', 'row']]);
  });

  test.each(delimiters)('does so with %j between columns', (delimiter) => {
    expect(rowsOf(`a${delimiter} "b${delimiter} c"\n`, { delimiter })).toEqual([['a', `b${delimiter} c`]]);
  });
});

describe('a row in Windows-1252', () => {
  /** Bytes of which each row is in an encoding of its own. */
  const bytesOf = (...rows: (string | Buffer)[]) =>
    Buffer.concat(rows.flatMap((row) => [Buffer.from(row), Buffer.from('\n')]));
  const telefonica = Buffer.from('1,Telef\u00f3nica M\u00f3viles Espa\u00f1a', 'latin1');

  test('is read as such', () => {
    expect(rowsOf(bytesOf(telefonica))).toEqual([['1', 'Telefónica Móviles España']]);
  });

  test('has the letters that Latin-1 has not', () => {
    const letters = Buffer.from(
      [0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95]
        .concat([0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f, 0xa0, 0xff])
        .concat(0x2c, 0x31),
    );

    expect(rowsOf(bytesOf(letters))).toEqual([['€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u00a0ÿ', '1']]);
  });

  test('may be quoted', () => {
    const row = Buffer.from('"a\n\u00f1","b, \u00e9"', 'latin1');

    expect(rowsOf(bytesOf(row, 'c,d'))).toEqual([
      ['a\nñ', 'b, é'],
      ['c', 'd'],
    ]);
  });

  test('is told from rows in UTF-8 beside it, row by row', () => {
    const spoilt = Buffer.concat([Buffer.from('é,'), Buffer.from([0xe9])]);

    const rows = rowsOf(bytesOf(telefonica, 'é,UTF-8', 'plain,row', spoilt, telefonica));

    expect(rows.map((row) => (isFault(row) ? row.rule : row))).toEqual([
      ['1', 'Telefónica Móviles España'],
      ['é', 'UTF-8'],
      ['plain', 'row'],
      'encoding',
      ['1', 'Telefónica Móviles España'],
    ]);
  });

  test('is read the same in whatever block it comes', () => {
    const row = fc.constantFrom<string | Buffer>(
      telefonica,
      Buffer.from([0x80, 0x2c, 0x92]),
      Buffer.from([0x61, 0x2c, 0x81]),
      Buffer.from([0xc3, 0x2c, 0xa9]),
      Buffer.from([0x2c, 0xc3]),
      Buffer.from([0xa9, 0x2c]),
      Buffer.concat([Buffer.from('é,'), Buffer.from([0xe9])]),
      'é,日本',
      'a,\ufffd',
      'plain,row',
      '"quoted","é"',
      Buffer.from('"\u00e9","\u00f1"', 'latin1'),
      '\u0085,x',
    );
    const shown = (rows: Row[]) => rows.map((one) => (isFault(one) ? one.rule : one));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 60 }), (rows, size) => {
        const alone = rows.flatMap((one) => shown(rowsOf(bytesOf(one))));

        expect(shown(rowsOf(bytesOf(...rows)))).toEqual(alone);
        expect(shown(rowsOf(bytesOf(...rows), { pieceBytes: size, blockBytes: size }))).toEqual(alone);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a row at fault', () => {
  test.each([
    ['a quote inside a field', 'a,5" screen\n', 'quotes', /double the quotes/],
    ['text after a closing quote', 'a,"b"c\n', 'quotes', /double the quotes/],
    ['a letter before a quote', 'a,b"c"\n', 'quotes', /double the quotes/],
    ['a space behind a quote', 'a,"b" \n', 'quotes', /double the quotes/],
    ['a space before a quote never closed', 'a, "b\n', 'quotes', /double the quotes/],
    ['a quote never closed', 'a,"b\n', 'quotes', /not closed/],
    ['a NUL byte', 'a,\0b\n', 'control', /control/],
    ['an escape character in quotes', 'a,"\x1bb"\n', 'control', /control/],
    ['a C1 control character in UTF-8', 'a,\u0085b\n', 'control', /control/],
    ['UTF-8 with broken bytes', Buffer.concat([Buffer.from('é,'), Buffer.from([0xe9, 0x0a])]), 'encoding', /UTF-8/],
    [
      'a replacement character with broken bytes',
      Buffer.from([0xef, 0xbf, 0xbd, 0x2c, 0xe9, 0x0a]),
      'encoding',
      /UTF-8/,
    ],
    ['a byte that Windows-1252 has not', Buffer.from([0x61, 0x2c, 0x81, 0x0a]), 'control', /control/],
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
