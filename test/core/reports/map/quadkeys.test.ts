import fc from 'fast-check';
import {
  columnOf,
  isQuadkey,
  latitudeOf,
  longitudeOf,
  quadkeyOf,
  rowOf,
  tileOf,
} from '../../../../core/reports/map/quadkeys';

describe('a quadkey', () => {
  it('is that of the tile system', () => {
    // The example of https://learn.microsoft.com/bingmaps/articles/bing-maps-tile-system
    expect(quadkeyOf({ x: 3, y: 5 }, 3)).toBe('213');
    expect(tileOf('213')).toEqual({ x: 3, y: 5 });
  });

  it('comes back from its tile, and from any place in it', () => {
    const place = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.nat(65_535), fc.nat(65_535), place, place, (x, y, right, down) => {
        const [longitude, latitude] = [longitudeOf(x + right, 16), latitudeOf(y + down, 16)];
        expect(Math.floor(columnOf(longitude, 16))).toBe(x);
        expect(Math.floor(rowOf(latitude, 16))).toBe(y);
        expect(tileOf(quadkeyOf({ x, y }, 16))).toEqual({ x, y });
      }),
    );
  });

  it.each(['', '012', '0123012301230124', '01230123012301234', '=cmd()', '０123012301230123'])('is not %p', (text) => {
    expect(isQuadkey(text)).toBe(false);
  });
});
