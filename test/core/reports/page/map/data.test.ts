import fc from 'fast-check';
import { noCounts } from '../../../../../core/reports/map/counts';
import { decodeEntries, encodeEntries, type MapData } from '../../../../../core/reports/page/map/data';

const count = fc.nat(1_000_000);
const entry = fc.record({
  tile: fc
    .array(fc.constantFrom('0', '1', '2', '3'), { minLength: 14, maxLength: 14 })
    .map((digits) => digits.join('')),
  operator: fc.nat(60),
  technology: fc.nat(8),
  counts: fc
    .tuple(count, count, count, count, count, fc.tuple(count, count, count, count), fc.nat(50), count)
    .map(([rows, inService, emergencyOnly, outOfService, radioOff, classes, unclassed, asu]) => {
      const dbm = classes.reduce((sum, number) => sum + number, unclassed);
      return {
        ...noCounts(),
        ...{ rows, inService, emergencyOnly, outOfService, radioOff, classes, dbm, asu },
        sumDbm: (dbm * -905) / 10,
        sumAsu: (asu * 123) / 10,
      };
    }),
});

describe('the data of a map', () => {
  it('comes out of the page as it went in', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const sorted = [...entries].sort((one, other) => (one.tile < other.tile ? -1 : 1));
        const head = { zoom: 14, fewestRows: 5, operators: [], technologies: [], regions: [] };
        const text = JSON.stringify({ ...head, ...encodeEntries(sorted) });
        expect(decodeEntries(JSON.parse(text) as MapData)).toEqual(sorted);
      }),
    );
  });
});
