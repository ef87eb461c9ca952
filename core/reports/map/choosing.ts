import { addCounts, type Counts, lostOf, noCounts } from './counts';
import { judge, type Kind, type Verdict } from './judging';
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
 * The tiles of an operator and a technology, or of all, judged, and those beside them that have no rows of the choice.
 *
 * A phone without service has no technology to tell. So where one is chosen, rows without any and without service count for
 * each technology that their operator has on this map.
 */
const chooseTiles = (map: Choosable, { operator, technology }: Choice, fewestRows: number): JudgedTile[] => {
  const untold = map.technologies.indexOf(unknown);
  const having = new Set(map.entries.filter((entry) => entry.technology === technology).map((entry) => entry.operator));
  const sums = new Map<string, Counts>();
  const add = (tile: string, counts: Counts): void => {
    const sum = sums.get(tile) ?? noCounts();
    addCounts(sum, counts);
    sums.set(tile, sum);
  };
  for (const entry of map.entries) {
    if (operator !== undefined && entry.operator !== operator) continue;
    if (technology === undefined || entry.technology === technology) add(entry.tile, entry.counts);
    else if (entry.technology === untold && having.has(entry.operator)) {
      const lost = lostOf(entry.counts);
      if (lost.rows > 0) add(entry.tile, lost);
    }
  }
  const judged: JudgedTile[] = [];
  const beside = new Map<string, Tile>();
  const width = 2 ** map.zoom;
  for (const [quadkey, counts] of sums) {
    const { x, y } = tileOf(quadkey);
    judged.push({ x, y, quadkey, counts, verdict: judge(counts, fewestRows) });
    for (const [right, down] of around) {
      const tile = { x: x + right, y: y + down };
      if (tile.x < 0 || tile.y < 0 || tile.x >= width || tile.y >= width) continue;
      const key = quadkeyOf(tile, map.zoom);
      if (!sums.has(key)) beside.set(key, tile);
    }
  }
  for (const [quadkey, tile] of beside) {
    judged.push({ ...tile, quadkey, counts: noCounts(), verdict: { kind: 'not measured' } });
  }
  return judged;
};

/** What a tile looks like: a name that is a colour of the palette and a line of the legend. */
type Look =
  | 'very-good'
  | 'good'
  | 'weak'
  | 'none'
  | 'in-service'
  | 'emergency-only'
  | 'no-service'
  | 'too-few'
  | 'not-measured';

const plain: Readonly<Record<Exclude<Kind, 'with service' | 'without service'>, Look>> = {
  'too few': 'too-few',
  'not measured': 'not-measured',
};

const lookOf = ({ kind, coverage, without }: Verdict): Look => {
  if (kind === 'without service') return without === 'emergency calls only' ? 'emergency-only' : 'no-service';
  if (kind === 'with service') return coverage === undefined ? 'in-service' : (coverage.replace(' ', '-') as Look);
  return plain[kind];
};

export type { Choice, Choosable, JudgedTile, Look };
export { chooseTiles, lookOf };
