import type { Counts } from './counts';
import { judge } from './judging';
import { latitudeOf, longitudeOf, tableZoom, tileOf } from './quadkeys';

/** All that a feature may tell, in the order in which programs show it. */
const propertyNames = [
  'tile',
  'level',
  'operator',
  'technology',
  'kind',
  'coverage',
  'without',
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
  'count_asu',
  'average_signal_dbm',
  'average_signal_asu',
] as const;

/** A function of few numbers, each reckoned once: the map has 65,536 columns and as many rows. */
const remember = (reckon: (at: number) => number): ((at: number) => string) => {
  const known = new Map<number, string>();
  return (at) => {
    let text = known.get(at);
    if (text === undefined) {
      // To a tenth of a metre.
      text = String(Number(reckon(at).toFixed(6)));
      known.set(at, text);
    }
    return text;
  };
};

const longitudeAt = remember((x) => longitudeOf(x, tableZoom));
const latitudeAt = remember((y) => latitudeOf(y, tableZoom));

/** What the features of a tile begin with: its outline, against the clock, as RFC 7946 wants it, and its name. */
const beginFeature = (quadkey: string): string => {
  const { x, y } = tileOf(quadkey);
  const [west, east] = [longitudeAt(x), longitudeAt(x + 1)];
  const [north, south] = [latitudeAt(y), latitudeAt(y + 1)];
  const corners = `[${west},${south}],[${east},${south}],[${east},${north}],[${west},${north}],[${west},${south}]`;
  return `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[${corners}]]},"properties":{"tile":"${quadkey}"`;
};

/** JSON that is harmless in a page, too. */
const jsonOf = (value: object | string): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** What is told of rows on each level: what they are judged as, and their counts. */
const tellCounts = (counts: Counts, fewestRows: number): string => {
  const { kind, coverage, without } = judge(counts, fewestRows);
  const [veryGood, good, weak, none] = counts.classes;
  const known = `${coverage ? `,"coverage":"${coverage}"` : ''}${without ? `,"without":"${without}"` : ''}`;
  const service = `"count_rows":${counts.rows},"count_in_service":${counts.inService},"count_emergency_only":${counts.emergencyOnly},"count_out_of_service":${counts.outOfService},"count_radio_off":${counts.radioOff}`;
  const signal = `"count_very_good":${veryGood},"count_good":${good},"count_weak":${weak},"count_none":${none},"count_dbm":${counts.dbm},"count_asu":${counts.asu}`;
  return `"kind":"${kind}"${known},${service},${signal}`;
};

const tellAverage = (name: string, sum: number, count: number): string =>
  count === 0 ? '' : `,"${name}":${Math.round((100 * sum) / count) / 100}`;

/** Of one technology only: an average over several would mean nothing, since their powers are of different things. */
const tellAverages = ({ dbm, sumDbm, asu, sumAsu }: Counts): string =>
  tellAverage('average_signal_dbm', sumDbm, dbm) + tellAverage('average_signal_asu', sumAsu, asu);

/** A feature with all names, those of nothing too: so programs know all columns, in their order, from the first one on. */
const withAllNames = (feature: string): string => {
  const { properties, ...about } = JSON.parse(feature) as { properties: Record<string, unknown> };
  return jsonOf({
    ...about,
    properties: Object.fromEntries(propertyNames.map((name) => [name, properties[name] ?? null])),
  });
};

export { beginFeature, jsonOf, tellAverages, tellCounts, withAllNames };
