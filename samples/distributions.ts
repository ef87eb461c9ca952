/** How the columns of a real capture of mobile-network measurements are distributed: small tables of value and weight. */

/** A value and its relative weight. */
type Weighted<T> = readonly (readonly [T, number])[];

interface Carrier {
  operator: string;
  network: string;
  region: Region;
}

interface Place {
  lat: number;
  long: number;
  /** Standard deviation in degrees. */
  spread: number;
  /** Empty where the capture knows no postal code. */
  postalCodes: readonly number[];
}

type Region = 'catalonia' | 'pernambuco' | 'bioko' | 'krabi';

/** Spelling differs as it does in the field: two devices write one operator in two ways. */
const carriers: Weighted<Carrier> = [
  [{ operator: 'Movistar', network: 'movistar', region: 'catalonia' }, 239],
  [{ operator: 'vodafone ES', network: 'vodafone', region: 'catalonia' }, 184],
  [{ operator: 'Orange', network: 'orange', region: 'catalonia' }, 155],
  [{ operator: 'VIVO', network: 'VIVO', region: 'pernambuco' }, 90],
  [{ operator: 'GETESA', network: 'GETESA', region: 'bioko' }, 74],
  [{ operator: 'Yoigo', network: 'yoigo', region: 'catalonia' }, 59],
  [{ operator: 'DTAC', network: 'DTAC', region: 'krabi' }, 59],
  [{ operator: 'JAZZTEL', network: 'orange', region: 'catalonia' }, 45],
  [{ operator: 'movistar', network: 'movistar', region: 'catalonia' }, 32],
  [{ operator: 'RACC', network: 'orange', region: 'catalonia' }, 16],
  [{ operator: 'pepephone', network: 'movistar', region: 'catalonia' }, 14],
  [{ operator: 'YOIGO', network: 'yoigo', region: 'catalonia' }, 13],
  [{ operator: 'Solo llamadas de emergencia', network: 'Solo llamadas de emergencia', region: 'catalonia' }, 9],
  [{ operator: 'Tuenti', network: 'movistar', region: 'catalonia' }, 5],
  [{ operator: 'Eroski Movil', network: 'Eroski Movil', region: 'catalonia' }, 3],
  [{ operator: 'simyo', network: 'orange', region: 'catalonia' }, 2],
  [{ operator: '', network: '', region: 'catalonia' }, 1],
];

/** Weight of each signal value, ASU 0 to 31; a few networks also report LTE values above. */
const signals: Readonly<Record<string, readonly number[]>> = {
  movistar: [9, 9, 13, 17, 25, 22, 12, 20, 16, 24, 11, 19, 22, 13, 18, 6, 3, 4, 4, 3, 7, 0, 2, 3, 2, 0, 1, 1, 2, 2],
  orange: [8, 11, 7, 2, 2, 12, 13, 11, 22, 8, 11, 12, 16, 11, 12, 11, 6, 10, 2, 8, 2, 1, 4, 0, 1, 1, 2, 3, 1, 3, 1, 3],
  vodafone: [3, 1, 5, 15, 12, 12, 5, 9, 8, 12, 13, 9, 6, 7, 3, 1, 1, 28, 1, 0, 2, 2, 1, 3, 1, 3, 4, 2, 1, 8, 2],
  yoigo: [8, 2, 4, 1, 0, 0, 1, 0, 1, 0, 1, 6, 18, 2, 2, 0, 0, 3, 4, 1, 2, 2, 13, 1],
  VIVO: [1, 1, 1, 17, 5, 6, 2, 2, 16, 3, 11, 3, 3, 10, 3, 6],
  GETESA: [0, 0, 0, 0, 0, 0, 7, 0, 0, 1, 2, 3, 2, 6, 3, 1, 1, 4, 5, 6, 4, 0, 7, 6, 11, 3, 1, 0, 0, 0, 1],
  DTAC: [0, 0, 0, 0, 4, 2, 5, 0, 1, 15, 4, 3, 6, 12, 0, 1, 2, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1],
};

/** For networks that are too rare to have a shape of their own. */
const anySignal: readonly number[] = [
  29, 24, 30, 52, 48, 54, 45, 42, 65, 63, 55, 56, 75, 61, 41, 27, 13, 51, 17, 19, 17, 6, 27, 14, 15, 7, 9, 7, 4, 13, 5,
  4,
];

/** One row in this many carries an LTE value, beyond the GSM scale. */
const lteSignal = { oneIn: 200, values: [50, 51, 54, 65] } as const;

/** Rows an hour of the day. */
const hours: readonly number[] = [
  15, 10, 4, 0, 9, 43, 35, 18, 36, 46, 41, 49, 93, 59, 47, 60, 75, 59, 73, 61, 43, 33, 61, 30,
];

/** Android's service states. The capture was taken in service; the others are given a small share here, so that reports have something to say. */
const states: Weighted<{ status: number; description: string }> = [
  [{ status: 0, description: 'STATE_IN_SERVICE' }, 955],
  [{ status: 1, description: 'STATE_OUT_OF_SERVICE' }, 22],
  [{ status: 2, description: 'STATE_EMERGENCY_ONLY' }, 15],
  [{ status: 3, description: 'STATE_POWER_OFF' }, 8],
];

/** Share of rows in service whose signal the device did not know (99). */
const unknownSignalShare = 0.006;

const night: Weighted<string> = [
  ['STILL', 30],
  ['TILTING', 6],
  ['UNKNOWN', 1],
  ['ON_FOOT', 1],
];

const day: Weighted<string> = [
  ['IN_VEHICLE', 301],
  ['STILL', 235],
  ['TILTING', 165],
  ['ON_FOOT', 140],
  ['UNKNOWN', 107],
  ['ON_BICYCLE', 14],
];

/** People sleep from midnight to five. */
const activitiesAt = (hour: number): Weighted<string> => (hour < 5 ? night : day);

/** Share of positions that come from fused location. The contract's third provider, `network`, gets a trickle. */
const fusedShare: Readonly<Record<string, number>> = {
  STILL: 0.28,
  ON_FOOT: 0.14,
  TILTING: 0.09,
  UNKNOWN: 0.06,
  IN_VEHICLE: 0.03,
  ON_BICYCLE: 0,
};
const networkProviderShare = 0.01;

/** Quantiles are given at these probabilities; between them a value is interpolated. */
const probabilities: readonly number[] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

/** Quantiles of speed, km/h. */
const speeds: Readonly<Record<string, readonly number[]>> = {
  IN_VEHICLE: [0, 0.3, 4.8, 14.8, 28.7, 50.3, 65.8, 75.9, 82.8, 87.6, 94.1, 118.6, 127.8],
  ON_BICYCLE: [0.1, 0.2, 0.8, 1.3, 1.5, 1.9, 2.5, 4.1, 5, 5.4, 8, 11.8, 12.7],
  ON_FOOT: [0, 0, 0, 0.1, 0.5, 1, 1.6, 2.9, 3.7, 5.1, 6.4, 25.2, 36.7],
  STILL: [0, 0, 0, 0, 0.1, 0.2, 0.4, 0.7, 1.4, 4, 11.4, 79.7, 137.6],
  TILTING: [0, 0, 0, 0.1, 0.2, 0.4, 0.7, 1.3, 2.7, 6.7, 15.6, 46.2, 83.9],
  UNKNOWN: [0, 0, 0, 0, 0.3, 0.4, 0.9, 1.3, 2.3, 4.9, 10.3, 21, 21.8],
};

/** Quantiles of the GPS accuracy, whole metres. */
const accuracies: Readonly<Record<string, readonly number[]>> = {
  gps: [0, 7, 9, 12, 14, 17, 20, 26, 32, 44, 64, 128, 148],
  fused: [10, 24, 27, 30, 34, 36, 37, 39, 42, 47, 71, 94.5, 100],
  network: [20, 30, 40, 60, 100, 200, 400, 600, 800, 1100, 1500, 2000, 2500],
};

/** Weight of each number of satellites, from 0. */
const satellites: Readonly<Record<string, readonly number[]>> = {
  gps: [65, 102, 145, 110, 101, 81, 63, 64, 43, 32, 16, 16, 16, 5, 5, 5, 2, 3],
  fused: [117, 4, 4, 1],
  network: [1],
};

/** Where the measurements of a region were taken, with the postal codes nearby (as the capture writes them, without leading zero). */
const places: Readonly<Record<Region, Weighted<Place>>> = {
  catalonia: [
    [{ lat: 41.5, long: 2.24, spread: 0.055, postalCodes: [82961, 81942, 80032, 81057, 80198] }, 113],
    [{ lat: 41.68, long: 2.21, spread: 0.06, postalCodes: [80338, 82698, 80868, 82102] }, 99],
    [{ lat: 41.47, long: 1.99, spread: 0.066, postalCodes: [81963, 81147, 82905, 80513] }, 52],
    [{ lat: 42.25, long: 2.95, spread: 0.05, postalCodes: [171762, 172218, 171358, 170936] }, 52],
    [{ lat: 41.6, long: 2.49, spread: 0.05, postalCodes: [80759, 80406, 82195, 80061] }, 35],
    [{ lat: 41.47, long: 1.73, spread: 0.08, postalCodes: [81743, 80914, 81028, 81197] }, 34],
    [{ lat: 42.17, long: 2.48, spread: 0.033, postalCodes: [171394, 171149, 171857] }, 28],
    [{ lat: 41.72, long: 2.51, spread: 0.06, postalCodes: [170838, 82025, 81986, 82341] }, 27],
    [{ lat: 41.33, long: 0.64, spread: 0.004, postalCodes: [250566, 251013] }, 26],
    [{ lat: 41.27, long: 1.76, spread: 0.04, postalCodes: [81488, 82315, 80742, 82709] }, 23],
    [{ lat: 41.32, long: 2.02, spread: 0.045, postalCodes: [80563, 81697, 80778, 80891] }, 23],
    [{ lat: 41.9, long: 2.28, spread: 0.04, postalCodes: [82781, 82209, 81123] }, 22],
    [{ lat: 41.22, long: 1.55, spread: 0.02, postalCodes: [431638, 430243] }, 20],
    [{ lat: 41.8, long: 1.01, spread: 0.07, postalCodes: [250795, 250037, 250992] }, 19],
    [{ lat: 40.72, long: 0.49, spread: 0.015, postalCodes: [431389, 431336] }, 18],
    [{ lat: 41.69, long: 2.7, spread: 0.06, postalCodes: [82617, 81639, 170231] }, 18],
    [{ lat: 41.8, long: 2.98, spread: 0.04, postalCodes: [171605, 170897] }, 17],
    [{ lat: 41.67, long: 0.53, spread: 0.001, postalCodes: [250239] }, 14],
    [{ lat: 41.96, long: 2.64, spread: 0.003, postalCodes: [170089] }, 14],
    [{ lat: 41.53, long: 1.58, spread: 0.05, postalCodes: [81027, 81049] }, 13],
    [{ lat: 42.05, long: 3.12, spread: 0.017, postalCodes: [171992] }, 11],
    [{ lat: 41.73, long: 1.83, spread: 0.039, postalCodes: [82131, 81782] }, 10],
    [{ lat: 42.41, long: 2.88, spread: 0.01, postalCodes: [170861, 170423] }, 16],
    [{ lat: 40.55, long: 0.52, spread: 0.001, postalCodes: [430048] }, 8],
    [{ lat: 41.21, long: 1.03, spread: 0.025, postalCodes: [431696, 430071, 439072] }, 13],
    [{ lat: 42.61, long: 1.12, spread: 0.006, postalCodes: [250868, 259036] }, 3],
  ],
  pernambuco: [
    [{ lat: -9.19, long: -37.5, spread: 0.05, postalCodes: [] }, 24],
    [{ lat: -9.29, long: -37.86, spread: 0.06, postalCodes: [] }, 21],
    [{ lat: -8.96, long: -36.76, spread: 0.025, postalCodes: [] }, 17],
    [{ lat: -8.05, long: -34.94, spread: 0.001, postalCodes: [] }, 12],
    [{ lat: -8.6, long: -36.3, spread: 0.1, postalCodes: [] }, 9],
    [{ lat: -9.4, long: -38.16, spread: 0.03, postalCodes: [] }, 7],
  ],
  bioko: [[{ lat: 3.74, long: 8.78, spread: 0.012, postalCodes: [] }, 74]],
  krabi: [[{ lat: 7.72, long: 98.77, spread: 0.012, postalCodes: [] }, 59]],
};

export type { Carrier, Place, Region, Weighted };
export {
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
};
