import fc from 'fast-check';
import { countOf, describeRanges, gaps, includes, type Range, unite } from '../../../core/uploads/ranges';

const range = fc.tuple(fc.nat(60), fc.nat(8)).map(([first, length]): Range => [first, first + length]);
const lists = fc.array(fc.array(range, { maxLength: 8 }), { maxLength: 4 });

const expand = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, n) => first + n));

describe('ranges of record numbers', () => {
  it('unite to the same numbers, in order, disjoint and not adjacent', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const { ranges } = unite(...given);
        expect(expand(ranges)).toEqual([...new Set(expand(given.flat()))].sort((a, b) => a - b));
        for (const [index, [first]] of ranges.entries()) {
          if (index > 0) expect(first).toBeGreaterThan((ranges[index - 1]?.[1] ?? 0) + 1);
        }
      }),
    );
  });

  it('tell each number that occurs more than once, and no other', () => {
    fc.assert(
      fc.property(lists, (given) => {
        const all = expand(given.flat());
        const twice = all.filter((n, index) => all.indexOf(n) !== index);
        expect(new Set(expand(unite(...given).doubled))).toEqual(new Set(twice));
      }),
    );
  });

  it('have gaps that complete them to a whole', () => {
    fc.assert(
      fc.property(lists, fc.nat(80), (given, length) => {
        const { ranges } = unite(...given);
        const there = new Set(expand(ranges));
        const missing = Array.from({ length }, (_, n) => n).filter((n) => !there.has(n));
        expect(expand(gaps(ranges, length))).toEqual(missing);
        expect(countOf(gaps(ranges, length))).toBe(missing.length);
        for (const n of missing) expect(includes(ranges, n)).toBe(false);
      }),
    );
  });

  it.each([
    [
      [
        [0, 4],
        [7, 7],
      ],
      '0-4, 7',
    ],
    [
      [
        [0, 0],
        [2, 2],
        [4, 4],
        [6, 6],
        [8, 8],
        [10, 10],
        [12, 12],
      ],
      '0, 2, 4, 6, 8 and 2 ranges more',
    ],
    [[], ''],
  ] as [Range[], string][])('read well: %j', (ranges, text) => {
    expect(describeRanges(ranges)).toBe(text);
  });
});
