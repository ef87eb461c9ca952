import type { JudgedTile } from '../../map/choosing';
import { latitudeOf, longitudeOf } from '../../map/quadkeys';
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

/** Tiles that lie near each other, with how their drawing is placed. */
interface Region extends RegionData {
  tiles: JudgedTile[];
  rows: number;
}

const boxOf = (tiles: readonly JudgedTile[]): Box => {
  let [west, north, east, south] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (const { x, y } of tiles) {
    west = Math.min(west, x);
    north = Math.min(north, y);
    east = Math.max(east, x + 1);
    south = Math.max(south, y + 1);
  }
  return [west, north, east, south];
};

const degrees = (value: number, positive: string, negative: string): string =>
  `${formatNumber(Math.abs(value), 1)}°\u202f${value < 0 ? negative : positive}`;

const placeText = (longitude: number, latitude: number): string =>
  `${degrees(latitude, 'N', 'S')}, ${degrees(longitude, 'E', 'W')}`;

const nameRegions = (regions: readonly Region[], zoom: number, world: World): void => {
  const named = regions.map((region) => {
    const fullest = region.tiles.reduce((one, other) => (other.counts.rows > one.counts.rows ? other : one));
    const [longitude, latitude] = [longitudeOf(fullest.x + 0.5, zoom), latitudeOf(fullest.y + 0.5, zoom)];
    return { place: placeText(longitude, latitude), country: countryAt(world, [longitude, latitude]) };
  });
  for (const [index, { place, country }] of named.entries()) {
    const isAlone = named.filter((other) => other.country === country).length === 1;
    (regions[index] as Region).name = country === undefined ? place : isAlone ? country : `${country}, ${place}`;
  }
};

/** The regions of a map, that with the most rows first, and how many tiles lie in others. */
const regionsOf = (tiles: readonly JudgedTile[], zoom: number, world: World): { regions: Region[]; left: number } => {
  const places = tiles.map((tile) => ({
    tile,
    longitude: longitudeOf(tile.x + 0.5, zoom),
    latitude: latitudeOf(tile.y + 0.5, zoom),
  }));
  const found = findRegions(places)
    .map((region) => region.map(({ tile }) => tile))
    .map((inRegion) => ({ inRegion, rows: inRegion.reduce((sum, { counts }) => sum + counts.rows, 0) }))
    // Tiles beside a region, across the limit of its cells.
    .filter(({ rows }) => rows > 0)
    .sort((one, other) => other.rows - one.rows);
  const regions = found.slice(0, mostRegions).map(({ inRegion, rows }): Region => {
    const [west, north, east, south] = boxOf(inRegion);
    const half = (Math.max(east - west, south - north, leastTiles) * around) / 2;
    const [x, y] = [(west + east) / 2, (north + south) / 2];
    const edge = 2 ** zoom;
    const world: Box = [
      Math.max(0, x - half),
      Math.max(0, y - half),
      Math.min(edge, x + half),
      Math.min(edge, y + half),
    ];
    return {
      name: '',
      origin: [west, north],
      box: [0, 0, east - west, south - north],
      world: world.map((side, index) => Math.round(side) - (index % 2 === 0 ? west : north)) as [
        number,
        number,
        number,
        number,
      ],
      tiles: inRegion,
      rows,
    };
  });
  nameRegions(regions, zoom, world);
  const left = found
    .slice(mostRegions)
    .reduce((sum, { inRegion }) => sum + inRegion.filter(({ counts }) => counts.rows > 0).length, 0);
  return { regions, left };
};

export type { Region };
export { mostRegions, placeText, regionsOf };
