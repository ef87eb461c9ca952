import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { tallyReport } from '../../../bench/tally-map';
import { columnOf, quadkeyOf, rowOf } from '../../../core/reports/map/quadkeys';
import { cityColumns, makeCity } from '../../../samples/city/city';
import { type Cell, type RunFixture, runFixture } from './reports';

const header = readFileSync('sql/signal-map.sql', 'utf8');

const cellOf = (text: string): Cell => (text === '' ? null : Number.isNaN(Number(text)) ? text : Number(text));

const fixtureOf = (upload: string, csv: string): RunFixture => {
  const [columns = [], ...rows] = parse(csv) as string[][];
  // A tile's name is digits alone, and no number.
  const cells = rows.map(([tile = '', ...others]) => [tile, ...others.map(cellOf)]);
  return runFixture(upload, 'signal-map', header, columns, cells);
};

/** The map's report of a synthetic city. */
const cityMap = (upload: string, rows: number): RunFixture => {
  const { lines } = makeCity({ rows, days: 2, seed: 1, firstDay: '2026-03-02' });
  return fixtureOf(upload, [...tallyReport(lines)].join(''));
};

const isNumber = (text: string | undefined, most: number): boolean =>
  /^-?\d+(\.\d+)?$/.test(text ?? '') && Math.abs(Number(text)) <= most && Number(text) !== 0;

/** The map's report of the sample: a thousand rows of a country, with ASU of no known technology. */
const countryMap = (upload: string): RunFixture => {
  const options = { columns: true, relax_column_count: true } as const;
  const rows = parse(readFileSync('samples/two-days.csv', 'utf8'), options) as Record<string, string>[];
  const lines = rows
    .filter(({ lat, long }) => isNumber(lat, 85) && isNumber(long, 180))
    .map(({ lat, long, signal, network, status }) => {
      const known = {
        signal: /^\d+$/.test(signal ?? '') ? signal : '',
        status: /^[0-3]$/.test(status ?? '') ? status : '',
      };
      const fields: Record<string, string | undefined> = { lat, long, operator: network?.toLowerCase(), ...known };
      return cityColumns.map((name) => fields[name] ?? '').join(',');
    });
  return fixtureOf(upload, [...tallyReport([cityColumns.join(','), ...lines])].join(''));
};

/** A place with measurements around it. */
interface Spot {
  latitude: number;
  longitude: number;
  /** Tiles a side. */
  tiles: number;
}

/** The map's report of places far from each other; `operator` and `technology` are theirs. */
const spotsMap = (upload: string, spots: readonly Spot[], operator = 'alpha', technology = '4G'): RunFixture => {
  const columns = [
    'tile',
    'operator',
    'technology',
    ...['rows', 'in_service', 'emergency_only', 'out_of_service', 'radio_off'].map((name) => `count_${name}`),
    ...['very_good', 'good', 'weak', 'none', 'dbm'].map((name) => `count_${name}`),
    'average_signal_dbm',
    'count_asu',
    'average_signal_asu',
  ];
  const rows = spots.flatMap(({ latitude, longitude, tiles }) =>
    Array.from({ length: tiles * tiles }, (_, at): Cell[] => {
      const [right, down] = [at % tiles, Math.floor(at / tiles)];
      const x = Math.floor(columnOf(longitude, 16)) + right;
      const y = Math.floor(rowOf(latitude, 16)) + down;
      const counts = [12, 10, 0, 2, 0, right % 2 === 0 ? 10 : 0, 0, right % 2 === 0 ? 0 : 10, 0, 10];
      return [quadkeyOf({ x, y }, 16), operator, technology, ...counts, right % 2 === 0 ? -80.5 : -103, 0, null];
    }),
  );
  rows.sort((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1));
  return runFixture(upload, 'signal-map', header, columns, rows);
};

export { cityMap, countryMap, spotsMap };
