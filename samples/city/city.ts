import { columnOf, quadkeyOf, rowOf, tableZoom } from '../../core/reports/map/quadkeys';
import { asuOf } from '../layouts/radio';
import { clock, columns as ownColumns } from '../measurements';
import { drawFrom, type Random, roughNormal, seededRandom } from '../random';
import { type Area, drawAreas, isIn, isInAny, latitudeOf, longitudeOf, type Spot, tilesAcross } from './ground';
import { drawShadows, drawSites, hear, type Site } from './radio';
import { drawStreets, type Streets, spotsOf, walk } from './streets';

interface CityOptions {
  rows: number;
  days: number;
  seed: number;
  /** First day, `YYYY-MM-DD`. */
  firstDay: string;
}

/** Why phones of an operator have no coverage somewhere. */
type Lack = 'no service' | 'emergency calls only' | 'no signal';

interface Hole extends Area {
  lack: Lack;
}

interface Operator {
  name: string;
  sites: Site[];
  shadows: (spot: Spot) => number;
  holes: Hole[];
}

/** Which tiles are what: a hole is one where more than half of the streets, by their length, lie in one. */
interface CityTruth {
  zoom: number;
  /** By operator. */
  holes: Record<string, { tile: string; lack: Lack }[]>;
  /** Where nobody walks. */
  unmeasured: string[];
  /** All others. */
  walked: string[];
}

const operators = [
  ['alpha', 40],
  ['beta', 32],
  ['gamma', 28],
] as const;

const lacks: readonly Lack[] = ['no service', 'emergency calls only', 'no signal'];

/** Kilometres. */
const sizes = { hole: [1.5, 2.3], park: [0.9, 1.5], off: [0.7, 1] } as const;
const counts = { shared: 1, own: 4, parks: 4, off: 2 };

/** dB that a place without signal loses; shares of readings. */
const lost = 48;
const shares = { lacking: 0.93, off: 0.6, untold: 0.1 };

/** A phone's state where nothing is wrong. */
const drawState = drawFrom([
  [0, 955],
  [1, 22],
  [2, 13],
  [3, 10],
] as const);

const descriptions = ['STATE_IN_SERVICE', 'STATE_OUT_OF_SERVICE', 'STATE_EMERGENCY_ONLY', 'STATE_POWER_OFF'];

interface City {
  operators: Operator[];
  /** Where nobody walks. */
  parks: Area[];
  /** Where phones have their radio off: no hole of anybody's. */
  off: Area[];
}

const drawCity = (random: Random): City => {
  const parks = drawAreas(counts.parks, ...sizes.park, [], random);
  const off = drawAreas(counts.off, ...sizes.off, parks, random);
  const shared = drawAreas(counts.shared, ...sizes.hole, [...parks, ...off], random);
  return {
    parks,
    off,
    operators: operators.map(([name]) => {
      const own = drawAreas(counts.own, ...sizes.hole, [...parks, ...off, ...shared], random);
      const holes = [...shared, ...own].map((area, index) => ({ ...area, lack: lacks[index % lacks.length] as Lack }));
      // No mast stands in a hole.
      const sites = drawSites(random).filter((site) => !isInAny(site, holes));
      return { name, sites, shadows: drawShadows(random), holes };
    }),
  };
};

const tileAt = (spot: Spot): string =>
  quadkeyOf(
    {
      x: Math.floor(columnOf(longitudeOf(spot), tableZoom)),
      y: Math.floor(rowOf(latitudeOf(spot), tableZoom)),
    },
    tableZoom,
  );

/** What of a tile's streets lies in holes: metres of street, all and by hole. */
const streetsByTile = (city: City, streets: Streets): Map<string, { all: number; inside: Map<Hole, number> }> => {
  const tiles = new Map<string, { all: number; inside: Map<Hole, number> }>();
  for (const spot of spotsOf(streets)) {
    if (isInAny(spot, city.parks)) continue;
    const tile = tileAt(spot);
    const found = tiles.get(tile) ?? { all: 0, inside: new Map() };
    tiles.set(tile, found);
    found.all += 1;
    for (const { holes } of city.operators) {
      for (const hole of holes) if (isIn(spot, hole)) found.inside.set(hole, (found.inside.get(hole) ?? 0) + 1);
    }
  }
  return tiles;
};

const truthOf = (city: City, streets: Streets): CityTruth => {
  const { west, east, north, south } = tilesAcross();
  const byTile = streetsByTile(city, streets);
  const truth: CityTruth = { zoom: tableZoom, holes: {}, unmeasured: [], walked: [] };
  for (const { name } of city.operators) truth.holes[name] = [];
  for (let y = Math.ceil(north); y < Math.floor(south); y += 1) {
    for (let x = Math.ceil(west); x < Math.floor(east); x += 1) {
      const tile = quadkeyOf({ x, y }, tableZoom);
      const found = byTile.get(tile);
      (found === undefined ? truth.unmeasured : truth.walked).push(tile);
      for (const { name, holes } of city.operators) {
        const hole = holes.find((one) => 2 * (found?.inside.get(one) ?? 0) > (found?.all ?? 0));
        if (hole !== undefined) truth.holes[name]?.push({ tile, lack: hole.lack });
      }
    }
  }
  return truth;
};

/** Cellflow's own layout with what tells the radio. */
const columns = ['date', ...ownColumns, 'technology', 'signal_dbm', 'cell'] as const;

/** A phone that goes through the city for a while. */
interface Phone {
  operator: Operator;
  /** Whether its log tells the service status. */
  tellsStatus: boolean;
  date: string;
  /** Second of the day of its first reading. */
  from: number;
}

const statusAt = (hole: Hole | undefined, isOff: boolean, random: Random): number => {
  if (isOff && random() < shares.off) return 3;
  if (hole !== undefined && hole.lack !== 'no signal' && random() < shares.lacking) {
    return hole.lack === 'no service' ? 1 : 2;
  }
  return drawState(random);
};

/** A line of a phone's log; undefined where it has nothing to log. */
const readingAt = (phone: Phone, spot: Spot, second: number, city: City, random: Random): string | undefined => {
  const { operator, tellsStatus } = phone;
  const hole = operator.holes.find((area) => isIn(spot, area));
  const status = statusAt(hole, isInAny(spot, city.off), random);
  const isServed = status === 0;
  if (!isServed && !tellsStatus) return undefined;
  const loss = operator.shadows(spot) + (hole === undefined ? 0 : lost);
  const heard = hear(operator.sites, spot, loss, random);
  const dbm = Math.round(Math.max(heard.technology === '2G' ? -113 : -140, Math.min(-51, heard.dbm)));
  const { technology } = heard;
  const error = () => roughNormal(random) * 0.012;
  const seen = { east: spot.east + error(), north: spot.north + error() };
  return [
    phone.date,
    clock(second),
    latitudeOf(seen).toFixed(5),
    longitudeOf(seen).toFixed(5),
    isServed ? Math.max(0, asuOf({ technology, dbm })) : 99,
    operator.name,
    operator.name,
    tellsStatus ? status : '',
    tellsStatus ? descriptions[status] : '',
    (4 + 3 * random()).toFixed(1),
    6 + Math.floor(random() * 8),
    8 + Math.floor(random() * 12),
    'gps',
    'ON_FOOT',
    '',
    isServed ? technology : '',
    isServed ? dbm : '',
    isServed ? `1-${operators.findIndex(([name]) => name === operator.name) + 1}-1-${heard.site.number}` : '',
  ].join(',');
};

const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

/** Readings of a walk, and seconds from one to the next. */
const walkLength = 120;
const pace = 45;

/**
 * A city of 20 by 20 kilometres that phones of three operators walk through, in Cellflow's own layout: areas where an operator's
 * phones lose service, get emergency calls only, or have a signal below any class; areas where nobody walks; areas where radios are
 * off. The same options give the same bytes; memory does not grow with the rows.
 *
 * @returns which tiles are what, and the lines of the file
 */
const makeCity = (options: CityOptions): { truth: CityTruth; lines: Generator<string, { rows: number }> } => {
  const random = seededRandom(options.seed);
  const city = drawCity(random);
  const streets = drawStreets(random);
  const drawOperator = drawFrom(operators.map(([name, share]) => [name, share] as const));
  function* lines(): Generator<string, { rows: number }> {
    yield `${columns.join(',')}\n`;
    let rows = 0;
    for (let walks = 0; rows < options.rows; walks += 1) {
      const name = drawOperator(random);
      const phone: Phone = {
        operator: city.operators.find((operator) => operator.name === name) as Operator,
        tellsStatus: random() >= shares.untold,
        date: addDays(options.firstDay, walks % options.days),
        from: 7 * 3600 + Math.floor(random() * 13 * 3600),
      };
      let second = phone.from;
      for (const spot of walk(streets, walkLength, random)) {
        second += pace;
        if (isInAny(spot, city.parks)) continue;
        const line = readingAt(phone, spot, second, city, random);
        if (line === undefined) continue;
        yield `${line}\n`;
        rows += 1;
        if (rows === options.rows) break;
      }
    }
    return { rows };
  }
  return { truth: truthOf(city, streets), lines: lines() };
};

export type { CityOptions, CityTruth, Lack };
export { columns as cityColumns, makeCity };
