import type { Readable } from 'node:stream';
import { addCounts, type Counts } from './counts';
import { readMapLines } from './lines';
import { Names } from './names';
import { quadkeyOfNumber, tableZoom, tileNumber } from './quadkeys';

/** An operator and a technology in a tile, by their places in the lists of the map. */
interface Entry {
  /** Quadkey of the map's zoom. */
  tile: string;
  operator: number;
  technology: number;
  counts: Counts;
}

/** What the report says, in tiles that are as small as there is room for. */
interface TileMap {
  zoom: number;
  /** By rows, the most first. */
  operators: string[];
  /** By name. */
  technologies: string[];
  /** By tile. */
  entries: Entry[];
}

interface Budget {
  /** Most entries that are held at once. @default 20000 */
  entries?: number;
  /** Most characters that the entries fill on the page. @default 450000 */
  characters?: number;
}

/** More operators than that are put together, as are technologies. */
const most = { operators: 60, technologies: 8 };
/** Squares of the largest tiles are half a continent: with no more of them than fit, names are put together. */
const leastZoom = 3;

/** By tile, as its number, then by operator and technology in one number. */
type Held = Map<number, Map<number, Counts>>;

const pairOf = (operator: number, technology: number): number => operator * (most.technologies + 1) + technology;

/** Adds counts, which are the map's from then on. */
const put = (held: Held, tile: number, pair: number, counts: Counts): boolean => {
  let inTile = held.get(tile);
  if (inTile === undefined) {
    inTile = new Map();
    held.set(tile, inTile);
  }
  const sum = inTile.get(pair);
  if (sum !== undefined) addCounts(sum, counts);
  else inTile.set(pair, counts);
  return sum === undefined;
};

const coarser = (held: Held): { held: Held; size: number } => {
  const larger: Held = new Map();
  let size = 0;
  for (const [tile, inTile] of held) {
    for (const [pair, counts] of inTile) size += put(larger, tile >>> 2, pair, counts) ? 1 : 0;
  }
  return { held: larger, size };
};

/** About as many characters as the entries fill on the page: see `page/map/data.ts`. */
const charactersOf = (held: Held): number => {
  let characters = 0;
  for (const inTile of held.values()) {
    for (const { rows, inService, emergencyOnly, outOfService, radioOff, classes, dbm, asu } of inTile.values()) {
      characters += 12 + (dbm > 0 ? 4 : 0) + (asu > 0 ? 4 : 0);
      for (const count of [rows, inService, emergencyOnly, outOfService, radioOff, ...classes, asu]) {
        characters += String(count).length + 1;
      }
    }
  }
  return characters;
};

/** The places that names get when they are ordered. */
const ranking = (names: readonly string[], before: (one: number, other: number) => number) => {
  const order = [...names.keys()].sort(before);
  const places: number[] = [];
  for (const [place, number] of order.entries()) places[number] = place;
  return { names: order.map((number) => names[number] ?? ''), places };
};

const ordered = (held: Held, zoom: number, operators: Names, technologies: Names): TileMap => {
  const width = most.technologies + 1;
  const rows = new Map<number, number>();
  const seen = new Set<number>();
  const all: Entry[] = [];
  for (const [tile, inTile] of held) {
    for (const [pair, counts] of inTile) {
      const [operator, technology] = [Math.floor(pair / width), pair % width];
      rows.set(operator, (rows.get(operator) ?? 0) + counts.rows);
      seen.add(technology);
      all.push({ tile: quadkeyOfNumber(tile, zoom), operator, technology, counts });
    }
  }
  const operatorNumbers = [...rows.keys()];
  const technologyNumbers = [...seen];
  const byRows = ranking(
    operatorNumbers.map((number) => operators.nameOf(number)),
    (one, other) => (rows.get(operatorNumbers[other] ?? 0) ?? 0) - (rows.get(operatorNumbers[one] ?? 0) ?? 0),
  );
  const names = technologyNumbers.map((number) => technologies.nameOf(number));
  const byName = ranking(names, (one, other) => ((names[one] ?? '') < (names[other] ?? '') ? -1 : 1));
  const entries = all.map(({ operator, technology, ...entry }) => ({
    ...entry,
    operator: byRows.places[operatorNumbers.indexOf(operator)] ?? 0,
    technology: byName.places[technologyNumbers.indexOf(technology)] ?? 0,
  }));
  entries.sort(
    (one, other) =>
      (one.tile < other.tile ? -1 : one.tile > other.tile ? 1 : 0) ||
      one.operator - other.operator ||
      one.technology - other.technology,
  );
  return { zoom, operators: byRows.names, technologies: byName.names, entries };
};

/**
 * Reads the report's CSV into tiles that fit a page: those of the tables, or larger ones where there are too many. Memory does
 * not grow with the CSV, whatever the order of its lines.
 */
const readTileMap = async (csv: Readable, budget: Budget = {}): Promise<TileMap> => {
  const { entries: mostEntries = 20_000, characters: mostCharacters = 450_000 } = budget;
  const [operators, technologies] = [new Names(most.operators), new Names(most.technologies)];
  let zoom = tableZoom;
  let held: Held = new Map();
  let size = 0;
  const coarsen = (): void => {
    ({ held, size } = coarser(held));
    zoom -= 1;
  };
  for await (const lines of readMapLines(csv)) {
    for (const { tile, operator, technology, counts } of lines) {
      const pair = pairOf(operators.numberOf(operator), technologies.numberOf(technology));
      if (put(held, tileNumber(tile) >>> (2 * (tableZoom - zoom)), pair, counts)) size += 1;
      while (size > mostEntries && zoom > leastZoom) coarsen();
    }
  }
  while (charactersOf(held) > mostCharacters && zoom > leastZoom) coarsen();
  return ordered(held, zoom, operators, technologies);
};

export type { Entry, TileMap };
export { readTileMap };
