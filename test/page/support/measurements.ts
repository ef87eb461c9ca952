import { parse } from 'csv-parse/sync';
import { sampleLines } from '../../../samples/measurements';

/** A cleaned measurement, as the lake has it. */
interface Measurement {
  day: string;
  hour: number;
  latitude: number;
  longitude: number;
  signal: number | null;
  network: string | null;
  operator: string | null;
  status: number;
  speed: number;
  satellites: number;
  accuracy: number;
  provider: string;
  activity: string;
  postalCode: string | null;
  technology: string | null;
  dbm: number | null;
}

const named = (text = ''): string | null => text.trim().toLowerCase() || null;

/** Cleans the rows of a file whose rows are all valid. */
const readMeasurements = (csv: string, day: string): Measurement[] =>
  (parse(csv, { columns: true }) as Record<string, string>[]).map((row) => ({
    day: row.date || day,
    hour: Number(row.hour?.slice(0, 2)),
    latitude: Number(row.lat),
    longitude: Number(row.long),
    signal: Number(row.signal) === 99 ? null : Number(row.signal),
    network: named(row.network),
    operator: named(row.operator),
    status: Number(row.status),
    speed: Number(row.speed),
    satellites: Number(row.satellites),
    accuracy: Number(row.precission),
    provider: row.provider ?? '',
    activity: row.activity ?? '',
    postalCode: row.postal_code?.replace(/\.0$/, '') || null,
    technology: null,
    dbm: null,
  }));

/** Measurements of some days, always the same. */
const sampleMeasurements = (rows: number, days: number, firstDay = '2026-02-02'): Measurement[] => {
  const lines = sampleLines({ rows, days, bad: 0, quoted: 0, seed: 7, firstDay });
  return readMeasurements([...lines].map((line) => line.trimEnd()).join('\n'), firstDay);
};

/** The same measurements, as a log has them that tells technology and dBm. */
const withTechnologies = (measurements: readonly Measurement[]): Measurement[] =>
  measurements.map((row, place) => {
    const technology = ['4G', '4G', '5G', '3G', '2G'][place % 5] as string;
    const dbm = row.signal === null ? null : -121 + row.signal * 2 + (technology < '4G' ? 12 : 0);
    return { ...row, technology, dbm, postalCode: place % 3 === 0 ? null : row.postalCode };
  });

export type { Measurement };
export { readMeasurements, sampleMeasurements, withTechnologies };
