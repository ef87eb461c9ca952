import type { Counts } from '../../map/counts';
import { latitudeOf, longitudeOf, tileOf } from '../../map/quadkeys';
import { findRegions } from '../charts/regions';
import { formatNumber } from '../numbers';
import type { RegionData } from './data';
import type { Box } from './shapes';
import { countryAt, type World } from './world';

/** More regions than that are not drawn. */
const mostRegions = 6;
/** How many times as wide as its tiles a region's land and sea are, so that there is something to look around in. */
const around = 3.2;
/** Tiles a side that a region's drawing has at least. */
const leastTiles = 24;

/** A tile that somebody measured. */
interface Measured {
  x: number;
  y: number;
  rows: number;
}

/** Tiles that lie near each other, with how their drawing is placed. */
interface Region extends RegionData {
  rows: number;
}

/** What tiles fill, with those beside them. */
const boxOf = (tiles: readonly Measured[], edge: number): Box => {
  let [west, north, east, south] = [edge, edge, 0, 0];
  for (const { x, y } of tiles) {
    west = Math.min(west, x - 1);
    north = Math.min(north, y - 1);
    east = Math.max(east, x + 2);
    south = Math.max(south, y + 2);
  }
  return [Math.max(0, west), Math.max(0, north), Math.min(edge, east), Math.min(edge, south)];
};

const degrees = (value: number, positive: string, negative: string): string =>
  `${formatNumber(Math.abs(value), 1)}°\u202f${value < 0 ? negative : positive}`;

const placeText = (longitude: number, latitude: number): string =>
  `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`;

/** The names of regions by their fullest tiles: of the country, and of the place where there are several in one. */
const namesOf = (fullest: readonly Measured[], zoom: number, world: World): string[] => {
  const named = fullest.map(({ x, y }) => {
    const [longitude, latitude] = [longitudeOf(x + 0.5, zoom), latitudeOf(y + 0.5, zoom)];
    return { place: placeText(longitude, latitude), country: countryAt(world, [longitude, latitude]) };
  });
  return named.map(({ place, country }) => {
    const isAlone = named.filter((other) => other.country === country).length === 1;
    return country === undefined ? place : isAlone ? country : `${country}, ${place}`;
  });
};

/** The regions of a map, that with the most rows first, and how many tiles lie in others. */
const regionsOf = (
  sums: ReadonlyMap<string, Counts>,
  zoom: number,
  world: World,
): { regions: Region[]; left: number } => {
  const places = [...sums].map(([quadkey, { rows }]) => {
    const { x, y } = tileOf(quadkey);
    return { x, y, rows, longitude: longitudeOf(x + 0.5, zoom), latitude: latitudeOf(y + 0.5, zoom) };
  });
  const found = findRegions(places)
    .map((tiles) => ({ tiles, rows: tiles.reduce((sum, { rows }) => sum + rows, 0) }))
    .sort((one, other) => other.rows - one.rows);
  const shown = found.slice(0, mostRegions);
  const fullest = shown.map(({ tiles }) => tiles.reduce((one, other) => (other.rows > one.rows ? other : one)));
  const names = namesOf(fullest, zoom, world);
  const regions = shown.map(({ tiles, rows }, index): Region => {
    const edge = 2 ** zoom;
    const [west, north, east, south] = boxOf(tiles, edge);
    const half = (Math.max(east - west, south - north, leastTiles) * around) / 2;
    const [x, y] = [(west + east) / 2, (north + south) / 2];
    const [left, top] = [Math.max(0, x - half), Math.max(0, y - half)].map(Math.round) as [number, number];
    const [right, down] = [Math.min(edge, x + half), Math.min(edge, y + half)].map(Math.round) as [number, number];
    return {
      name: names[index] ?? '',
      origin: [west, north],
      box: [0, 0, east - west, south - north],
      world: [left - west, top - north, right - west, down - north],
      rows,
    };
  });
  return { regions, left: found.slice(mostRegions).reduce((sum, { tiles }) => sum + tiles.length, 0) };
};

export type { Region };
export { mostRegions, regionsOf };
