/**
 * How many of the holes of a synthetic city the map finds, and how many of those that it shows are some:
 * `npx tsx bench/coverage-holes.ts [--rows N] [--cities N]`, or `--csv FILE --truth FILE` for a report `signal-map` that an engine
 * made of the city's file, and the truth that `samples/generate.ts --city` wrote.
 *
 * A tile counts for an operator where enough of its rows lie in it. Those with too few, and those where nobody was, are told apart.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { chooseTiles } from '../core/reports/map/choosing';
import { isHole } from '../core/reports/map/judging';
import { readTileMap } from '../core/reports/map/tile-map';
import { type CityTruth, makeCity } from '../samples/city/city';
import { tallyReport } from './tally-map';

/** `settings.fewestRows` as it is where nobody sets it. */
const fewestRows = 5;
const wanted = 0.95;

interface Score {
  found: number;
  missed: number;
  wrong: number;
  /** Tiles with fewer rows of the operator than tell something, holes or not. */
  tooFew: number;
}

/** Compares a report with the truth. */
const scoreMap = async (csv: Readable, truth: CityTruth) => {
  const map = await readTileMap(csv, { entries: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY });
  if (map.zoom !== truth.zoom) throw new Error(`The map is of zoom ${map.zoom}, the truth of ${truth.zoom}.`);
  const score: Score = { found: 0, missed: 0, wrong: 0, tooFew: 0 };
  const unmeasured = new Set(truth.unmeasured);
  let shown = 0;
  for (const [name, holes] of Object.entries(truth.holes)) {
    const tiles = chooseTiles(map, { operator: map.operators.indexOf(name) }, fewestRows);
    const verdicts = new Map(tiles.map(({ quadkey, verdict }) => [quadkey, verdict]));
    const isTrue = new Set(holes.map(({ tile }) => tile));
    for (const tile of truth.walked) {
      const verdict = verdicts.get(tile);
      if (verdict === undefined || verdict.kind === 'too few' || verdict.kind === 'not measured') score.tooFew += 1;
      else if (isTrue.has(tile)) score[isHole(verdict) ? 'found' : 'missed'] += 1;
      else if (isHole(verdict)) score.wrong += 1;
    }
    for (const [tile, { kind }] of verdicts) {
      if (unmeasured.has(tile) && kind !== 'not measured' && kind !== 'too few') shown += 1;
    }
  }
  return {
    ...score,
    precision: score.found / (score.found + score.wrong),
    recall: score.found / (score.found + score.missed),
    unmeasuredShownAsMeasured: shown,
  };
};

type Result = Awaited<ReturnType<typeof scoreMap>>;

/** Whether a map is as good as it has to be; it says what it found. */
const judgeResult = (of: Record<string, unknown>, result: Result): boolean => {
  console.log(JSON.stringify({ ...of, ...result }));
  return result.precision >= wanted && result.recall >= wanted && result.unmeasuredShownAsMeasured === 0;
};

const scoreCity = async (rows: number, seed: number): Promise<boolean> => {
  const { truth, lines } = makeCity({ rows, days: 7, seed, firstDay: '2026-03-02' });
  return judgeResult({ city: seed, rows }, await scoreMap(Readable.from(tallyReport(lines)), truth));
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '100000' },
      cities: { type: 'string', default: '3' },
      csv: { type: 'string' },
      truth: { type: 'string' },
    },
  });
  const good: boolean[] = [];
  if (values.csv !== undefined && values.truth !== undefined) {
    const truth = JSON.parse(readFileSync(values.truth, 'utf8')) as CityTruth;
    good.push(judgeResult({ csv: values.csv }, await scoreMap(createReadStream(values.csv), truth)));
  } else {
    for (let seed = 1; seed <= Number(values.cities); seed += 1) good.push(await scoreCity(Number(values.rows), seed));
  }
  if (good.length > 0 && good.every(Boolean)) return;
  console.error(`Precision and recall are to be ${wanted} or more, and no tile where nobody was is to be judged.`);
  process.exitCode = 1;
};

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
