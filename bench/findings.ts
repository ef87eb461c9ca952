/**
 * How well the findings tell a change from chance: `npx tsx bench/findings.ts [--brief] [--json]`.
 *
 * Rows are drawn, the real SQL of `signal-changes` makes its report of them, and the code of the findings judges it.
 * 1. A planted drop of 3 dB with 50 rows a side: how often it is found, by the spread of the signal, by how many pairs are tested
 *    together (the others unchanged), and by whether the rows lie in the hours of a week or of one day.
 * 2. A thousand unchanged pairs: false alarms, over many seeds; also where rows come in runs, 25 an hour from one phone, and each
 *    hour is somewhat stronger or weaker as a whole. Beside it what the usual test, which takes rows for independent, would say.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { leastChange, level, readChanges } from '../core/reports/findings/changes';
import { countFindings } from '../core/reports/findings/step-up';
import { upperTail } from '../core/reports/findings/student-t';
import { type Random, seededRandom } from '../samples/random';

/** A row: the day and hour of its phone, and what it measured. */
interface Row {
  day: string;
  hour: number;
  dbm: number;
}

/** Rows of a pair in one period. */
type Draw = (random: Random, days: readonly string[], drop: number) => Row[];

interface Line {
  place: string;
  t: number;
  freedom: number;
  change: number;
}

/** Seconds that the engine may take for a query. */
const longestQuery = 300;
const rowsASide = 50;
const drop = 3;

/** Normal, by Box and Muller: tails count here. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const days = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `2026-03-${String(first + index).padStart(2, '0')}`);

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** Rows that have nothing to do with each other, at any time of the days. */
const apart =
  (spread: number): Draw =>
  (random, among, less) =>
    Array.from({ length: rowsASide }, () => ({
      day: pick(random, among),
      hour: Math.floor(random() * 24),
      dbm: -95 - less + spread * normal(random),
    }));

/** Runs of 25 rows in each of some hours; each hour has its own mean. */
const runs =
  (hours: number, hourSpread: number, rowSpread: number): Draw =>
  (random, among, less) =>
    Array.from({ length: hours }, (_, run) => {
      const mean = -95 - less + hourSpread * normal(random);
      const [day, hour] = [among[run % among.length] as string, Math.floor(run / among.length)];
      return Array.from({ length: 25 }, () => ({ day, hour, dbm: mean + rowSpread * normal(random) }));
    }).flat();

interface Pair {
  place: string;
  before: Row[];
  after: Row[];
}

const makePairs = (random: Random, count: number, draw: Draw, span: number, less: (pair: number) => number): Pair[] =>
  Array.from({ length: count }, (_, pair) => ({
    place: String(pair).padStart(6, '0'),
    before: draw(random, days(1, span), 0),
    after: draw(random, days(1 + span, span), less(pair)),
  }));

/** The report of the pairs, by the real SQL, as a file that is gone afterwards. */
const withReport = async <T>(pairs: readonly Pair[], span: number, use: (csv: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'cellflow-findings-'));
  try {
    const [rows, csv] = [join(folder, 'rows.csv'), join(folder, 'report.csv')];
    const lines = pairs.flatMap(({ place, before, after }) =>
      [...before, ...after].map(({ day, hour, dbm }) => `${day},${hour},orange,4G,${place},${dbm.toFixed(2)}`),
    );
    writeFileSync(rows, `day,hour,operator,technology,place,signal_dbm\n${lines.join('\n')}\n`);
    const [before, after] = [days(1, span), days(1 + span, span)];
    const parameters = [after, before, after, before].flatMap((period) => [period[0], period.at(-1)] as string[]);
    const found = execFileSync(
      '.venv/bin/python',
      ['bench/report_on_rows.py', 'sql/signal-changes.sql', rows, ...parameters],
      { maxBuffer: 1 << 30, timeout: longestQuery * 1_000 },
    );
    writeFileSync(csv, found);
    return await use(csv);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const readLines = async (csv: string): Promise<Line[]> => {
  const records: Record<string, string>[] = parse(await new Response(createReadStream(csv) as never).text(), {
    columns: true,
  });
  return records
    .filter(({ place }) => place !== '')
    .map(({ place = '', t, degrees_of_freedom: freedom, change }) => ({
      place,
      t: Number(t || Number.NaN),
      freedom: Number(freedom || Number.NaN),
      change: Number(change),
    }));
};

/** One-sided, that the signal became weaker; of a line that was not tested, none. */
const pOf = ({ t, freedom }: Line): number => (Number.isFinite(t) ? upperTail(-t, freedom) : 1);

/** The usual test: Wilcoxon's rank sum with ties, by the normal distribution, one-sided. */
const independentP = ({ before, after }: Pair): number => {
  const all = [...before.map(({ dbm }) => [Math.round(dbm), 0]), ...after.map(({ dbm }) => [Math.round(dbm), 1])] as [
    number,
    number,
  ][];
  all.sort((one, other) => one[0] - other[0]);
  let [sum, ties] = [0, 0];
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.[0] === all[from]?.[0]) to += 1;
    const count = to - from;
    sum += ((from + to + 1) / 2) * all.slice(from, to).filter(([, side]) => side === 1).length;
    ties += count ** 3 - count;
    from = to;
  }
  const [n, m, size] = [after.length, before.length, all.length];
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  return upperTail(-(sum - (n * (size + 1)) / 2) / Math.sqrt(variance), 1e6);
};

interface Power {
  rows: string;
  spread: number;
  /** Share of the trials in which the drop is found, by how many pairs are tested together. */
  found: Record<string, number>;
}

const together = [1, 20, 1_000];

/** How often a planted drop is found among unchanged pairs, whose p-values are drawn from a pool of such pairs. */
const measurePower = async (
  seed: number,
  spread: number,
  span: number,
  trials: number,
  pool: number,
): Promise<Power> => {
  const random = seededRandom(seed);
  const pairs = makePairs(random, trials + pool, apart(spread), span, (pair) => (pair < trials ? drop : 0));
  const lines = await withReport(pairs, span, readLines);
  const planted = lines.filter(({ place }) => Number(place) < trials);
  const unchanged = lines.filter(({ place }) => Number(place) >= trials).map(pOf);
  const found = together.map((tests) => {
    const hits = planted.filter((line) => {
      const p = pOf(line);
      const others = Array.from({ length: tests - 1 }, () => pick(random, unchanged));
      const least = [p, ...others].filter((one) => one <= level).sort((one, other) => one - other);
      const threshold = least[countFindings(least, tests, level) - 1] ?? -1;
      return p <= threshold && line.change <= -leastChange;
    }).length;
    return [String(tests), hits / trials];
  });
  return { rows: span === 1 ? 'one day' : 'a week', spread, found: Object.fromEntries(found) };
};

interface Alarms {
  rows: string;
  seeds: number;
  /** False alarms of 1,000 pairs, a figure a seed: of weaker ones, of stronger ones. */
  worse: number[];
  better: number[];
  /** What the test for independent rows says, with the same step-up. */
  independent: number[];
  tested: number;
}

const unchangedPairs = 1_000;

const countAlarms = async (rows: string, seeds: number[], draw: Draw, span: number): Promise<Alarms> => {
  const alarms: Alarms = { rows, seeds: seeds.length, worse: [], better: [], independent: [], tested: 0 };
  for (const seed of seeds) {
    const pairs = makePairs(seededRandom(seed), unchangedPairs, draw, span, () => 0);
    const changes = await withReport(pairs, span, async (csv) => readChanges(createReadStream(csv)));
    if (changes === undefined) throw new Error('The report of the changes has other columns than the findings read.');
    alarms.worse.push(changes.worse.length);
    alarms.better.push(changes.better.length);
    alarms.tested += changes.tested;
    const least = pairs.map(independentP).sort((one, other) => one - other);
    alarms.independent.push(countFindings(least, unchangedPairs, level));
  }
  return alarms;
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const printPower = (power: readonly Power[]): void => {
  console.log(`A planted drop of ${drop} dB, ${rowsASide} rows a side: found in`);
  console.log(['rows in', 'spread', ...together.map((tests) => `of ${tests}`)].map((head) => head.padEnd(10)).join(''));
  for (const { rows, spread, found } of power) {
    const cells = [rows, `${spread} dB`, ...together.map((tests) => percent(found[tests] ?? 0))];
    console.log(cells.map((cell) => cell.padEnd(10)).join(''));
  }
};

const tell = (counts: readonly number[]): string => {
  const most = Math.max(...counts);
  const mean = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  return `${mean.toFixed(2)} in the mean, ${most} at most, more than one in ${counts.filter((one) => one > 1).length}`;
};

const printAlarms = (all: readonly Alarms[]): void => {
  for (const { rows, seeds, worse, better, independent, tested } of all) {
    console.log(
      `\n${unchangedPairs} unchanged pairs, ${rows}, ${seeds} seeds (${tested / seeds} tested in each): false alarms`,
    );
    console.log(`  weaker:            ${tell(worse)}`);
    console.log(`  stronger:          ${tell(better)}`);
    console.log(`  independent test:  ${tell(independent)} (weaker ones)`);
  }
};

const main = async (): Promise<void> => {
  const brief = process.argv.includes('--brief');
  const [trials, pool] = brief ? [200, 600] : [500, 2_000];
  const power: Power[] = [];
  for (const span of brief ? [7] : [7, 1]) {
    for (const spread of brief ? [2.5, 4] : [2.5, 3, 4, 6]) {
      power.push(await measurePower(1_000 * span + 10 * spread, spread, span, trials, pool));
    }
  }
  const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);
  const alarms = [
    await countAlarms('50 rows a side apart in a week', seeds(1, brief ? 3 : 40), apart(4), 7),
    await countAlarms('50 rows a side apart in one day', seeds(101, brief ? 1 : 20), apart(4), 1),
    await countAlarms('10 runs of 25 rows a side, hours 4 dB apart', seeds(201, brief ? 1 : 10), runs(10, 4, 3), 7),
  ];
  if (process.argv.includes('--json')) console.log(JSON.stringify({ power, alarms }));
  else {
    printPower(power);
    printAlarms(alarms);
  }
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
