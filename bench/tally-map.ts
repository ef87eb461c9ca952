import { coverage } from '../contract';
import { columnOf, quadkeyOf, rowOf, tableZoom } from '../core/reports/map/quadkeys';
import { cityColumns } from '../samples/city/city';

/** The report's columns after its keys. */
const counted = [
  'count_rows',
  'count_in_service',
  'count_emergency_only',
  'count_out_of_service',
  'count_radio_off',
  'count_very_good',
  'count_good',
  'count_weak',
  'count_none',
  'count_dbm',
  'sum_dbm',
  'count_asu',
  'sum_asu',
] as const;

type Tally = Record<(typeof counted)[number], number>;

const statusColumns = ['count_in_service', 'count_out_of_service', 'count_emergency_only', 'count_radio_off'] as const;
const classColumns = ['count_very_good', 'count_good', 'count_weak', 'count_none'] as const;

const limits = new Map(coverage.technologies.map(({ technology, from }) => [technology, from]));

const tally = (sum: Tally, fields: Record<string, string>): void => {
  const { status = '', signal_dbm: power = '', signal = '', technology = '' } = fields;
  sum.count_rows += 1;
  const column = status === '' ? undefined : statusColumns[Number(status)];
  if (column !== undefined) sum[column] += 1;
  if (power !== '') {
    const dbm = Math.floor(Number(power) + 0.5);
    const from = limits.get(technology) ?? limits.get(coverage.unknown) ?? [];
    const rank = from.findIndex((least) => dbm >= least);
    sum[classColumns[rank < 0 ? 3 : rank] as (typeof classColumns)[number]] += 1;
    sum.count_dbm += 1;
    sum.sum_dbm += dbm;
  } else if (signal !== '' && signal !== '99') {
    sum.count_asu += 1;
    sum.sum_asu += Number(signal);
  }
};

const average = (sum: number, count: number): number | '' => (count === 0 ? '' : sum / count);

/** The report `signal-map` of a city's lines, counted row by row: for who has no engine at hand. */
function* tallyReport(lines: Iterable<string>): Generator<string> {
  const tallies = new Map<string, Tally>();
  let isHeader = true;
  for (const line of lines) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    const cells = line.trimEnd().split(',');
    const fields = Object.fromEntries(cityColumns.map((name, place) => [name, cells[place] ?? '']));
    const [x, y] = [columnOf(Number(fields.long), tableZoom), rowOf(Number(fields.lat), tableZoom)].map(Math.floor);
    const tile = quadkeyOf({ x: x ?? 0, y: y ?? 0 }, tableZoom);
    const key = `${tile},${fields.operator || 'unknown'},${fields.technology || 'unknown'}`;
    let sum = tallies.get(key);
    if (sum === undefined) {
      sum = Object.fromEntries(counted.map((name) => [name, 0])) as Tally;
      tallies.set(key, sum);
    }
    tally(sum, fields);
  }
  const names = counted.map((name) => name.replace('sum_', 'average_signal_'));
  yield `tile,operator,technology,${names.join(',')}\n`;
  for (const [key, sum] of [...tallies].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const { sum_dbm: dbm, sum_asu: asu, ...rest } = sum;
    const cells = { ...rest, sum_dbm: average(dbm, sum.count_dbm), sum_asu: average(asu, sum.count_asu) };
    yield `${key},${counted.map((name) => cells[name]).join(',')}\n`;
  }
}

export { tallyReport };
