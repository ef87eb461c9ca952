import { columnOf, latitudeOf, longitudeOf, rowOf } from '../../map/quadkeys';
import { clipLine, clipRing, type Point, simplify, thin } from './clipping';
import type { Box } from './shapes';

/** The parts of a TopoJSON topology that are read: https://github.com/topojson/topojson-specification */
interface Topology {
  arcs: [number, number][][];
  transform: { scale: [number, number]; translate: [number, number] };
  objects: Record<'countries' | 'land', { geometries: Geometry[] }>;
}

interface Geometry {
  type: string;
  arcs?: number[][] | number[][][];
  properties?: { name?: string };
}

interface Bounds {
  west: number;
  east: number;
  south: number;
  north: number;
}

/** A line between two junctions of coasts and borders, in degrees. */
interface Arc extends Bounds {
  /** Decoded when they are drawn: all of them would need much memory, and few are ever drawn. */
  points: () => Point[];
  first: Point;
  last: Point;
  /** Countries on its sides: a border has two, a coast one. */
  countries: number;
}

/** Outlines as numbers of arcs; one below zero is an arc backwards, as TopoJSON has it. */
type Ring = readonly number[];

interface World {
  arcs: Arc[];
  land: Ring[];
  countries: { name: string; rings: Ring[] }[];
}

const ringsOf = ({ type, arcs }: Geometry): Ring[] => {
  if (arcs === undefined) return [];
  return type === 'MultiPolygon' ? (arcs as number[][][]).flat() : (arcs as number[][]);
};

const numberOf = (arc: number): number => (arc < 0 ? ~arc : arc);

const decodePoints = (steps: readonly [number, number][], { scale, translate }: Topology['transform']): Point[] => {
  let [x, y] = [0, 0];
  return steps.map(([right, up]) => {
    x += right;
    y += up;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
};

const decodeArc = (steps: readonly [number, number][], transform: Topology['transform']): Arc => {
  const [right, up] = transform.scale;
  const [left, below] = transform.translate;
  let [x, y] = [0, 0];
  let [west, east, south, north] = [1e9, -1e9, 1e9, -1e9];
  const [startX, startY] = steps[0] ?? [0, 0];
  for (const [across, upwards] of steps) {
    x += across;
    y += upwards;
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return {
    points: () => decodePoints(steps, transform),
    first: [startX * right + left, startY * up + below],
    last: [x * right + left, y * up + below],
    countries: 0,
    west: west * right + left,
    east: east * right + left,
    south: south * up + below,
    north: north * up + below,
  };
};

const decode = (topology: Topology): World => {
  const arcs = topology.arcs.map((steps) => decodeArc(steps, topology.transform));
  const countries = topology.objects.countries.geometries.map((geometry) => ({
    name: geometry.properties?.name ?? '',
    rings: ringsOf(geometry),
  }));
  for (const { rings } of countries) {
    for (const number of new Set(rings.flat().map(numberOf))) (arcs[number] as Arc).countries += 1;
  }
  return { arcs, land: topology.objects.land.geometries.flatMap(ringsOf), countries };
};

let loaded: Promise<World> | undefined;

/** Land, coasts and borders of the world at 1:10 million: Natural Earth, which is in the public domain. Read once, when needed. */
const loadWorld = (): Promise<World> => {
  loaded ??= import('world-atlas/countries-10m.json').then((topology) =>
    decode(('default' in topology ? topology.default : topology) as unknown as Topology),
  );
  return loaded;
};

const boundsOf = ({ arcs }: World, ring: Ring): Bounds => {
  const bounds = { west: 180, east: -180, south: 90, north: -90 };
  for (const number of ring) {
    const arc = arcs[numberOf(number)] as Arc;
    bounds.west = Math.min(bounds.west, arc.west);
    bounds.east = Math.max(bounds.east, arc.east);
    bounds.south = Math.min(bounds.south, arc.south);
    bounds.north = Math.max(bounds.north, arc.north);
  }
  return bounds;
};

const pointsOf = ({ arcs }: World, ring: Ring): Point[] =>
  ring.flatMap((number) => {
    const points = (arcs[numberOf(number)] as Arc).points();
    // The last point of an arc is the first of the next.
    return number < 0 ? points.reverse().slice(0, -1) : points.slice(0, -1);
  });

/** Whether all of an arc lies on the far side of one of the sides of a part of the world. */
const isBeyond = (arc: Bounds, { west, east, south, north }: Bounds): boolean =>
  arc.west > east || arc.east < west || arc.south > north || arc.north < south;

/**
 * The points of a ring of which only what lies in a part of the world is wanted: of an arc beyond one of its sides the first and
 * the last say all. Most of a continent's coast is.
 */
const pointsNear = ({ arcs }: World, ring: Ring, part: Bounds): Point[] =>
  ring.flatMap((number) => {
    const arc = arcs[numberOf(number)] as Arc;
    if (isBeyond(arc, part)) return number < 0 ? [arc.last, arc.first] : [arc.first, arc.last];
    return number < 0 ? arc.points().reverse() : arc.points();
  });

const isInside = (points: readonly Point[], [longitude, latitude]: Point): boolean => {
  let inside = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at, at += 1) {
    const [x, y] = points[at] as Point;
    const [lastX, lastY] = points[before] as Point;
    if (y > latitude !== lastY > latitude && longitude < ((lastX - x) * (latitude - y)) / (lastY - y) + x) {
      inside = !inside;
    }
  }
  return inside;
};

/** The name of the country at a place; undefined at sea. */
const countryAt = (world: World, [longitude, latitude]: Point): string | undefined =>
  world.countries.find(({ rings }) => {
    const near = rings.filter((ring) => {
      const { west, east, south, north } = boundsOf(world, ring);
      return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
    });
    return near.filter((ring) => isInside(pointsOf(world, ring), [longitude, latitude])).length % 2 === 1;
  })?.name;

/** Paths of a part of the world. */
interface WorldPaths {
  land: string;
  coast: string;
  borders: string;
}

/** Points that a drawing of a part of the world has across, at most: more cannot be told apart. */
const finest = 3_000;

const pathOf = (points: readonly Point[], digits: number, closed: boolean): string => {
  const factor = 10 ** digits;
  let [x, y] = [0, 0];
  let path = '';
  for (const [at, [toX, toY]] of points.entries()) {
    const [nextX, nextY] = [Math.round(toX * factor), Math.round(toY * factor)];
    const step = `${(nextX - x) / factor} ${(nextY - y) / factor}`;
    if (at === 0) path += `M${step}l`;
    else if (nextX !== x || nextY !== y) path += `${path.endsWith('l') || step.startsWith('-') ? '' : ' '}${step}`;
    [x, y] = [nextX, nextY];
  }
  // A point alone is nothing to draw.
  return path === '' || path.endsWith('l') ? '' : path + (closed ? 'z' : '');
};

/**
 * Draws a part of the world, in tiles from an origin.
 *
 * @param box - what to draw, from the origin
 * @param budget - characters that all of it may have: it gets coarser until it fits
 */
const drawWorld = (
  world: World,
  zoom: number,
  [left, top]: readonly [number, number],
  box: Box,
  budget: number,
): WorldPaths => {
  const project = ([longitude, latitude]: Point): Point => [
    columnOf(longitude, zoom) - left,
    rowOf(latitude, zoom) - top,
  ];
  const part = {
    west: longitudeOf(left + box[0], zoom),
    east: longitudeOf(left + box[2], zoom),
    south: latitudeOf(top + box[3], zoom),
    north: latitudeOf(top + box[1], zoom),
  };
  const isNear = (bounds: Bounds): boolean => !isBeyond(bounds, part);
  const width = Math.max(box[2] - box[0], box[3] - box[1]);
  const projected = (points: readonly Point[]) => thin(points.map(project), width / finest);
  const linesOf = (arcs: readonly Arc[]) => arcs.flatMap(({ points }) => clipLine(projected(points()), box));
  const near = world.arcs.filter(isNear);
  let shapes = {
    land: world.land
      .filter((ring) => isNear(boundsOf(world, ring)))
      .map((ring) => clipRing(projected(pointsNear(world, ring, part)), box)),
    coast: linesOf(near.filter(({ countries }) => countries < 2)),
    borders: linesOf(near.filter(({ countries }) => countries > 1)),
  };
  for (let fineness = finest; ; fineness /= 1.6) {
    const simpler = (lines: readonly Point[][]) => lines.map((line) => simplify(line, width / fineness));
    shapes = { land: simpler(shapes.land), coast: simpler(shapes.coast), borders: simpler(shapes.borders) };
    const digits = Math.max(0, Math.ceil(Math.log10(fineness / width)));
    const write = (lines: readonly Point[][], closed: boolean) =>
      lines.map((line) => pathOf(line, digits, closed)).join('');
    const paths = {
      land: write(shapes.land, true),
      coast: write(shapes.coast, false),
      borders: write(shapes.borders, false),
    };
    if (paths.land.length + paths.coast.length + paths.borders.length <= budget) return paths;
    // Not worth drawing any more.
    if (fineness < 40) return { land: '', coast: '', borders: '' };
  }
};

export type { World, WorldPaths };
export { countryAt, drawWorld, loadWorld };
