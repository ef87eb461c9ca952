/** Where a coordinate is, in degrees. */
interface Coordinate {
  latitude: number;
  longitude: number;
}

const quadkey = /^[0-3]+$/;
/** What the views call an area is a square of zoom 12, about 7 km wide in the middle of Europe. */
const area = /^[0-3]{12}$/;

/**
 * The middle of a square of the map: where it is on Earth, halfway between its edges on the map.
 *
 * @param key - its quadkey: a digit from 0 to 3 for each zoom
 * @throws RangeError where it is none
 */
const squareMiddle = (key: string): Coordinate => {
  if (!quadkey.test(key)) throw new RangeError(`A quadkey is digits from 0 to 3, not ${key.length} other characters.`);
  let [x, y] = [0, 0];
  for (const digit of key) {
    x = 2 * x + (Number(digit) & 1);
    y = 2 * y + (Number(digit) >> 1);
  }
  const side = 2 ** key.length;
  return {
    longitude: (360 * (x + 0.5)) / side - 180,
    latitude: (Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + 0.5)) / side))) * 180) / Math.PI,
  };
};

const degrees = (value: number, positive: string, negative: string): string =>
  `${Math.abs(value).toFixed(2)}°\u202f${value < 0 ? negative : positive}`;

/** A coordinate as `41.52° N, 2.10° E`. */
const coordinateInWords = ({ latitude, longitude }: Coordinate): string =>
  `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`;

/** A place as people read it: an area by its middle, `near 41.52° N, 2.10° E`; a postal code as it is. */
const placeInWords = (place: string): string =>
  area.test(place) ? `near ${coordinateInWords(squareMiddle(place))}` : place;

export type { Coordinate };
export { placeInWords, squareMiddle };
