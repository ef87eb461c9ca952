import type { Weighted } from '../distributions';
import type { Fields } from '../faults';
import { measure } from '../measurements';
import { drawFrom, type Random, roughNormal } from '../random';

type Technology = '2G' | '3G' | '4G' | '5G';

/** What a phone on a drive knows of its place and of the cell that serves it. */
interface Reading {
  lat: number;
  long: number;
  /** Metres a second. */
  speed: number;
  /** Metres. */
  accuracy: number;
  operator: string;
  mcc: number;
  mnc: number;
  technology: Technology;
  area: number;
  /** eNodeB or RNC; 0 where the technology has none. */
  node: number;
  /** Sector of a node, or the cell itself. */
  sector: number;
  /** RSSI, RSCP or RSRP, by the technology. */
  dbm: number;
  /** RXQUAL, Ec/No or RSRQ, by the technology. */
  quality: number;
  /** Unknown for 2G and 3G. */
  sinr: number;
}

/** Country and network codes of the carriers of the capture. */
const networks: Readonly<Record<string, readonly [number, number]>> = {
  movistar: [214, 7],
  vodafone: [214, 1],
  orange: [214, 3],
  yoigo: [214, 4],
  VIVO: [724, 6],
  GETESA: [627, 1],
  DTAC: [520, 5],
};

const technologies: Weighted<Technology> = [
  ['4G', 55],
  ['3G', 20],
  ['2G', 10],
  ['5G', 15],
];

/** Mean and least of the power in dBm, by technology. */
const powers: Readonly<Record<Technology, { mean: number; least: number; most: number }>> = {
  '2G': { mean: -85, least: -113, most: -51 },
  '3G': { mean: -90, least: -120, most: -40 },
  '4G': { mean: -100, least: -140, most: -60 },
  '5G': { mean: -98, least: -140, most: -60 },
};

const drawTechnology = drawFrom(technologies);

const within = (least: number, value: number, most: number): number => Math.min(most, Math.max(least, value));

const whole = (random: Random, below: number): number => Math.floor(random() * below);

const drawQuality = (technology: Technology, random: Random): number => {
  if (technology === '2G') return whole(random, 8);
  return technology === '3G' ? -(2 + whole(random, 18)) : -(4 + whole(random, 17));
};

/** A reading at a second of the day: place, speed and network as the capture has them. */
const read = (second: number, random: Random): Reading => {
  const fields: Fields = measure(second, random);
  const [mcc, mnc] = networks[fields.network as string] ?? [214, 7];
  const technology = drawTechnology(random);
  const { mean, least, most } = powers[technology];
  return {
    lat: Number(fields.lat),
    long: Number(fields.long),
    speed: Math.round((Number(fields.speed) / 3.6) * 100) / 100,
    accuracy: Math.max(1, Math.round(Number(fields.precission) * (0.5 + random()) * 100) / 100),
    operator: fields.operator as string,
    mcc,
    mnc,
    technology,
    area: 100 + whole(random, 9000),
    node: technology === '2G' ? 0 : 1 + whole(random, technology === '3G' ? 4000 : 400_000),
    sector: technology === '2G' || technology === '3G' ? 1 + whole(random, 65_000) : whole(random, 12),
    dbm: Math.round(within(least, mean + roughNormal(random) * 12, most)),
    quality: drawQuality(technology, random),
    sinr: technology === '4G' || technology === '5G' ? Math.round(within(-10, 9 + roughNormal(random) * 8, 30)) : 0,
  };
};

/** ASU on the scale of the technology. */
const asuOf = ({ technology, dbm }: Pick<Reading, 'technology' | 'dbm'>): number => {
  if (technology === '2G') return Math.round((dbm + 113) / 2);
  return technology === '3G' ? dbm + 116 : Math.min(97, dbm + 140);
};

/** The cell as Android counts it: node and sector in one number, where the technology has nodes. */
const cellOf = ({ technology, node, sector }: Pick<Reading, 'technology' | 'node' | 'sector'>): number => {
  if (technology === '2G') return sector;
  return technology === '3G' ? node * 65_536 + sector : node * 256 + sector;
};

export type { Reading, Technology };
export { asuOf, cellOf, read, whole };
