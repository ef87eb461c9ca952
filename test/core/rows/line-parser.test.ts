import fc from 'fast-check';
import { readBlock } from '../../../core/rows/csv-fields';
import { delimiters } from '../../../core/rows/dialect';
import { notKnown } from '../../../core/rows/known-texts';
import { LineParser } from '../../../core/rows/line-parser';

interface Line {
  fields: readonly string[] | undefined;
  numbers: number[];
}

const parse = (parser: LineParser, text: string): Line[] => {
  const lines: Line[] = [];
  parser.parse(Buffer.from(text), text, (fields, _, numbers) => {
    // Both are the parser's own, and other ones by the next line.
    lines.push({ fields: fields && [...fields], numbers: [...(numbers ?? [])].slice(0, fields?.length ?? 0) });
  });
  return lines;
};

const fieldsOf = (parser: LineParser, text: string) => parse(parser, text).map(({ fields }) => fields);

describe('lines without quotes', () => {
  test.each<[string, string, (string[] | undefined)[]]>([
    [
      'ends of lines of both kinds',
      'a,b\nc,d\r\ne,f',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    [
      'empty fields',
      ',\na,,\n,,b\r\n',
      [
        ['', ''],
        ['a', '', ''],
        ['', '', 'b'],
      ],
    ],
    ['blank lines', '\n\r\na\n\n', [undefined, undefined, ['a'], undefined]],
    ['a carriage return inside', 'a\rb,c\r\r\n', [['a\rb', 'c\r']]],
    ['a field behind the last delimiter', 'a,', [['a', '']]],
    ['a carriage return alone at the end', 'a\n\r', [['a'], undefined]],
    ['lines of different widths', 'a,b,c\nd\ne,f', [['a', 'b', 'c'], ['d'], ['e', 'f']]],
    ['a long field', `${'x'.repeat(100)},y\n`, [['x'.repeat(100), 'y']]],
    ['many fields', `${Array(200).fill('z').join(',')}\n`, [Array(200).fill('z')]],
    ['nothing', '', []],
  ])('are parted: %s', (_, text, expected) => {
    expect(fieldsOf(new LineParser(','), text)).toEqual(expected);
  });

  test('are parted by a parser of lines as without one, block after block', () => {
    const field = fc.oneof(
      fc.constantFrom('', 'a', 'movistar', 'movistar ES', '12.5', ' ', '0', '00', 'x;y', 'a\tb', '\r'),
      fc.stringMatching(/^[ -!#-~]{0,40}$/),
    );
    const block = fc
      .array(fc.tuple(fc.array(field, { maxLength: 6 }), fc.constantFrom('\n', '\r\n')), { maxLength: 12 })
      .map((lines) => (delimiter: string) => lines.map(([fields, end]) => fields.join(delimiter) + end).join(''));
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), fc.constantFrom(...delimiters), (blocks, delimiter) => {
        const parser = new LineParser(delimiter);
        for (const write of blocks) {
          const bytes = Buffer.from(write(delimiter));
          const [faster, plain] = [[] as unknown[], [] as unknown[]];
          readBlock(
            { offset: 0, bytes },
            delimiter,
            (row, lines) => faster.push([row && [...(row as string[])], lines]),
            parser,
          );
          readBlock({ offset: 0, bytes }, delimiter, (row, lines) => plain.push([row, lines]));
          expect(faster).toEqual(plain);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('texts', () => {
  test('have the same number where they are the same, column by column, and another where not', () => {
    const lines = parse(new LineParser(','), 'a,a\nb,a\na,b\r\na,a\n');

    const [first, second] = [0, 1].map((column) => lines.map(({ numbers }) => numbers[column]));
    expect(first).toEqual([first?.[0], first?.[1], first?.[0], first?.[0]]);
    expect(first?.[0]).not.toBe(first?.[1]);
    expect(second?.[3]).toBe(second?.[0]);
  });

  test('that are empty or long have none', () => {
    const [line] = parse(new LineParser(','), `,${'x'.repeat(33)},${'y'.repeat(32)}\n`);

    expect(line?.numbers.map((number) => number === notKnown)).toEqual([true, true, false]);
  });

  test('never share a number, however many there are', () => {
    const parser = new LineParser(',');
    const known = new Map<number, string>();
    for (let round = 0; round < 3; round += 1) {
      const text = Array.from({ length: 9_000 }, (_, n) => `${n},${n % 700}\n`).join('');
      for (const { fields, numbers } of parse(parser, text)) {
        const [, number = notKnown] = numbers;
        if (number !== notKnown) {
          expect(known.get(number) ?? fields?.[1]).toBe(fields?.[1]);
          known.set(number, fields?.[1] as string);
        }
      }
    }
    expect(known.size).toBeGreaterThan(500);
  });

  test('that hardly repeat are numbered no more', () => {
    const parser = new LineParser(',');
    parse(parser, Array.from({ length: 3_000 }, (_, n) => `${n},x\n`).join(''));

    const [line] = parse(parser, '0,x\n');

    expect(line).toMatchObject({ fields: ['0', 'x'] });
    expect(line?.numbers[0]).toBe(notKnown);
    expect(line?.numbers[1]).not.toBe(notKnown);
  });
});
