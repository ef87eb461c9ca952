import { columnOf, rowOf, tableZoom } from '../../core/reports/map/quadkeys';
import type { Random } from '../random';

/** A place of the city in kilometres east and north of its middle. */
interface Spot {
  east: number;
  north: number;
}

/** A part of the city: an ellipse. */
interface Area extends Spot {
  /** Half its width and height. */
  across: number;
  up: number;
}

/** Kilometres from the city's middle to its sides. */
const half = 10;

const middle = { latitude: 41.55, longitude: 2.1 };
const kilometresADegree = 111.32;
const shrink = Math.cos((middle.latitude * Math.PI) / 180);

const latitudeOf = ({ north }: Spot): number => middle.latitude + north / kilometresADegree;
const longitudeOf = ({ east }: Spot): number => middle.longitude + east / (kilometresADegree * shrink);

const isIn = ({ east, north }: Spot, area: Area): boolean =>
  ((east - area.east) / area.across) ** 2 + ((north - area.north) / area.up) ** 2 <= 1;

const isInAny = (spot: Spot, areas: readonly Area[]): boolean => areas.some((area) => isIn(spot, area));

/** Areas that keep away from each other, each with a radius from `least` to `most` kilometres. */
const drawAreas = (count: number, least: number, most: number, apart: readonly Area[], random: Random): Area[] => {
  const areas: Area[] = [];
  for (let attempt = 0; areas.length < count && attempt < 10_000; attempt += 1) {
    const [across, up] = [least + (most - least) * random(), least + (most - least) * random()];
    const room = half - Math.max(across, up);
    const area = { across, up, east: (2 * random() - 1) * room, north: (2 * random() - 1) * room };
    const isClear = [...apart, ...areas].every(
      (other) =>
        Math.hypot(area.east - other.east, area.north - other.north) >
        Math.max(across, up) + Math.max(other.across, other.up) + 0.3,
    );
    if (isClear) areas.push(area);
  }
  if (areas.length < count) throw new Error(`The city has no room for ${count} areas of up to ${most} km.`);
  return areas;
};

/** Columns and rows of the city's tiles. */
const tilesAcross = () => {
  const [west, east] = [-half, half].map((at) => columnOf(longitudeOf({ east: at, north: 0 }), tableZoom));
  const [north, south] = [half, -half].map((at) => rowOf(latitudeOf({ east: 0, north: at }), tableZoom));
  return { west: west ?? 0, east: east ?? 0, north: north ?? 0, south: south ?? 0 };
};

export type { Area, Spot };
export { drawAreas, half, isIn, isInAny, latitudeOf, longitudeOf, tilesAcross };
