import { addCounts, type Counts, lostOf, noCounts } from './counts';
import { judge, type Kind, sumOf, type Verdict } from './judging';
import { around, quadkeyOf, type Tile, tileOf } from './quadkeys';

/** The parts of a map that choosing reads. */
interface Choosable {
  zoom: number;
  technologies: readonly string[];
  entries: readonly { tile: string; operator: number; technology: number; counts: Counts }[];
}

/** Places in the lists of a map; undefined is all of them. */
interface Choice {
  operator?: number;
  technology?: number;
}

/** A tile as it is drawn. */
interface JudgedTile extends Tile {
  quadkey: string;
  counts: Counts;
  verdict: Verdict;
}

/** Name of the technology of rows that do not tell it, as those of a phone without service. */
const unknown = 'unknown';

/**
 * What an operator and a technology, or all, have in each tile of a zoom.
 *
 * A phone without service has no technology to tell. So where one is chosen, rows without any and without service count for
 * each technology that their operator has on this map.
 */
const sumTiles = (map: Choosable, { operator, technology }: Choice, zoom = map.zoom): Map<string, Counts> => {
  const untold = map.technologies.indexOf(unknown);
  const having = new Set(map.entries.filter((entry) => entry.technology === technology).map((entry) => entry.operator));
  const sums = new Map<string, Counts>();
  const add = (tile: string, counts: Counts): void => {
    const quadkey = tile.slice(0, zoom);
    const sum = sums.get(quadkey) ?? noCounts();
    addCounts(sum, counts);
    sums.set(quadkey, sum);
  };
  for (const entry of map.entries) {
    if (operator !== undefined && entry.operator !== operator) continue;
    if (technology === undefined || entry.technology === technology) add(entry.tile, entry.counts);
    else if (entry.technology === untold && having.has(entry.operator)) {
      const lost = lostOf(entry.counts);
      if (lost.rows > 0) add(entry.tile, lost);
    }
  }
  return sums;
};

/** Tiles above which a tile beside only one of them is left out: around lone tiles everywhere it would tell nothing. */
const manyTiles = 2_500;

/** The tiles that nobody measured beside those that tell something: beside one of too few rows another that is not known is no news. */
const tilesBeside = (measured: readonly JudgedTile[], zoom: number): Tile[] => {
  const width = 2 ** zoom;
  const numberOf = ({ x, y }: Tile) => y * width + x;
  const own = new Set(measured.map(numberOf));
  const beside = new Map<number, number>();
  const telling = measured.filter(({ verdict }) => verdict.kind !== 'too few');
  for (const tile of telling) {
    for (const [right, down] of around) {
      const [x, y] = [tile.x + right, tile.y + down];
      if (x < 0 || y < 0 || x >= width || y >= width) continue;
      const number = numberOf({ x, y });
      if (!own.has(number)) beside.set(number, (beside.get(number) ?? 0) + 1);
    }
  }
  const least = telling.length > manyTiles ? 2 : 1;
  return [...beside]
    .filter(([, count]) => count >= least)
    .map(([number]) => ({ x: number % width, y: Math.floor(number / width) }));
};

/**
 * The tiles of an operator and a technology, or of all, judged, and those beside them that have no rows of the choice.
 *
 * @param zoom - of the tiles: those of a lower zoom than the map's are put together from its own, and judged then
 */
const chooseTiles = (map: Choosable, choice: Choice, fewestRows: number, zoom = map.zoom): JudgedTile[] => {
  const judged = [...sumTiles(map, choice, zoom)].map(
    ([quadkey, counts]): JudgedTile => ({ ...tileOf(quadkey), quadkey, counts, verdict: judge(counts, fewestRows) }),
  );
  for (const tile of tilesBeside(judged, zoom)) {
    judged.push({
      ...tile,
      quadkey: quadkeyOf(tile, zoom),
      counts: noCounts(),
      verdict: { kind: 'not measured' },
    });
  }
  return judged;
};

/** Steps of a scale of ASU. */
const asuLooks = ['asu-1', 'asu-2', 'asu-3', 'asu-4', 'asu-5', 'asu-6'] as const;

type AsuLook = (typeof asuLooks)[number];

/** What a tile looks like: a name that is a colour of the palette and a line of the legend. */
type Look =
  | 'very-good'
  | 'good'
  | 'weak'
  | 'none'
  | 'in-service'
  | AsuLook
  | 'emergency-only'
  | 'no-service'
  | 'too-few'
  | 'not-measured';

const plain: Readonly<Record<Exclude<Kind, 'with service' | 'without service'>, Look>> = {
  'too few': 'too-few',
  'not measured': 'not-measured',
};

/**
 * The limits between the steps of ASU. ASU of GSM reach 31, those of the others 97: a map that has only small ones would be of one
 * colour on the scale of the large.
 */
type AsuScale = readonly number[];

const lastOfGsm = 31;
const [gsmScale, longScale]: [AsuScale, AsuScale] = [
  [5, 10, 15, 20, 25],
  [15, 30, 45, 60, 75],
];
/** Share of the rows with ASU beyond those of GSM that makes the scale the long one. */
const shareBeyond = 0.1;
/** One row with a class to so many with ASU is enough for a map of classes. */
const asuToClass = 20;

/** The scale by which a choice's tiles are coloured; none where they are by class. It is one of both, at any zoom. */
const scaleOf = (map: Choosable, { operator, technology }: Choice): AsuScale | undefined => {
  let [classed, asu, beyond] = [0, 0, 0];
  for (const { counts, ...entry } of map.entries) {
    if (operator !== undefined && entry.operator !== operator) continue;
    if (technology !== undefined && entry.technology !== technology) continue;
    classed += sumOf(counts.classes);
    asu += counts.asu;
    if (counts.sumAsu > lastOfGsm * counts.asu) beyond += counts.asu;
  }
  if (classed * asuToClass >= asu) return undefined;
  return beyond > shareBeyond * asu ? longScale : gsmScale;
};

const asuLookOf = (asu: number, scale: AsuScale): AsuLook =>
  asuLooks[scale.filter((limit) => asu >= limit).length] ?? 'asu-6';

/** @param scale - where colours are of ASU rather than of classes */
const lookOf = ({ kind, coverage, without, asu }: Verdict, scale?: AsuScale): Look => {
  if (kind === 'without service') return without === 'emergency calls only' ? 'emergency-only' : 'no-service';
  if (kind !== 'with service') return plain[kind];
  if (scale !== undefined) return asu === undefined ? 'in-service' : asuLookOf(asu, scale);
  return coverage === undefined ? 'in-service' : (coverage.replace(' ', '-') as Look);
};

export type { AsuScale, Choice, Choosable, JudgedTile, Look };
export { asuLooks, chooseTiles, lookOf, scaleOf, sumTiles };
