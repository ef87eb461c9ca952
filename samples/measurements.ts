import {
  accuracies,
  activitiesAt,
  anySignal,
  carriers,
  fusedShare,
  hours,
  lteSignal,
  networkProviderShare,
  places,
  probabilities,
  satellites,
  signals,
  speeds,
  states,
  unknownSignalShare,
} from './distributions';
import { dateFaults, type Fields, faults } from './faults';
import { drawFrom, drawIndex, drawQuantile, type Random, roughNormal, seededRandom } from './random';

interface SampleOptions {
  /** Rows, bad ones included. */
  rows: number;
  /** Days over which the rows spread; a `date` column is written when there is more than one. */
  days: number;
  /** Share of rows that break a rule. */
  bad: number;
  /** Share of rows with a quoted field that holds a comma. */
  quoted: number;
  seed: number;
  /** First day, `YYYY-MM-DD`. */
  firstDay: string;
}

/** What was written: rows that break a rule, by rule. */
interface SampleSummary {
  rows: number;
  bad: number;
  rules: Record<string, number>;
}

/** The columns of Cellflow's own layout that every file has. */
const columns = [
  'hour',
  'lat',
  'long',
  'signal',
  'network',
  'operator',
  'status',
  'description',
  'speed',
  'satellites',
  'precission',
  'provider',
  'activity',
  'postal_code',
] as const;

const byKey = <T, R>(table: Readonly<Record<string, T>>, make: (entry: T) => R): ReadonlyMap<string, R> =>
  new Map(Object.entries(table).map(([key, entry]) => [key, make(entry)]));

const draw = {
  carrier: drawFrom(carriers),
  place: byKey(places, drawFrom),
  signal: byKey(signals, drawIndex),
  anySignal: drawIndex(anySignal),
  state: drawFrom(states),
  activity: hours.map((_, hour) => drawFrom(activitiesAt(hour))),
  speed: byKey(speeds, (quantiles) => drawQuantile(probabilities, quantiles)),
  accuracy: byKey(accuracies, (quantiles) => drawQuantile(probabilities, quantiles)),
  satellites: byKey(satellites, drawIndex),
};

const clock = (second: number): string => {
  const two = (value: number) => (value < 10 ? `0${value}` : `${value}`);
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
};

const drawProvider = (activity: string, random: Random): string => {
  const at = random();
  const fused = fusedShare[activity] ?? 0;
  if (at < fused) return 'fused';
  return at < fused + networkProviderShare ? 'network' : 'gps';
};

const drawSignal = (network: string, status: number, random: Random): number => {
  if (status !== 0) return 99;
  const at = random();
  if (at < unknownSignalShare) return 99;
  if (at > 1 - 1 / lteSignal.oneIn) return lteSignal.values[Math.floor(random() * lteSignal.values.length)] as number;
  return (draw.signal.get(network) ?? draw.anySignal)(random);
};

const measure = (second: number, random: Random): Fields => {
  const { operator, network, region } = draw.carrier(random);
  const place = draw.place.get(region)?.(random);
  const { status, description } = draw.state(random);
  const activity = draw.activity[Math.floor(second / 3600)]?.(random) ?? 'UNKNOWN';
  const provider = drawProvider(activity, random);
  const codes = place?.postalCodes ?? [];
  return {
    hour: clock(second),
    lat: `${((place?.lat ?? 0) + roughNormal(random) * (place?.spread ?? 0)).toFixed(5)}`,
    long: `${((place?.long ?? 0) + roughNormal(random) * (place?.spread ?? 0)).toFixed(5)}`,
    signal: `${drawSignal(network, status, random)}`,
    network,
    operator,
    status: `${status}`,
    description,
    speed: (draw.speed.get(activity)?.(random) ?? 0).toFixed(1),
    satellites: `${draw.satellites.get(provider)?.(random) ?? 0}.0`,
    precission: `${Math.round(draw.accuracy.get(provider)?.(random) ?? 0)}.0`,
    provider,
    activity,
    postal_code: codes.length ? `${codes[Math.floor(random() * codes.length)]}.0` : '',
  };
};

const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

/** True for exactly `floor(rows * share)` of the positions, evenly spread. */
const isChosen = (row: number, share: number): boolean => Math.floor((row + 1) * share) > Math.floor(row * share);

/** The seconds of a day, ascending, for so many rows spread over its hours as people use their phones. */
function* secondsOfDay(rows: number, random: Random): Generator<number> {
  const total = hours.reduce((sum, weight) => sum + weight, 0);
  let weighed = 0;
  let given = 0;
  for (const [hour, weight] of hours.entries()) {
    weighed += weight;
    const here = Math.round((rows * weighed) / total) - given;
    given += here;
    for (let index = 0; index < here; index += 1) {
      yield hour * 3600 + Math.floor((3600 * (index + random())) / here);
    }
  }
}

/** When a row was measured, by the clock on the wall. */
interface Moment {
  /** `YYYY-MM-DD` */
  date: string;
  /** Second of the day. */
  second: number;
}

/** The moments of a file's rows, day by day. */
function* moments(options: Pick<SampleOptions, 'rows' | 'days' | 'firstDay'>, random: Random): Generator<Moment> {
  for (let day = 0; day < options.days; day += 1) {
    const date = addDays(options.firstDay, day);
    const rows =
      Math.floor((options.rows * (day + 1)) / options.days) - Math.floor((options.rows * day) / options.days);
    for (const second of secondsOfDay(rows, random)) yield { date, second };
  }
}

/**
 * Writes a CSV of measurements, line by line: memory does not grow with the rows. The same options give the same bytes.
 * The return value of the generator is the summary.
 */
function* sampleLines(options: SampleOptions): Generator<string, SampleSummary> {
  const random = seededRandom(options.seed);
  const isDated = options.days > 1;
  const header: readonly string[] = isDated ? ['date', ...columns] : columns;
  const line = (fields: Fields) => {
    let text = fields[header[0] as string] as string;
    for (let index = 1; index < header.length; index += 1) text += `,${fields[header[index] as string]}`;
    return text;
  };
  const ways = isDated ? [...faults, ...dateFaults] : faults;
  const summary: SampleSummary = { rows: options.rows, bad: 0, rules: {} };

  yield `${header.join(',')}\n`;
  let row = 0;
  for (const { date, second } of moments(options, random)) {
    const fields = measure(second, random);
    if (isDated) fields.date = date;
    if (isChosen(row, options.quoted)) fields.description = `"${fields.description}, roaming"`;
    let text: string | undefined;
    if (isChosen(row, options.bad)) {
      const fault = ways[summary.bad % ways.length] as (typeof ways)[number];
      text = fault.spoil(fields, line, random);
      summary.bad += 1;
      summary.rules[fault.name] = (summary.rules[fault.name] ?? 0) + 1;
    }
    yield `${text ?? line(fields)}\n`;
    row += 1;
  }
  return summary;
}

export type { Moment, SampleOptions, SampleSummary };
export { clock, columns, isChosen, measure, moments, sampleLines };
