import { placeInWords, squareMiddle } from '../../../core/reports/places';

/** The quadkey of a place, as the definition of the tile system has it, in floating point. */
const quadkeyOf = (latitude: number, longitude: number, zoom: number): string => {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const x = Math.floor(((longitude + 180) / 360) * 2 ** zoom);
  const y = Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 2 ** zoom);
  return Array.from({ length: zoom }, (_, place) => {
    const bit = zoom - 1 - place;
    return String(((x >> bit) & 1) + 2 * ((y >> bit) & 1));
  }).join('');
};

describe('a place in words', () => {
  it.each([
    [41.52, 2.1],
    [-33.87, 151.2],
    [64.13, -21.9],
    [0, 0],
  ])('is the middle of its square: %p, %p', (latitude, longitude) => {
    const key = quadkeyOf(latitude, longitude, 12);
    const middle = squareMiddle(key);
    expect(quadkeyOf(middle.latitude, middle.longitude, 12)).toBe(key);
    expect(Math.abs(middle.longitude - longitude)).toBeLessThanOrEqual(360 / 2 ** 12 / 2);
    expect(Math.abs(middle.latitude - latitude)).toBeLessThan(360 / 2 ** 12 / 2 + 1e-9);
  });

  it('says where it is', () => {
    expect(placeInWords(quadkeyOf(41.52, 2.1, 12)).replace(/\s/g, ' ')).toMatch(/^near 41\.5\d° N, 2\.\d\d° E$/);
    expect(placeInWords(quadkeyOf(-33.87, -70.6, 12)).replace(/\s/g, ' ')).toMatch(/^near 33\.\d\d° S, 70\.\d\d° W$/);
  });

  it.each(['08001', 'unknown', '', '12022233012', '1202223301234', '12022233012x'])('leaves %s as it is', (place) => {
    expect(placeInWords(place)).toBe(place);
  });

  it('has no middle where there is no square', () => {
    expect(() => squareMiddle('4')).toThrow(RangeError);
  });
});
