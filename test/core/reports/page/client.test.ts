import fc from 'fast-check';
import { nearest } from '../../../../core/reports/page/client/nearest';
import { inOrder, keyOf, nextDirection, readNumber, wordFilter } from '../../../../core/reports/page/client/order';
import { formatHour, formatNumber } from '../../../../core/reports/page/numbers';

describe('the order of a table', () => {
  it('reads numbers as the page writes them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.nat(3), (whole, digits) => {
        const value = whole / 10 ** digits;
        // Of 0, the sign does not matter.
        expect((readNumber(formatNumber(value, digits)) ?? Number.NaN) + 0).toBe(value + 0);
      }),
    );
    expect(readNumber(formatHour(7))).toBe(7);
    expect(readNumber('unknown')).toBeUndefined();
  });

  const sorted = (texts: string[], numeric: boolean, direction: 'ascending' | 'descending') =>
    inOrder(
      texts.map((text) => keyOf(text, numeric)),
      direction,
    ).map((place) => texts[place]);

  it.each([
    ['numbers by value', ['10', '9', '1,000', '−5', '2.5'], true, ['−5', '2.5', '9', '10', '1,000']],
    [
      'shares that are almost none or all',
      ['>\u202f99.9', '0.1', '100.0', '<\u202f0.1', '0.0'],
      true,
      ['0.0', '<\u202f0.1', '0.1', '>\u202f99.9', '100.0'],
    ],
    ['texts by their words, numbers in them by value', ['b', 'A', 'a10', 'a9'], false, ['A', 'a9', 'a10', 'b']],
    ['what has no value last', ['–', '2', '', '1'], true, ['1', '2', '–', '']],
    ['what is equal as it came', ['é', 'E', 'e'], false, ['é', 'E', 'e']],
  ])('sorts %s', (_, texts, numeric, wanted) => {
    expect(sorted(texts, numeric, 'ascending')).toEqual(wanted);
  });

  it('has what has no value last in both directions', () => {
    expect(sorted(['–', '2', '1'], true, 'descending')).toEqual(['2', '1', '–']);
  });

  it('keeps every row', () => {
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('–'), fc.integer().map(String)));
    fc.assert(
      fc.property(texts, fc.boolean(), (some, numeric) => {
        expect([...sorted(some, numeric, 'descending')].sort()).toEqual([...some].sort());
      }),
    );
  });

  it('goes up, down, and back', () => {
    expect(nextDirection(undefined)).toBe('ascending');
    expect(nextDirection('ascending')).toBe('descending');
    expect(nextDirection('descending')).toBeUndefined();
  });
});

describe('a filter', () => {
  it.each([
    ['', true],
    ['  ', true],
    ['NORTH 4g', true],
    ['4g north', true],
    ['north 5g', false],
    ['.*', false],
  ])('for "%s" leaves the row: %p', (wanted, left) => {
    expect(wordFilter(wanted)('north\n4g\n1,000')).toBe(left);
  });
});

describe('the mark that is nearest', () => {
  const box = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 });

  it('is the one that holds the point, else the one next to it, within reach', () => {
    const boxes = [box(0, 0), box(30, 0), box(60, 0)];
    expect(nearest(boxes, 35, 5, 20)).toBe(1);
    expect(nearest(boxes, 22, 5, 20)).toBe(1);
    expect(nearest(boxes, 35, 60, 20)).toBeUndefined();
    expect(nearest([], 0, 0, 20)).toBeUndefined();
  });

  it('is the one whose middle is nearer where several hold it', () => {
    expect(nearest([{ left: 0, top: 0, right: 100, bottom: 100 }, box(10, 10)], 15, 15, 20)).toBe(1);
  });
});
