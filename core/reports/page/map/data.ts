import { type Counts, noCounts } from '../../map/counts';
import { sumOf } from '../../map/judging';
import { tileOf } from '../../map/quadkeys';

/**
 * What the page's script gets of a map: columns of whole numbers, which are a third of the same as objects. A column of noughts
 * is empty. Used by who writes and by who reads it.
 */
interface MapData {
  zoom: number;
  /** Rows below which a tile says nothing. */
  fewestRows: number;
  operators: string[];
  technologies: string[];
  /** Each tile's quadkey as a number of base 4, less that of the line before. */
  tile: number[];
  operator: number[];
  technology: number[];
  rows: number[];
  inService: number[];
  emergencyOnly: number[];
  outOfService: number[];
  radioOff: number[];
  veryGood: number[];
  good: number[];
  weak: number[];
  none: number[];
  /** Rows with dBm beside those with a class. */
  unclassed: number[];
  /** Averages in tenths. */
  dbmTenths: number[];
  asu: number[];
  asuTenths: number[];
  regions: RegionData[];
}

/** A part of the world with tiles, and its drawing's coordinates: tiles east and south of an origin. */
interface RegionData {
  name: string;
  /** Column and row of the origin. */
  origin: [x: number, y: number];
  /** West, north, east and south of all tiles, from the origin. */
  box: [number, number, number, number];
  /** The same of what is drawn of land and sea. */
  world: [number, number, number, number];
}

/** An operator and a technology in a tile. */
interface EntryData {
  tile: string;
  operator: number;
  technology: number;
  counts: Counts;
}

const tenths = (sum: number, count: number): number => (count === 0 ? 0 : Math.round((10 * sum) / count));

const column = (numbers: number[]): number[] => (numbers.some((number) => number !== 0) ? numbers : []);

/** The columns of entries that are in the order of their tiles. */
const encodeEntries = (entries: readonly EntryData[]): Omit<MapData, keyof HeadData> => {
  let last = 0;
  const tile = entries.map((entry) => {
    const number = Number.parseInt(entry.tile, 4);
    const step = number - last;
    last = number;
    return step;
  });
  const each = (of: (counts: Counts) => number) => column(entries.map(({ counts }) => of(counts)));
  return {
    tile,
    operator: column(entries.map(({ operator }) => operator)),
    technology: column(entries.map(({ technology }) => technology)),
    rows: each(({ rows }) => rows),
    inService: each(({ inService }) => inService),
    emergencyOnly: each(({ emergencyOnly }) => emergencyOnly),
    outOfService: each(({ outOfService }) => outOfService),
    radioOff: each(({ radioOff }) => radioOff),
    veryGood: each(({ classes }) => classes[0]),
    good: each(({ classes }) => classes[1]),
    weak: each(({ classes }) => classes[2]),
    none: each(({ classes }) => classes[3]),
    unclassed: each(({ dbm, classes }) => dbm - sumOf(classes)),
    dbmTenths: each(({ sumDbm, dbm }) => tenths(sumDbm, dbm)),
    asu: each(({ asu }) => asu),
    asuTenths: each(({ sumAsu, asu }) => tenths(sumAsu, asu)),
  };
};

type HeadData = Pick<MapData, 'zoom' | 'fewestRows' | 'operators' | 'technologies' | 'regions'>;

/** The entries that {@link encodeEntries} wrote. */
const decodeEntries = (data: MapData): EntryData[] => {
  let number = 0;
  return data.tile.map((step, line) => {
    number += step;
    const at = (numbers: readonly number[]) => numbers[line] ?? 0;
    const classes: Counts['classes'] = [at(data.veryGood), at(data.good), at(data.weak), at(data.none)];
    const dbm = sumOf(classes) + at(data.unclassed);
    const counts: Counts = {
      ...noCounts(),
      rows: at(data.rows),
      inService: at(data.inService),
      emergencyOnly: at(data.emergencyOnly),
      outOfService: at(data.outOfService),
      radioOff: at(data.radioOff),
      classes,
      dbm,
      sumDbm: (dbm * at(data.dbmTenths)) / 10,
      asu: at(data.asu),
      sumAsu: (at(data.asu) * at(data.asuTenths)) / 10,
    };
    const tile = number.toString(4).padStart(data.zoom, '0');
    return { tile, operator: at(data.operator), technology: at(data.technology), counts };
  });
};

/** The entries of a map that lie in a region. */
const entriesIn = <Of extends { tile: string }>(entries: readonly Of[], { origin, box }: RegionData): Of[] =>
  entries.filter(({ tile }) => {
    const { x, y } = tileOf(tile);
    const [right, down] = [x - origin[0], y - origin[1]];
    return right >= box[0] && right < box[2] && down >= box[1] && down < box[3];
  });

export type { EntryData, HeadData, MapData, RegionData };
export { decodeEntries, encodeEntries, entriesIn };
