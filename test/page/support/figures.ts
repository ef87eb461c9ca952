import { quadkeyOf } from '../../../core/reports/map/quadkeys';
import type { Measurement } from './measurements';

type Cell = string | number | null;
type Rows = readonly Measurement[];
type Figure = (rows: Rows, all: Rows) => Cell;
type Class = 'very good' | 'good' | 'weak' | 'none';

const pick = (rows: Rows, of: (row: Measurement) => number | null): number[] =>
  rows.map(of).filter((value) => value !== null);

const average =
  (of: (row: Measurement) => number | null): Figure =>
  (rows) => {
    const values = pick(rows, of);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
  };

const percentile =
  (share: number, of: (row: Measurement) => number | null): Figure =>
  (rows) => {
    const values = pick(rows, of).sort((one, other) => one - other);
    return values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? null;
  };

const count =
  (which: (row: Measurement) => boolean): Figure =>
  (rows) =>
    rows.filter(which).length;

/** Share of those rows that are known to be one way or the other. */
const share =
  (which: (row: Measurement) => boolean, known: (row: Measurement) => boolean = () => true): Figure =>
  (rows) => {
    const whole = rows.filter(known).length;
    return whole === 0 ? null : (100 * rows.filter((row) => known(row) && which(row)).length) / whole;
  };

const distinct =
  (of: (row: Measurement) => Cell): Figure =>
  (rows) =>
    new Set(rows.map(of).filter((value) => value !== null)).size;

const dbm = (row: Measurement) => row.dbm;
/** ASU of the rows that have no dBm: the two are never in one figure. */
const asu = (row: Measurement) => (row.dbm === null ? row.signal : null);
const accuracy = (row: Measurement) => row.accuracy;
const hasDbm = (row: Measurement) => row.dbm !== null;
const hasStatus = (row: Measurement) => row.status !== 3;

const limits: Readonly<Record<string, readonly [number, number, number]>> = {
  '4G': [-85, -95, -111],
  '5G': [-85, -95, -111],
};

const classOf = ({ dbm: power, technology }: Measurement): Class | undefined => {
  if (power === null) return undefined;
  const [veryGood, good, weak] = limits[technology ?? ''] ?? [-75, -85, -101];
  if (power >= veryGood) return 'very good';
  return power >= good ? 'good' : power >= weak ? 'weak' : 'none';
};

const isClass =
  (...classes: Class[]) =>
  (row: Measurement): boolean =>
    classes.includes(classOf(row) as Class);

/** The figures that the saved reports show, by column. */
const figures: Record<string, Figure> = {
  average_accuracy_m: average(accuracy),
  average_satellites: average((row) => row.satellites),
  average_signal_asu: average(asu),
  average_signal_dbm: average(dbm),
  average_speed_kmh: average((row) => row.speed),
  // Of changes: as much before as after, and a little stronger.
  change: () => 1.5,
  count_after: (rows) => rows.length,
  count_asu: count((row) => asu(row) !== null),
  count_before: (rows) => rows.length,
  count_days: distinct((row) => row.day),
  count_dbm: count(hasDbm),
  count_emergency_only: count((row) => row.status === 2),
  count_good: count(isClass('good')),
  count_in_service: count((row) => row.status === 0),
  count_networks: distinct((row) => row.network),
  count_none: count(isClass('none')),
  count_operators: distinct((row) => row.operator),
  count_out_of_service: count((row) => row.status === 1),
  count_postal_codes: distinct((row) => row.postalCode),
  count_radio_off: count((row) => row.status === 3),
  count_rows: (rows) => rows.length,
  count_uploads: () => 1,
  count_very_good: count(isClass('very good')),
  count_weak: count(isClass('weak')),
  first_day: (rows) => rows.map(({ day }) => day).sort()[0] ?? null,
  hours_after: distinct((row) => row.hour),
  hours_before: distinct((row) => row.hour),
  last_day: (rows) =>
    rows
      .map(({ day }) => day)
      .sort()
      .at(-1) ?? null,
  median_accuracy_m: percentile(0.5, accuracy),
  median_after: percentile(0.5, dbm),
  median_before: percentile(0.5, dbm),
  median_signal_asu: percentile(0.5, asu),
  median_signal_dbm: percentile(0.5, dbm),
  p10_signal_asu: percentile(0.1, asu),
  p10_signal_dbm: percentile(0.1, dbm),
  p90_accuracy_m: percentile(0.9, accuracy),
  p90_signal_asu: percentile(0.9, asu),
  p90_signal_dbm: percentile(0.9, dbm),
  share_emergency_only: share((row) => row.status === 2, hasStatus),
  share_in_service: share((row) => row.status === 0, hasStatus),
  share_known: share((row) => row.signal !== null),
  share_none: share(isClass('none'), hasDbm),
  share_of_rows: (rows, all) => (100 * rows.length) / all.length,
  share_out_of_service: share((row) => row.status === 1, hasStatus),
  share_radio_off: share((row) => row.status === 3),
  share_signal_unknown: share((row) => row.signal === null),
  share_very_good: share(isClass('very good'), hasDbm),
  share_weak: share(isClass('weak', 'none'), hasDbm),
  share_weaker: () => 40,
  top_speed_kmh: percentile(1, (row) => row.speed),
  worst_accuracy_m: percentile(1, accuracy),
};

const tile = ({ latitude, longitude }: Measurement, zoom: number): string => {
  const sine = Math.sin((latitude * Math.PI) / 180);
  const [x, y] = [(longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
  return quadkeyOf({ x: Math.floor(x * 2 ** zoom), y: Math.floor(y * 2 ** zoom) }, zoom);
};

const technology = (row: Measurement) => row.technology ?? 'unknown';
const operator = (row: Measurement) => row.operator ?? 'unknown';

/** A week of eight, by the hour: measurements of a few days are not of many weeks. */
const week = ({ hour }: Measurement): string =>
  new Date(Date.UTC(2026, 0, 5 + 7 * (hour % 8))).toISOString().slice(0, 10);

/** What the saved reports group by, by column. */
const keys: Record<string, (row: Measurement) => Cell> = {
  activity: (row) => row.activity,
  day: (row) => row.day,
  hour: (row) => row.hour,
  operator,
  operator_technology: (row) => `${operator(row)} ${technology(row)}`,
  place: (row) => row.postalCode ?? tile(row, 12),
  provider: (row) => row.provider,
  scale: (row) => (row.dbm === null ? 'ASU' : 'dBm'),
  signal_asu: asu,
  signal_dbm: dbm,
  technology,
  tile: (row) => tile(row, 16),
  upload_id: () => 'aaaaaaaaaaaaaaaa',
  week,
};

export type { Cell };
export { figures, keys };
