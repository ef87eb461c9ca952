/**
 * Squares of the map of the world in Web Mercator, as quadkeys name them: a digit from 0 to 3 for each zoom. They are those of
 * the column `tile`. Nothing here needs more than the language, so that the page's script can use it, too.
 */

/** A tile by column, from the west, and row, from the north, of the map at a zoom. */
interface Tile {
  x: number;
  y: number;
}

/** Zoom of the tiles in the tables: squares of 611 metres at the equator, 460 metres at a latitude of 41 degrees. */
const tableZoom = 16;

const isQuadkey = (text: string): boolean => text.length === tableZoom && /^[0-3]+$/.test(text);

const tileOf = (quadkey: string): Tile => {
  let [x, y] = [0, 0];
  for (const digit of quadkey) {
    const quarter = Number(digit);
    x = 2 * x + (quarter & 1);
    y = 2 * y + (quarter >> 1);
  }
  return { x, y };
};

const quadkeyOf = ({ x, y }: Tile, zoom: number): string => {
  let quadkey = '';
  for (let bit = zoom - 1; bit >= 0; bit -= 1) quadkey += ((x >> bit) & 1) + 2 * ((y >> bit) & 1);
  return quadkey;
};

/** A quadkey as a number, whose order is the same: a part of it is that of the tile around. Small enough for any zoom of the tables. */
const tileNumber = (quadkey: string): number => Number.parseInt(quadkey, 4);

const quadkeyOfNumber = (number: number, zoom: number): string => number.toString(4).padStart(zoom, '0');

/** Degrees of longitude of a column's western edge. */
const longitudeOf = (x: number, zoom: number): number => (x / 2 ** zoom) * 360 - 180;

/** Degrees of latitude of a row's northern edge. */
const latitudeOf = (y: number, zoom: number): number =>
  (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** zoom))) * 180) / Math.PI;

/** Column of a longitude, with its fraction. */
const columnOf = (longitude: number, zoom: number): number => (longitude / 360 + 0.5) * 2 ** zoom;

/** Latitudes beyond are not on the map, which is square. */
const lastLatitude = 85.05112878;

/** Row of a latitude, with its fraction. */
const rowOf = (latitude: number, zoom: number): number => {
  const phi = (Math.max(-lastLatitude, Math.min(lastLatitude, latitude)) * Math.PI) / 180;
  return (0.5 - Math.asinh(Math.tan(phi)) / (2 * Math.PI)) * 2 ** zoom;
};

/** Kilometres along a side of the tiles at a latitude. */
const kilometresOf = (latitude: number, zoom: number): number =>
  (40_075.017 * Math.cos((latitude * Math.PI) / 180)) / 2 ** zoom;

/** The steps to the eight tiles around one. */
const around: readonly (readonly [number, number])[] = [-1, 0, 1]
  .flatMap((right) => [-1, 0, 1].map((down) => [right, down] as const))
  .filter(([right, down]) => right !== 0 || down !== 0);

export type { Tile };
export {
  around,
  columnOf,
  isQuadkey,
  kilometresOf,
  latitudeOf,
  longitudeOf,
  quadkeyOf,
  quadkeyOfNumber,
  rowOf,
  tableZoom,
  tileNumber,
  tileOf,
};
